import ArgumentParser
import Exchange
import Foundation
import Glassbox
import Lessons
import Serving
import TestSupport
import Testing

@testable import Commands

/// What the help texts say is what happens, for all commands alike.
@Suite struct HelpTests {
  /// A command that does something, as it is called.
  struct Leaf: Sendable {
    let words: [String]
    let command: any ParsableCommand.Type
  }

  static func leaves(
    _ command: any ParsableCommand.Type = GlassboxCommand.self, _ words: [String] = []
  ) -> [Leaf] {
    let below = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    guard !below.isEmpty else { return [Leaf(words: words, command: command)] }
    return below.flatMap { leaves($0, words + [$0._commandName]) }
  }

  /// Every command, also those that only hold others.
  static func all(_ command: any ParsableCommand.Type = GlassboxCommand.self)
    -> [any ParsableCommand.Type]
  {
    [command]
      + command.configuration.subcommands.filter { $0.configuration.shouldDisplay }.flatMap {
        all($0)
      }
  }

  /// The lines of the help texts that are commands, trainings first, for others need their runs.
  static var examples: [[String]] {
    let lines = all().flatMap { command in
      command.configuration.discussion.split(separator: "\n")
        .filter { $0.hasPrefix("glassbox ") }
        // What an example does stands behind it.
        .map { Program.arguments(of: $0.components(separatedBy: "   ")[0]) }
    }
    let order = ["train", "tune", "models"]
    return order.flatMap { first in lines.filter { $0[0] == first } }
      + lines.filter { !order.contains($0[0]) }
  }

  /// The files that the examples name.
  private func prepared() throws -> Program {
    let program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    try program.write("hours,sleep\n1,5\n8,7\n", to: "new.csv")
    try program.write("```check\nz = 2 * 3 + 1 = 7\n```\n", to: "example.md")
    try program.copy("Tests/CommandsTests/Clothes", to: "animals")
    try program.write("0123456789abcdef0123456789abcdef\n", to: "token.txt")
    try program.write("learning_rate: {from: 0.001, to: 0.1, scale: log}\n", to: "space.yaml")
    try ONNXExport(
      Model(
        Sequential([Dense(4, activation: .tanh), Dense(1)]), inputShape: [2],
        loss: .binaryCrossEntropy)
    ).write(to: program.folder.appending(path: "network.onnx").path)
    try program.copy("Tests/CodecsTests/Images/colour.jpg", to: "cat.jpg")
    try program.copy("Tests/CodecsTests/Images/colour.png", to: "dog.png")
    return program
  }

  /// Images are small, for speed.
  private func run(_ arguments: [String], in program: Program) throws -> Program.Outcome {
    let isOfImages = arguments.contains("animals")
    if Program.goOn.contains(arguments[0]) { return try program.serve(arguments) }
    if arguments[0] == "runs" { try copyRuns(in: program) }
    if arguments[0] == "retrain" {
      try labelledLog(in: program)
    } else if arguments[0] == "feedback" || arguments.contains("predictions.sqlite") {
      try log(in: program)
    }
    var variables = isOfImages ? ["GLASSBOX_IMAGE_SIZE": "10"] : [:]
    if arguments[0] == "tune" { variables["GLASSBOX_EPOCHS"] = "3" }
    return try program.start(arguments, environment: variables).outcome()
  }

  /// Makes the runs that examples compare and rename.
  private func copyRuns(in program: Program) throws {
    let runs = program.folder.appending(path: "runs")
    try? FileManager.default.removeItem(at: runs.appending(path: "runs of June"))
    for name in ["wider", "spare"] {
      let copy = runs.appending(path: name)
      guard !FileManager.default.fileExists(atPath: copy.path) else { continue }
      try FileManager.default.copyItem(at: runs.appending(path: "students"), to: copy)
    }
  }

  /// Writes a log with an answer, and a file of what was true.
  private func log(in program: Program) throws {
    let path = program.folder.appending(path: "predictions.sqlite").path
    let model = try ServedModel(path: program.folder.appending(path: "runs/students").path)
    let id = UUID().uuidString
    let answer = try JSONDecoder().decode(
      Prediction.self, from: Data("{\"label\":\"\(model.trained.labels[0])\"}".utf8))
    let log = try PredictionLog(PredictionLogSettings(path: path))
    log.add(LogRecord(id: id, model: model, predictions: [answer]))
    log.close()
    try program.write("id,label\n\(id),\(model.trained.labels[0])\n", to: "truths.csv")
  }

