import Datasets
import Platform
import Serving
import Training

/// Writes a log of predictions until it is killed, or until the disk is full.
enum LogWriting {
  /// Logs answers and feedback for ever. Says `start`, then the id of each prediction whose feedback was
  /// acknowledged.
  static func goOn(_ path: String, model: String, name: String) async throws {
    let (log, model, answer) = try opened(path, model)
    CrashWriter.say("start")
    var number = 0
    while true {
      for _ in 0..<5 {
        number += 1
        log.add(LogRecord(id: "\(name)-\(number)", model: model, predictions: [answer]))
      }
      _ = try await log.add([Feedback(id: "\(name)-\(number)", .label("yes"))])
      CrashWriter.say("\(name)-\(number)")
    }
  }

  /// Logs answers where no file may grow longer than a little, until some are dropped; then says how many
  /// rows were dropped, the log's health, what became of feedback, the last that was taken, and after the disk has room again how many
  /// rows were logged.
  static func writeOnFullDisk(_ path: String, model: String) async throws {
    let (log, model, answer) = try opened(path, model)
    // Writing beyond the limit is then an error and no signal.
    signal(SIGXFSZ, SIG_IGN)
    log.add(LogRecord(id: "first", model: model, predictions: [answer]))
    try await log.flush()
    let before = CrashWriter.limitFiles(to: 200_000)
    var number = 0
    while log.dropped == 0, number < 100_000 {
      for _ in 0..<100 {
        number += 1
        log.add(LogRecord(id: "\(number)", model: model, predictions: [answer]))
      }
      try? await log.flush()
    }
    let dropped = log.dropped
    let health = log.health
    // What is small may find room for a while.
    var taken: [String] = []
    while taken.count < 1000 {
      let label = taken.count.isMultiple(of: 2) ? "yes" : "no"
      guard (try? await log.add([Feedback(id: "first", .label(label))])) != nil else { break }
      taken.append(label)
    }
    _ = CrashWriter.limitFiles(to: before)
    // Lines go to a file too.
    CrashWriter.say("\(dropped)")
    CrashWriter.say(health ?? "well")
    CrashWriter.say(taken.count < 1000 ? "refused" : "taken")
    CrashWriter.say(taken.last ?? "none")
    log.add(LogRecord(id: "last", model: model, predictions: [answer]))
    _ = try await log.add([Feedback(id: "last", .label("yes"))])
    log.close()
    CrashWriter.say("\(number + 2)")
  }

  private static func opened(
    _ path: String, _ model: String
  ) throws -> (PredictionLog, ServedModel, Prediction) {
    let model = try ServedModel(path: model)
    let answer = try model.trained.predict(["hours": 3, "sleep": 7, "subject": "art"])
    return (try PredictionLog(PredictionLogSettings(path: path)), model, answer)
  }
}
