import Foundation
import LinePipe
import Platform

/// A program that a test starts.
///
/// What it writes goes into files, so that no pipe can fill up, but for the one stream that a test
/// reads line by line while the program runs.
package final class ChildProcess {
  package enum Stream { case output, errors }

  /// How far the program may run ahead of the test that reads its lines.
  package enum Pace {
    /// As far as it likes.
    case free
    /// The program writes no line before the one before the last was read. So a test that stops
    /// reading holds the program there, and what it does then comes in time on any machine. (Linux;
    /// elsewhere the program goes on.)
    case lineByLine
  }

  /// What a program left behind.
  package struct Outcome {
    /// The exit status; of a program that a signal ended 128 more than the signal.
    package let status: Int32
    package let output: String
    package let errors: String
  }

  private let process = Process()
  private let folder: TemporaryFolder
  /// What must be there as long as it runs.
  private let kept: AnyObject?
  private let watched: Stream?
  private var pipe: Int32 = -1
  private var unread: [UInt8] = []
  private var read = ""

  /// A program that was built with the tests; it lies beside their own.
  package static func built(_ name: String) throws -> String {
    let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let bundles = Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
    let places = ([own].compactMap(\.self) + [CommandLine.arguments[0]] + bundles).map {
      URL(filePath: $0).deletingLastPathComponent().appending(path: name).path
    }
    guard let path = places.first(where: FileManager.default.isExecutableFile) else {
      throw Missing(description: "\(name) is at none of \(places.joined(separator: ", "))")
    }
    return path
  }

  private struct Missing: Error, CustomStringConvertible { let description: String }

  /// Starts a program and returns while it runs.
  ///
  /// - Parameters:
  ///   - kept: what must be there as long as it runs, such as whoever removes its folder.
  ///   - environment: all variables of the program; the tests' own if nil.
  package init(
    _ path: String, _ arguments: [String], in place: String? = nil, keeping kept: AnyObject? = nil,
    input: String = "",
    environment: [String: String]? = nil, watching: Stream? = nil, pace: Pace = .free
  ) throws {
    folder = try TemporaryFolder()
    (self.kept, watched) = (kept, watching)
    try folder.write(input, to: "input")
    for name in ["output", "errors"] { try folder.write("", to: name) }
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    if let place { process.currentDirectoryURL = URL(filePath: place) }
    // Who looks into a crash holds the pipes of a program that is killed meanwhile, for ever.
    process.environment = (environment ?? ProcessInfo.processInfo.environment)
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: folder.path("input")))
    let writing = try watching.map { _ in try openPipe(pace) }
    process.standardOutput = try handle(.output, writing)
    process.standardError = try handle(.errors, writing)
    // A program inherits the mask of the tests, which blocks signals.
    var none = sigset_t()
    var mask = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &mask)
    defer { pthread_sigmask(SIG_SETMASK, &mask, nil) }
    try process.run()
    if let writing { close(writing) }
  }

  deinit { if pipe >= 0 { close(pipe) } }

  /// Runs a program to its end.
  package static func run(
    _ path: String, _ arguments: [String], in place: String? = nil
  ) throws -> Outcome {
    try ChildProcess(path, arguments, in: place).outcome()
  }

  /// The next line of the stream that is watched, without its end; waits for it. Nil when the program
  /// has closed the stream.
  package func nextLine() -> String? {
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread.removeSubrange(...end) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = bytes.withUnsafeMutableBytes { SystemCall.read(pipe, into: $0) }
      guard count > 0 else { return nil }
      unread += bytes[..<count]
      read += String(decoding: bytes[..<count], as: UTF8.self)
    }
  }

  package func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// The processes that it has started and that still run (Linux).
  package var children: [Int32] {
    let own = process.processIdentifier
    return SystemCall.text(of: "/proc/\(own)/task/\(own)/children").split(separator: " ")
      .compactMap { Int32($0) }
  }

  /// The most memory that it has had in use at once until now, in bytes; 0 once it has ended (Linux).
  package var peakMemory: Int {
    let status = SystemCall.text(of: "/proc/\(process.processIdentifier)/status")
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 } ?? 0
  }

  /// Waits for the end of the program.
  ///
  /// - Returns: how it ended, and the most memory that it has had in use at once, in bytes (Linux).
  package func outcomeAndMemory() throws -> (outcome: Outcome, peak: Int) {
    var peak = 0
    while true {
      let now = peakMemory
      if now == 0 { return (try outcome(), peak) }
      peak = max(peak, now)
      usleep(2000)
    }
  }

  /// Waits for the end of the program. What was watched is in the outcome too.
  package func outcome() throws -> Outcome {
    if watched != nil { while nextLine() != nil {} }
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: watched == .output ? read : try folder.text("output"),
      errors: watched == .errors ? read : try folder.text("errors"))
  }

  private func handle(_ stream: Stream, _ writing: Int32?) throws -> FileHandle {
    if stream == watched, let writing { return FileHandle(fileDescriptor: writing) }
    let name = stream == .output ? "output" : "errors"
    return try FileHandle(forWritingTo: URL(filePath: folder.path(name)))
  }

  /// Opens a pipe that no other program inherits, and gives its end for writing.
  private func openPipe(_ pace: Pace) throws -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard line_pipe(&ends, pace == .lineByLine ? 1 : 0) == 0 else { throw POSIXError(.EMFILE) }
    pipe = ends[0]
    return ends[1]
  }
}