  /// Writes a log with answers of the live model, and what was true.
  private func labelledLog(in program: Program) throws {
    func path(_ name: String) -> String { program.folder.appending(path: name).path }
    let registry = ModelRegistry(path: path("models"))
    let model = try registry.load("students", version: try registry.live("students")?.version ?? 1)
    let rows = (0..<40).map { row in
      ["hours": CellValue.number(Double(row % 9)), "sleep": .number(Double(4 + row % 5))]
    }
    let log = try PredictionLog(PredictionLogSettings(path: path("predictions.sqlite")))
    let id = UUID().uuidString
    log.add(
      LogRecord(
        id: id, time: UInt64(Date.now.timeIntervalSince1970 * 1000), model: model, rows: rows,
        predictions: try model.trained.predict(rows: rows)))
    log.close()
    let truths = rows.indices.map { "\(id),\($0),\(model.trained.labels[$0 % 9 > 4 ? 1 : 0])\n" }
    try program.write("id,instance,label\n" + truths.joined(), to: "labels.csv")
    let report = try FeedbackFile(path: path("labels.csv")).add(
      toLog: path("predictions.sqlite"))
    #expect(report.accepted == rows.count)
  }

  /// Removes what an example would write, so that the next one can.
  private func clear(_ arguments: [String], in program: Program) {
    for (flag, path) in zip(arguments, arguments.dropFirst())
    where ["--output", "--html", "--latex", "--write-split"].contains(flag) {
      try? FileManager.default.removeItem(at: program.folder.appending(path: path))
    }
    if arguments[0] == "export" {
      try? FileManager.default.removeItem(at: program.folder.appending(path: arguments[2]))
    }
    // A study that is there is gone on with, if it is named.
    if arguments[0] == "tune", arguments[1] == "students.csv" {
      let study = arguments.firstIndex(of: "--study").map { arguments[$0 + 1] }
      try? FileManager.default.removeItem(
        at: program.folder.appending(path: study ?? "studies/students"))
    }
  }

  @Test func everyExampleWorksAndCanAnswerAsJSON() throws {
    let program = try prepared()
    for arguments in Self.examples {
      let line = arguments.joined(separator: " ")
      // Diagnosis says no when it finds a cause, and retraining when nothing becomes better.
      let good: Set<Int32> = ["diagnose", "retrain"].contains(arguments[0]) ? [0, 2] : [0]
      clear(arguments, in: program)
      let outcome = try run(arguments, in: program)
      #expect(good.contains(outcome.status), "\(line): \(outcome.errors)")
      #expect(!outcome.output.isEmpty || arguments.contains("--html"), "\(line)")
      guard !arguments.contains("--json") else { continue }
      clear(arguments, in: program)
      // What has gone on to an epoch goes on to a later one.
      let later = arguments.map { $0 == "120" ? "140" : $0 }
      let facts = try run(later + ["--json"], in: program)
      #expect(good.contains(facts.status), "\(line) --json: \(facts.errors)")
      #expect(throws: Never.self, "\(line) --json") { try facts.json() }
    }
  }

