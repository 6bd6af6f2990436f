import Foundation
import Testing

/// The helper program `CrashWriter`, started and ended by a test. What it says goes into a file, so that
/// nothing is lost and no pipe is shared by accident.
final class Helper {
  private let process = Process()
  private let outputPath: String

  /// It lies beside the test program, wherever that was built.
  static func path() throws -> String {
    let bundles = Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
    let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let candidates = ([running].compactMap(\.self) + [CommandLine.arguments[0]] + bundles).map {
      URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent("CrashWriter")
        .path
    }
    return try #require(
      candidates.first(where: FileManager.default.isExecutableFile),
      "CrashWriter was not found at any of \(candidates)")
  }

  init(_ arguments: [String], output: String) throws {
    outputPath = output
    try #require(FileManager.default.createFile(atPath: output, contents: nil))
    process.executableURL = URL(fileURLWithPath: try Self.path())
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    try process.run()
  }

  /// The complete lines it has written so far.
  func lines() throws -> [String] {
    let text = try String(contentsOfFile: outputPath, encoding: .utf8)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Waits until it has said something, but no longer than it lives.
  func waitForFirstLine() throws {
    while try lines().isEmpty {
      try #require(process.isRunning, "the helper ended before it began")
      usleep(200)
    }
  }

  func waitForEnd() { process.waitUntilExit() }

  func kill() {
    _ = Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
