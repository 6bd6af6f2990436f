import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// The built program, run as a user runs it, in an empty folder of its own.
final class Program {
  /// What a run of the program left behind.
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    /// Standard output as one JSON object.
    func json(_ location: SourceLocation = #_sourceLocation) throws -> [String: Any] {
      try #require(
        try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any],
        "no JSON object: \(output)\(errors)", sourceLocation: location)
    }
  }

  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "glassbox-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Beside the tests' own program.
  private static let path: URL = {
    let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let candidates = [own, Bundle.main.bundleURL, URL(fileURLWithPath: CommandLine.arguments[0])]
    return candidates.map { $0.deletingLastPathComponent().appendingPathComponent("glassbox") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }!
  }()

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: folder.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
  }

  /// Runs the program to its end.
  func callAsFunction(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) throws -> Outcome {
    try start(arguments, input: input, environment: environment).outcome()
  }

  func callAsFunction(_ arguments: [String]) throws -> Outcome {
    try start(arguments).outcome()
  }

  /// Starts the program and returns while it runs.
  func start(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Running {
    let running = try Running(folder, input: input)
    running.process.executableURL = Self.path
    running.process.arguments = arguments
    running.process.currentDirectoryURL = folder
    // The set of kernels is that of the tests; other settings are their own affair.
    var variables = ProcessInfo.processInfo.environment.filter {
      !$0.key.hasPrefix("GLASSBOX_") || $0.key == "GLASSBOX_KERNELS"
    }
    variables["SWIFT_BACKTRACE"] = "enable=no"
    running.process.environment = variables.merging(environment) { $1 }
    // A process that is started by a test inherits the tests' signal mask, which blocks signals.
    var none = sigset_t()
    var mask = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &mask)
    defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
    try running.process.run()
    return running
  }

  /// The program while it runs. Output goes to files, so that no pipe can fill up.
  final class Running {
    let process = Process()
    private let output: URL
    private let errors: URL

    init(_ folder: URL, input: String) throws {
      let name = UUID().uuidString
      let inputFile = folder.appendingPathComponent(".\(name).in")
      output = folder.appendingPathComponent(".\(name).out")
      errors = folder.appendingPathComponent(".\(name).err")
      try Data(input.utf8).write(to: inputFile)
      for file in [output, errors] { try Data().write(to: file) }
      process.standardInput = try FileHandle(forReadingFrom: inputFile)
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = try FileHandle(forWritingTo: errors)
    }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    func outcome() throws -> Outcome {
      process.waitUntilExit()
      return Outcome(
        status: process.terminationReason == .exit
          ? process.terminationStatus : 128 + process.terminationStatus,
        output: try String(contentsOf: output, encoding: .utf8),
        errors: try String(contentsOf: errors, encoding: .utf8))
    }
  }
}
