import Foundation
import Glassbox
import Serving
import TestSupport
import Testing

/// `glassbox serve --log` and `glassbox feedback`, as their user meets them.
@Suite struct FeedbackCommandTests {
  private static func log(in program: Program) throws -> String {
    let path = program.folder.appending(path: "predictions.sqlite").path
    let model = try ServedModel(path: program.folder.appending(path: "runs/students").path)
    let log = try PredictionLog(PredictionLogSettings(path: path))
    let answer = try JSONDecoder().decode(
      Prediction.self, from: Data("{\"label\":\"\(model.trained.labels[0])\"}".utf8))
    log.add(LogRecord(id: "a", model: model, predictions: [answer, answer]))
    log.close()
    return model.trained.labels[1]
  }

  @Test func whatBecameOfFeedbackIsSaid() throws {
    let program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    #expect(
      try program("train", "students.csv", "--target", "passed", "--epochs", "2").status == 0)
    try program.write("id,label\na,no\n", to: "truths.csv")
    let missing = try program("feedback", "truths.csv", "--log", "predictions.sqlite")
    #expect(missing.status == 66 && missing.errors.contains("predictions.sqlite"))
    let label = try Self.log(in: program)
    try program.write("id,instance,label\na,0,other\na,1,\(label)\nb,0,no\n", to: "truths.csv")
    let taken = try program("feedback", "truths.csv", "--log", "predictions.sqlite")
    #expect(taken.status == 0 && taken.output == "2 taken, 0 known already.\n", "\(taken.errors)")
    #expect(taken.errors.contains("1 of them are classes that the model does not know"))
    #expect(
      taken.errors.contains("not taken: 1 about predictions that it does not have, such as `b`"))
    try program.write("id,label\nb,no\n", to: "strangers.csv")
    let strangers = try program("feedback", "strangers.csv", "--log", "predictions.sqlite")
    #expect(strangers.status == 65, "\(strangers.errors)")
    let other = try program("feedback", "truths.csv", "--log", "students.csv")
    #expect(other.status == 65 && other.errors.contains("a prediction log"), "\(other.errors)")
  }

  @Test func withoutALogServingSaysSo() throws {
    let program = try Program()
    try program.write(ExampleData.students, to: "students.csv")
    #expect(
      try program("train", "students.csv", "--target", "passed", "--epochs", "2").status == 0)
    for (log, isSaid) in [([], true), (["--log", "predictions.sqlite"], false)] {
      let server = try program.start(
        ["serve", "runs/students", "--port", "0"] + log, watching: .output)
      if server.nextLine() != nil { server.send(SIGTERM) }
      let outcome = try server.outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains("answers are not logged") == isSaid)
      #expect(program.exists("predictions.sqlite") == !isSaid)
    }
    let small = try program("serve", "runs/students", "--log", "x", "--log-size", "1")
    #expect(small.status != 0 && small.errors.contains("log_size"), "\(small.errors)")
    #expect(!program.exists("x"))
  }
}
