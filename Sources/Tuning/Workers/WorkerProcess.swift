import Engine
import Formatting
import Platform

/// A process that trains for a study.
final class WorkerProcess {
  let identifier: pid_t
  /// What it says.
  let output: Int32
  private let input: Int32
  private var lines = LineChannel.Reader()
  private var isOver = false
  /// How often the system ended some process for lack of memory before this one began.
  private let kills: Int
  private let log: String

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - command: its path and its arguments.
  ///   - log: the file for what it says on standard error.
  /// - Throws: `Problem` if it cannot be started.
  init(_ command: [String], log: String) throws {
    self.log = log
    kills = Self.memoryKills
    var (read, write): (Int32, Int32)
    (read, input) = try Self.pipe()
    (output, write) = try Self.pipe()
    defer {
      close(read)
      close(write)
    }
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
    #else
      var actions = posix_spawn_file_actions_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, read, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, write, STDOUT_FILENO)
    posix_spawn_file_actions_addopen(
      &actions, STDERR_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    var identifier = pid_t()
    let failure = posix_spawn(&identifier, command[0], &actions, nil, &arguments, environ)
    guard failure == 0 else {
      close(input)
      close(output)
      throw Problem.system(failure, .reading, command[0])
    }
    self.identifier = identifier
  }

  deinit {
    close(input)
    close(output)
    if !isOver { _ = SystemCall.retrying { waitpid(identifier, nil, 0) } }
  }

  /// Both ends are closed in processes that are started later.
  private static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard systemPipe(&ends) == 0 else { throw Problem.system(errno, .creating, "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// - Returns: false if it is no more.
  func say(_ line: String) -> Bool { LineChannel.write(line, to: input) }

  /// Waits for what it says.
  /// - Returns: nil at its end.
  func hear() -> [String]? { lines.read(from: output) }

  /// Why it has ended, after it has; waits for that.
  func ending() -> (failure: TuningTrial.Failure, sentence: String) {
    var status: Int32 = 0
    _ = SystemCall.retrying { waitpid(identifier, &status, 0) }
    isOver = true
    let signal = status & 0x7f
    if signal == SIGKILL {
      return Self.memoryKills > kills
        ? (.outOfMemory, "the system ended its process for lack of memory")
        : (.killed, "its process was killed")
    }
    if signal == SIGTERM || signal == SIGHUP || signal == SIGINT {
      return (.killed, "its process was ended by signal \(signal)")
    }
    let how = signal == 0 ? "with status \(status >> 8 & 0xff)" : "by signal \(signal)"
    let last = SystemCall.text(of: log).split(separator: "\n").last.map { ": \($0)" } ?? ""
    return (.crashed, "its process ended \(how)\(last.shortened(to: 300))")
  }

  /// How often Linux ended a process for lack of memory since it began; 0 where the system does not say.
  private static var memoryKills: Int {
    SystemCall.text(of: "/proc/vmstat").split(separator: "\n")
      .first { $0.hasPrefix("oom_kill ") }
      .flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
  }
}

// The C library's function under a name that the static member above does not shadow.
private func systemPipe(_ ends: inout [Int32]) -> Int32 { pipe(&ends) }
