import Foundation
import Glassbox
import Serving
import TestSupport
import Testing

/// `glassbox retrain`, as cron meets it.
@Suite struct RetrainCommandTests {
  let program: Program

  init() throws {
    program = try Program()
    try program.write(
      "hours,result\n"
        + (0..<200).map { "\(Double($0 * 37 % 100) / 10),\($0 * 37 % 100 > 50 ? "good" : "bad")\n" }
        .joined(), to: "old.csv")
    for arguments in [
      [
        "train", "old.csv", "--target", "result", "--output", "run", "--hidden", "8", "--epochs",
        "40",
        "--learning-rate", "0.03", "--patience", "0", "--quiet",
      ], ["models", "register", "run", "--name", "hours"], ["models", "promote", "hours", "1"],
    ] {
      let outcome = try program(arguments)
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
  }

  /// Logs answers to hours from `low` on, with feedback.
  private func ask(_ name: String, from low: Double, _ truth: (Double) -> String) throws {
    func path(_ name: String) -> String { program.folder.appending(path: name).path }
    let model = try ModelRegistry(path: path("models")).load("hours", version: 1)
    let hours = (0..<150).map { low + Double($0 * 37 % 100) / 10 }
    let rows = hours.map { ["hours": CellValue.number($0)] }
    let log = try PredictionLog(PredictionLogSettings(path: path(name)))
    log.add(
      LogRecord(
        id: "a", time: UInt64(Date.now.timeIntervalSince1970 * 1000), model: model, rows: rows,
        predictions: try model.trained.predict(rows: rows)))
    log.close()
    try program.write(
      "id,instance,label\n" + hours.enumerated().map { "a,\($0),\(truth($1))\n" }.joined(),
      to: "truths.csv")
    let told = try program("feedback", "truths.csv", "--log", name)
    try #require(told.status == 0, "\(told.errors)")
  }

  @Test func exitCodesSayWhatBecameOfIt() throws {
    try ask("quiet.sqlite", from: 0) { $0 > 5 ? "good" : "bad" }
    try ask("moved.sqlite", from: 10) { _ in "bad" }
    // Nothing has moved, so nothing is done.
    let quiet = try program("retrain", "hours", "--log", "quiet.sqlite", "--when-drifted")
    #expect(quiet.status == 0 && quiet.output.hasPrefix("Nothing to do."), "\(quiet.errors)")
    let same = try program("retrain", "hours", "--log", "quiet.sqlite", "--promote", "--quiet")
    #expect(same.status == 2 && same.output.contains("is not promoted"), "\(same.errors)")
    let better = try program(
      "retrain", "hours", "--log", "moved.sqlite", "--when-drifted", "--promote", "--json")
    #expect(better.status == 0, "\(better.output)\(better.errors)")
    let report = try better.json()
    #expect(report["decision"] as? String == "promoted" && report["candidate"] as? Int == 3)
    #expect(better.errors.contains("note: Drift in"))
    #expect(try program("models", "show", "hours").output.contains("better than version 1"))
    let unknown = try program("retrain", "nobody", "--log", "moved.sqlite")
    #expect(unknown.status != 0 && unknown.errors.contains("hours"), "\(unknown.errors)")
    #expect(try program("retrain", "hours", "--log", "nowhere.sqlite").status == 66)
    try program.write("hours,result\n1,bad\n", to: "old.csv")
    let changed = try program("retrain", "hours", "--log", "moved.sqlite")
    #expect(changed.status == 65 && changed.errors.contains("200 rows"), "\(changed.errors)")
  }
}
