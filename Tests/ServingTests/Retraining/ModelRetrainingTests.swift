import Databases
import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing
import Training

@testable import Serving

@Suite struct ModelRetrainingTests {
  private func problem(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "none"
    } catch { return "\(error)" }
  }

  @Test(arguments: RegistryKind.there)
  func aBetterChallengerBecomesLiveAndTheNextRetrainingKnowsItsRows(
    _ registry: RegistryKind
  ) throws {
    let students = try LiveStudents(in: registry)
    try students.ask(200)
    let report = try students.retraining { $0.isPromoting = true }
      .run(in: students.folder.path("again"), by: "cron")
    #expect(report.decision == .promoted, "\(report.text)")
    #expect(report.sentence.contains("it is live now"), "\(report.sentence)")
    #expect(report.recentRows == 60 && report.addedRows == 140 && report.testRows == 36)
    #expect(report.contestants.map(\.kind) == [.champion, .trainedOn, .fromScratch])
    #expect(try students.registry.live("students")?.version == 2)
    let best = try #require(report.contestants.first { $0.kind == report.best })
    let before = try #require(report.contestants[0].recent.accuracy?.value)
    let after = try #require(best.recent.accuracy?.value)
    #expect(after > before + 0.3, "\(report.text)")

    // The sealed rows were read by the run, and now.
    #expect(report.testReadings == 2)
    let folder = try RunFolder(existing: students.registry.folder(of: "students", version: 2))
    #expect(try folder.report().testScorings == 2)
    let log = try students.registry.history(of: "students")
    #expect(log.map(\.action) == [.register, .promote, .test, .register, .promote])
    #expect(log[3].who == "cron" && log[4].why.contains("better than version 1"))
    for file in [
      "feedback.csv", "feedback.json", "split.json", "retraining.json", "retraining.html",
    ] {
      #expect(AtomicFile.exists("\(folder.path)/\(file)"), "\(file)")
    }
    #expect(report.html.contains("<h1>Better</h1>") && report.text.contains("McNemar"))
    // The version is a run like any other: its data are found, and are those that it learned from.
    let experiment = try StoredRun(folder.path).experiment(threads: 1)
    #expect(experiment.data.train.count == report.trainingRows)
    #expect(experiment.data.test?.count == 36)

    // What was learned from is no news, and what was kept back is.
    #expect(try students.retraining().feedback.new == 60)
    try students.ask(100, request: "b", from: 1_000_000)
    let next = try students.retraining().run(in: students.folder.path("third"))
    #expect(next.liveVersion == 2 && next.candidate == 3)
    #expect(next.feedback.rows == 300 && next.feedback.new == 160)
    #expect(next.recentRows == 48 && next.trainingRows == report.trainingRows + 60 + 100 - 48)
    #expect(next.testReadings == 3)
    #expect(next.decision == .notBetter, "\(next.text)")
    #expect(try students.registry.live("students")?.version == 2)
    #expect(try students.registry.rollback("students") == 1)
  }

  @Test func theSameSeedAndDataGiveTheSameBits() throws {
    let students = try LiveStudents(epochs: 8)
    try students.ask(80)
    let reports = try ["one", "two"].map {
      try students.retraining().run(in: students.folder.path($0))
    }
    #expect(
      reports[0].contestants.map(\.weightsSHA256) == reports[1].contestants.map(\.weightsSHA256))
    #expect(Set(reports[0].contestants.map(\.weightsSHA256)).count == 3)
    let versions = try students.registry.versions(of: "students")
    #expect(versions[1].stage == .candidate && versions[1].hash == versions[2].hash)
    // The second reading of the sealed rows after that of the run.
    #expect(reports.map(\.testReadings) == [2, 3])
  }

  @Test func whatIsNotBetterIsNotPromoted() throws {
    let students = try LiveStudents()
    try students.ask(60, 0, 10)
    let report = try students.retraining { $0.isPromoting = true }
      .run(in: students.folder.path("again"))
    #expect(report.decision == .notBetter && !report.isBetter, "\(report.text)")
    #expect(report.sentence.contains("is not promoted"))
    #expect(try students.registry.live("students")?.version == 1)
    #expect(try students.registry.versions(of: "students").last?.stage == .candidate)
  }

  @Test func oldDataThatAreMissingOrChangedAreSaid() throws {
    let students = try LiveStudents(epochs: 20)
    try students.ask(120, 0, 20)
    let text = try students.folder.text("students.csv")
    try students.folder.write(text + "1,2,bad\n", to: "students.csv")
    let changed = problem { _ = try students.retraining() }
    #expect(changed.contains("SHA-256") && changed.contains("240 rows"), "\(changed)")
    try FileManager.default.removeItem(atPath: students.data)
    let missing = problem { _ = try students.retraining() }
    #expect(missing.contains("no such file") && missing.contains("240 rows"), "\(missing)")

    let alone = try students.retraining {
      ($0.isWithoutOldData, $0.isPromoting) = (true, true)
    }
    #expect(alone.notes.contains { $0.contains("240 rows of the old data are missing") })
    let report = try alone.run(in: students.folder.path("again"))
    #expect(!report.isBetter && report.testReadings == nil, "\(report.text)")
    #expect([.noTest, .notBetter].contains(report.decision), "\(report.text)")
    #expect(try students.registry.live("students")?.version == 1)
    // The next one goes on from feedback alone.
    try students.registry.promote("students", version: 2)
    try students.ask(60, 0, 20, request: "b", from: 1_000_000)
    let next = try students.retraining().run(in: students.folder.path("third"))
    #expect(next.feedback.rows == 180 && next.feedback.new == 96)
  }

  @Test func feedbackIsLookedAtBeforeItIsLearnedFrom() throws {
    let students = try LiveStudents(epochs: 2)
    try students.ask(60, request: "a", source: "robot")
    let second = (0..<7).map { Feedback(id: "a\($0)", .label("good"), source: "robot") }
    _ = try LogFile(students.log, .write).write([], [second])
    let alone = try students.retraining().feedback
    #expect(alone.bulkSource == nil && alone.revisedRows == 7, "there is no other source")
    try students.ask(20, request: "b", source: nil) { _ in "awful" }
    try students.ask(25, request: "c", source: "school")
    let summary = try students.retraining().feedback
    #expect(summary.rows == 85 && summary.sources == ["robot": 60, "school": 25])
    #expect(summary.bulkSource == "robot" && summary.unknownLabels == ["awful": 20])
    let text = summary.notes.joined(separator: "\n")
    #expect(text.contains("60 of 85 rows from `robot`"), "\(text)")
    #expect(text.contains("knows no class `awful`"))
    let without = try students.retraining { $0.withoutSources = ["robot"] }.feedback
    #expect(without.rows == 25 && without.excludedRows == 60)
  }

  @Test func contradictionsAreCounted() throws {
    func row(_ id: String, _ hours: Double, _ truth: String) -> LabelledRow {
      LabelledRow(
        id: id, instance: 0, time: 0, cells: ["hours": .number(hours)], truth: truth, source: nil)
    }
    let rows = [row("a", 1, "x"), row("b", 1, "y"), row("c", 1, "x"), row("d", 2, "x")]
    let reading = LogReading(try RunningServer.table(), RetrainingSettings())
    let classes = FeedbackSummary(rows, held: 1, new: 4, reading, isOfClasses: true)
    #expect(classes.contradictedInputs == 1 && classes.contradictingRows == 3)
    #expect(classes.notes.contains { $0.contains("contradicts itself") })
    let numbers = FeedbackSummary(rows, held: 1, new: 4, reading, isOfClasses: false)
    #expect(numbers.contradictedInputs == 0)
  }

  @Test func aLogWithoutInputsOrFeedbackSaysWhatToDo() throws {
    let students = try LiveStudents(epochs: 2)
    try students.ask(40, inputs: false)
    let text = problem { _ = try students.retraining() }
    #expect(text.contains("40 without inputs") && text.contains("log_inputs"), "\(text)")
    try students.ask(19, request: "b")
    let few = problem { _ = try students.retraining() }
    #expect(few.contains("found 19"), "\(few)")
    #expect(problem { _ = try students.retraining { $0.recentShare = 1 } }.contains("recent_share"))
  }

  @Test func aModelWithoutItsRunIsRefused() throws {
    let students = try LiveStudents(epochs: 2)
    try students.ask(40)
    try students.registry.register(students.folder.path("run/model.safetensors"), as: "students")
    try students.registry.promote("students", version: 2)
    let text = problem { _ = try students.retraining() }
    #expect(text.contains("register the folder of its run"), "\(text)")
  }

  @Test func numbersAreComparedByTheirErrors() throws {
    let students = try LiveStudents(.numbers)
    try students.ask(150)
    let report = try students.retraining().run(in: students.folder.path("again"))
    let best = try #require(report.contestants.first { $0.kind == report.best }?.onRecent)
    #expect(best.method == .pairedBootstrap && best.rows == 45)
    #expect(best.difference > 1 && best.pValue! < 0.05, "\(report.text)")
    #expect([.better, .worseOnTest].contains(report.decision), "\(report.text)")
    #expect(report.text.contains("mean absolute error"))
  }

  @Test func aPathIsStillFoundFromAVersionsFolder() throws {
    let students = try LiveStudents(epochs: 2)
    let folder = try RunFolder(existing: students.registry.folder(of: "students", version: 1))
    let text = try students.folder.text("models/students/1/config.json")
    let object = try JSONText.decode([String: Way].self, from: text, at: "config.json")
    let way = try #require(object["working_folder"]?.text)
    #expect(RunFolder.realPath("\(folder.path)/\(way)") == RunFolder.realPath("."))
  }

  /// The text of a setting, if it has one.
  private struct Way: Decodable {
    let text: String?
    init(from decoder: any Decoder) throws {
      text = try? decoder.singleValueContainer().decode(String.self)
    }
  }
}
