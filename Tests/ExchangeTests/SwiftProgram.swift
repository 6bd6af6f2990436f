import Exchange
import Foundation
import TestSupport
import Testing

/// A written package with a program that asks it, compiled as Embedded Swift for 64-bit ARM and run by an emulator.
struct SwiftProgram {
  static let reason = "no emulator, no C library for ARM, or no Embedded Swift for it"

  static var canRun: Bool {
    #if os(Linux) && arch(x86_64)
      Emulator.isInstalled && library != nil
    #else
      false
    #endif
  }

  private static let target = "aarch64-none-none-elf"

  /// The part of Embedded Swift that compares texts, beside the compiler that is used.
  private static let library: String? = {
    let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    guard let compiler = places.map({ "\($0)/swiftc" }).first(where: FileManager.default.fileExists)
    else { return nil }
    let file = URL(filePath: compiler).resolvingSymlinksInPath().deletingLastPathComponent()
      .appending(path: "../lib/swift/embedded/\(target)/libswiftUnicodeDataTables.a")
    return FileManager.default.fileExists(atPath: file.path) ? file.path : nil
  }()

  let folder: TemporaryFolder
  private let export: SwiftExport
  private let isOptimized: Bool

  /// - Parameters:
  ///   - numbers: what the program reads by `test_inputs()`.
  ///   - body: the lines of its `main`; `show` prints a number.
  ///   - isOptimized: which takes the compiler twice as long.
  init(
    _ export: SwiftExport, numbers: [Float] = [0], body: String, isOptimized: Bool = true
  ) throws {
    (self.export, self.isOptimized) = (export, isOptimized)
    folder = try TemporaryFolder()
    try export.write(to: folder.path("package"))
    let bytes = numbers.flatMap { value in
      withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
    }
    try Data(bytes).write(to: URL(filePath: folder.path("inputs.bin")))
    try folder.write(
      """
      #include "inputs.h"
      static const union { unsigned char bytes[\(bytes.count)]; float numbers[1]; } inputs = {{
      #embed "inputs.bin"
      }};
      const float *test_inputs(void) { return inputs.numbers; }
      """, to: "inputs.c")
    try folder.write("const float *_Nonnull test_inputs(void);", to: "inputs.h")
    try folder.write("module CInputs { header \"inputs.h\" }", to: "module.modulemap")
    try folder.write(
      """
      internal import CInputs
      func show(_ numbers: [Float]) { for number in numbers { print(number.bitPattern) } }
      func show(_ number: Double) { print(number.bitPattern) }
      @inline(never) func inputs(_ first: Int, _ count: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: test_inputs() + first, count: count))
      }
      @main struct Main {
        static func main() {
      \(body)
        }
      }
      """, to: "Main.swift")
  }

  /// The numbers that the program prints, as bits.
  func bits() throws -> [UInt64] {
    let package = folder.path("package")
    let library = "\(package)/Sources/C\(export.name)"
    let sources = export.files.map(\.path).filter {
      $0.hasPrefix("Sources/") && $0.hasSuffix(".swift")
    }
    try run(
      [
        "swiftc", "-enable-experimental-feature", "Embedded", "-wmo", isOptimized ? "-O" : "-Onone",
        "-parse-as-library",
        "-swift-version", "6", "-warnings-as-errors", "-target", Self.target, "-module-name",
        export.name, "-I", "\(library)/include", "-I", folder.path, "-c", "-o",
        folder.path("program.o"), folder.path("Main.swift"),
      ] + sources.map { "\(package)/\($0)" })
    try run(
      Emulator.compiler + [
        "-w", "-I", "\(library)/include", "\(library)/weights.c", folder.path("inputs.c"),
        folder.path("program.o"), #require(Self.library), "-lm", "-o", folder.path("program"),
      ])
    return try run([Emulator.name, folder.path("program")]).split(separator: "\n").map {
      try #require(UInt64($0))
    }
  }

  @discardableResult private func run(_ command: [String]) throws -> String {
    let outcome = try Emulator.run(command)
    try #require(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
    return outcome.output
  }
}
