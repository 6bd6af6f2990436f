import Engine
import Networks
import Platform
import Training
import Tuning

/// Helps the tests of crash safety; they start it and kill it.
///
/// `CrashWriter train PATH` trains and saves for ever, going on from PATH where there is one. It says
/// `start`, then after each completed save its number of steps.
/// `CrashWriter hold PATH` says `start` when it holds the folder of a run, and keeps it for ever; where
/// it is held already it says the problem.
/// `CrashWriter log PATH MODEL NAME` and `CrashWriter fullLog PATH MODEL` write a log of predictions; see
/// `LogWriting`.
/// `CrashWriter study PATH DATA TRIALS` goes on with a study of workers, `CrashWriter worker -` is one; see
/// `StudyWriting`.
/// `CrashWriter sharedStudy PATH STORE DATA TRIALS` is a machine of those that train for a study in a store.
/// `CrashWriter full PATH BYTES` saves where no file may be longer than so many bytes, and says what
/// went wrong.
@main enum CrashWriter {
  static func main() async throws {
    let arguments = CommandLine.arguments
    guard arguments.count >= 3 else {
      return say("usage: CrashWriter train|hold|log|fullLog|study|worker|full PATH [BYTES]")
    }
    let path = arguments[2]
    if arguments[1] == "log" {
      return try await LogWriting.goOn(path, model: arguments[3], name: arguments[4])
    }
    if arguments[1] == "fullLog" {
      return try await LogWriting.writeOnFullDisk(path, model: arguments[3])
    }
    if arguments[1] == "study" {
      return try StudyWriting.goOn(path, data: arguments[3], trials: Int(arguments[4])!)
    }
    if arguments[1] == "sharedStudy" {
      return try StudyWriting.goOn(
        path, store: arguments[3], data: arguments[4], trials: Int(arguments[5])!)
    }
    if arguments[1] == "worker" { return try TrialWorker.serve() }
    if arguments[1] == "hold" { return hold(path) }
    if arguments[1] == "full" { return try saveOnFullDisk(path, limit: arguments.last!) }
    let isNew = access(path, F_OK) != 0
    let run = try CrashTraining.run(from: isNew ? nil : Checkpoint(path: path))
    say("start")
    try run.run { event, training in
      if case .epoch = event {
        let checkpoint = training.checkpoint()
        try checkpoint.write(to: path)
        say("\(checkpoint.steps)")
      }
      return .continue
    }
  }

  private static func hold(_ path: String) {
    do {
      let lock = try RunLock(path)
      say("start")
      withExtendedLifetime(lock) { while true { sleep(60) } }
    } catch {
      say("\(error)")
    }
  }

  private static func saveOnFullDisk(_ path: String, limit: String) throws {
    let run = try CrashTraining.run(epochs: 2)
    try run.run()
    // Writing beyond the limit is then an error and no signal.
    signal(SIGXFSZ, SIG_IGN)
    let before = limitFiles(to: rlim_t(limit) ?? 0)
    var problem: Problem?
    do {
      try run.checkpoint().write(to: path)
    } catch let found as Problem {
      problem = found
    }
    // The lines go to a file too.
    _ = limitFiles(to: before)
    say(problem.map { "\($0.kind)" } ?? "saved")
    say(problem?.description ?? "")
  }

  /// The longest that any file may become, in bytes; gives back what it was.
  static func limitFiles(to bytes: rlim_t) -> rlim_t {
    #if canImport(Glibc)
      let kind = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    #else
      let kind = RLIMIT_FSIZE
    #endif
    var limits = rlimit()
    getrlimit(kind, &limits)
    let before = limits.rlim_cur
    limits.rlim_cur = bytes
    setrlimit(kind, &limits)
    return before
  }

  /// A line on standard output at once, so that nothing is lost when the process is killed.
  static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
  }
}