  @Test func everyCommandHasExamplesAndTakesJSON() {
    for leaf in Self.leaves() {
      let words = leaf.words.filter { $0 != "show" }
      #expect(
        Self.examples.contains { $0.starts(with: words) }, "no example of \(leaf.words)")
      #expect(leaf.command.helpMessage().contains(" --json "), "\(leaf.words)")
    }
  }

  @Test func wordsThatNameNoCommandAreAnswered() throws {
    let program = try Program()
    for leaf in Self.leaves() {
      for (place, word) in leaf.words.enumerated() {
        let before = Array(leaf.words[..<place])
        let wrong = before + ["\(word)x"]
        let outcome = try program(wrong)
        #expect(outcome.status == 64 && outcome.errors.hasPrefix("error: command: "), "\(wrong)")
        #expect(outcome.errors.contains("Fix: write `\(word)`"), "\(outcome.errors)")
      }
    }
    let stranger = try program("trainn", "x")
    #expect(stranger.status == 64 && stranger.errors.contains("write `train`"))
    // A lesson, a file and the help are no wrong commands.
    for lesson in LessonCatalog.lessons {
      #expect(CommandLineWords.unknownCommand(["lesson", lesson.name]) == nil)
    }
    try program.write(ExampleData.students, to: "showx")
    #expect(try program("data", "showx").status == 0)
    #expect(try program("help", "train").status == 0)
    #expect(try program("lesson", "optimzers").errors.contains("write `optimizers`"))
    #expect(try program("bench", "compil").errors.contains("write `compile`"))
  }

  @Test func numbersBelowZeroAreValues() throws {
    #expect(
      CommandLineWords.joiningNumbers(["train", "-", "--epochs", "-5", "--", "--a", "-1"])
        == ["train", "-", "--epochs=-5", "--", "--a", "-1"])
    #expect(CommandLineWords.joiningNumbers(["--input", "-1,5", "-h"]) == ["--input=-1,5", "-h"])
    let program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    for (flag, value) in [("--epochs", "-5"), ("--learning-rate", "-.5")] {
      let outcome = try program("train", "students.csv", "--target", "passed", flag, value)
      #expect(outcome.status == 64 && outcome.errors.hasPrefix("error: \(flag): expected"))
    }
  }

  /// Whatever finds it.
  @Test func errorsAreSpelledAlike() throws {
    let program = try Program()
    for arguments in [
      ["train", "--wrong"], ["predict"], ["train", "no.csv"], ["prove", "a", "b"],
    ] {
      #expect(try program(arguments).errors.hasPrefix("error: "), "\(arguments)")
    }
  }

  @Test func runsThatAreNotThereAreComparedWithThoseThatAre() throws {
    let program = try prepared()
    _ = try program("train", "students.csv", "--target", "passed", "--epochs", "1", "--quiet")
    for arguments in [
      ["predict", "runs/student", "new.csv"], ["predict", "students", "new.csv"],
      ["report", "student"], ["resume", "runs/studens"], ["inspect", "runs/student"],
      ["diagnose", "runs/student"], ["evaluate", "student", "students.csv"],
      ["train", "students.csv", "--target", "passed", "--from", "runs/student"],
    ] {
      let outcome = try program(arguments)
      #expect(outcome.status == 66, "\(arguments)")
      #expect(outcome.errors.contains("write `runs/students`"), "\(outcome.errors)")
    }
    #expect(try program("report", "other").errors.contains("the runs here are runs/students"))
  }

  @Test func answersHaveAHeadingAndARowNumber() throws {
    let program = try prepared()
    _ = try program("train", "students.csv", "--target", "passed", "--quiet", "--output", "run")
    let lines = try program("predict", "run", "new.csv").output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0] == "row  passed  probability  next")
    #expect(lines[1].hasPrefix("1    0       0.") && lines[2].hasPrefix("2    "))
    #expect(
      try program("predict", "run", "--input", "1,5").output.split(separator: "\n")[1]
        == lines[1], "values in the order of the columns")
    #expect(
      try program("predict", "run", "--input", "1,5,7").errors.contains("2 values (hours, sleep)"))
    #expect(
      try program("predict", "run", "--input", "hours=3,slep=7").errors
        .contains("write `sleep` instead of `slep`"))
    let scores = try program("evaluate", "run", "students.csv").output
    #expect(!scores.contains("top-"), "two classes have no top five")
    try program.write(ExampleData.houses, to: "houses.csv")
    _ = try program(
      "train", "houses.csv", "--target", "price", "--epochs", "1", "--quiet", "--output", "houses")
    let price = try program("predict", "houses", "--input", "area=100,colour=red").output
    #expect(price.hasPrefix("row") && price.contains("price"))
  }

  @Test func fewRowsAreSaidToBeFew() throws {
    let program = try prepared()
    let trained = try program(
      "train", "students.csv", "--target", "passed", "--epochs", "1", "--quiet", "--output", "run")
    #expect(trained.output.contains("2 test rows say nothing about new data"))
    #expect(try program.read("run/report.html").contains("2 test rows say nothing about new data"))
  }
}
