import Foundation
import TestSupport

/// The Swift compiler, with the modules that were built with the tests.
enum ModuleCompiler {
  /// What a program of somebody else may say.
  static func check(_ file: String) throws -> ChildProcess.Outcome {
    try swiftc(["-typecheck", file])
  }

  /// Some files of a module, with all its others around them.
  /// - Parameter changed: the text of files that differ from those of the repository, or are new.
  static func check(module: String, changed: [String: String]) throws -> ChildProcess.Outcome {
    let folder = try TemporaryFolder()
    for (file, text) in changed { try folder.write(text, to: file) }
    let others = try repositoryFiles(below: "Sources/\(module)", suffix: ".swift")
      .filter { changed[$0] == nil }.map(repositoryPath)
    return try swiftc(
      ["-frontend", "-typecheck", "-parse-as-library", "-module-name", module]
        + ["-package-name", packageName, "-enable-upcoming-feature", "ExistentialAny"]
        + ["-enable-upcoming-feature", "MemberImportVisibility"]
        + ["-enable-upcoming-feature", "InternalImportsByDefault"]
        + changed.keys.sorted().flatMap { ["-primary-file", folder.path($0)] } + others)
  }

  private static func swiftc(_ arguments: [String]) throws -> ChildProcess.Outcome {
    let built = URL(filePath: try ChildProcess.built("OneNeuron")).deletingLastPathComponent().path
    return try ChildProcess.run(
      "/usr/bin/env",
      ["swiftc"] + arguments + [
        "-swift-version", "6", "-suppress-warnings", "-I", "\(built)/Modules",
        "-Xcc", "-I\(repositoryPath("Sources/CKernels/include"))",
      ] + moduleMaps(built).flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] })
  }

  /// Those of all C targets: the ones that SwiftPM wrote, those of the system's libraries, and those that
  /// packages bring.
  private static func moduleMaps(_ built: String) throws -> [String] {
    func folders(_ path: String) -> [String] {
      ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).map { "\(path)/\($0)" }
    }
    let own = folders(built).filter { $0.hasSuffix(".build") }
    let packages = folders(
      URL(filePath: built).appending(path: "../../checkouts").standardized.path)
    let others = packages.flatMap { folders("\($0)/Sources") }.flatMap { ["\($0)/include", $0] }
    return (own + folders(repositoryPath("Sources")) + others).map { "\($0)/module.modulemap" }
      .filter(FileManager.default.fileExists)
  }

  /// As SwiftPM makes it of the folder's name.
  private static var packageName: String {
    let name = URL(filePath: repositoryPath(".")).standardized.lastPathComponent.lowercased()
    return String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
  }
}
