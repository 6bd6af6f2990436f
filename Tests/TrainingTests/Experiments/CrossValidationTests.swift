import Engine
import Foundation
import Networks
import TestSupport
import Testing

@testable import Datasets
@testable import Training

@Suite struct CrossValidationTests {
  private let temporary: TemporaryFolder
  init() throws { temporary = try TemporaryFolder() }

  /// Rows with a class, a number, a group and a day.
  private func configuration(rows: Int = 90) throws -> RunConfiguration {
    let text =
      "a,b,label,number,who,day\n"
      + (0..<rows).map { row in
        let (a, b) = (row % 11, row * 7 % 13)
        return "\(a),\(b),\(a + b > 10 ? "yes" : "no"),\(a - 2 * b),p\(row / 5),\(row)\n"
      }.joined()
    let path = temporary.path("table.csv")
    try AtomicFile.write(Array(text.utf8), to: path)
    var configuration = RunConfiguration()
    configuration.data.source = path
    configuration.data.target = "label"
    configuration.data.ignore = ["number", "who", "day"]
    configuration.training.epochs = 4
    configuration.network.hidden = [4]
    configuration.training.threads = 1
    return configuration
  }

  /// All kinds of data: no row that the run would keep back is in a fold, what is held out is not learned
  /// from, and the preprocessing knows only the rows that are.
  @Test(arguments: ["plain", "numbers", "group", "time", "forecast", "no test", "no validation"])
  func heldOutRowsAreSeenByNobody(kind: String) throws {
    var configuration = try self.configuration()
    switch kind {
    case "numbers": (configuration.data.target, configuration.data.ignore[0]) = ("number", "label")
    case "group":
      (configuration.data.group, configuration.data.ignore) = ("who", ["number", "day"])
    case "time":
      (configuration.data.splitByTime, configuration.data.ignore) = ("day", ["number", "who"])
    case "forecast":
      configuration.data.target = nil
      configuration.data.ignore = ["label", "who", "day"]
      configuration.data.forecast = "number"
      configuration.data.history = 5
    case "no test": configuration.data.test = .fraction(0)
    case "no validation": configuration.data.validation = .fraction(0)
    default: break
    }
    let sealed = try PreparedData(configuration).split.test
    let validation = try CrossValidation(configuration, folds: 3)
    #expect(validation.folds.all.count == 3)
    #expect((kind == "no test") == sealed.isEmpty)
    for (number, fold) in validation.folds.all.enumerated() {
      #expect(Set(sealed).isDisjoint(with: fold.train + fold.heldOut))
      let experiment = try validation.experiment(ofFold: number)
      let split = experiment.data.split
      #expect(split.test == fold.heldOut)
      if kind != "forecast", kind != "time" {
        #expect((split.train + split.validation).sorted() == fold.train)
      }
      #expect(Set(split.train + split.validation).isDisjoint(with: split.test))
      #expect(split.validation.isEmpty == (kind == "no validation"))
      guard kind == "plain" else { continue }
      // Standardised by the rows it learns from and no others.
      let column = try #require(experiment.data.preprocessing.columns.first { $0.name == "a" })
      let values = split.train.map { Double($0 % 11) }
      let mean = values.reduce(0, +) / Double(values.count)
      guard case .number(let offset, _, _, _) = column.encoding else {
        Issue.record("`a` is no number")
        continue
      }
      #expect((offset - mean).magnitude < 1e-9)
    }
  }

  @Test func scoresAreThoseOfTheHeldOutRows() throws {
    let validation = try CrossValidation(configuration(), folds: 5)
    var epochs: [Int: Int] = [:]
    let report = try validation.run { fold, event in
      if case .epoch = event { epochs[fold, default: 0] += 1 }
      return .continue
    }
    #expect(report.isComplete && report.asked == 5 && report.folds.count == 5)
    #expect(epochs == [1: 4, 2: 4, 3: 4, 4: 4, 5: 4])
    // The same by hand, from a model that was stored and read again.
    let experiment = try validation.experiment(ofFold: 2)
    let loop = try experiment.run()
    try loop.run()
    let model = try TrainedModel(bytes: experiment.model(of: loop).bytes())
    let scores = try model.evaluate(#require(experiment.data.test))
    let fold = report.folds[2]
    #expect(fold.scores["accuracy"] == scores.classification?.accuracy.value)
    #expect((fold.scores["loss"]! - scores.loss).magnitude < 1e-6)
    let values = report.values(of: "loss")
    let mean = values.reduce(0, +) / 5
    #expect((report.scores["loss"]!.mean - mean).magnitude < 1e-12)
    let sealed = try PreparedData(configuration()).split.test.count
    #expect(report.sealedRows == sealed)
    #expect(report.notes.contains("\(sealed) test rows stay sealed"))
    let again = try JSONText.decode(
      CrossValidationReport.self, from: JSONText.encode(report), at: "report")
    #expect(again.scores == report.scores)
    #expect(report.text().contains("standard deviation between folds"))
    #expect(try validation.run().values(of: "loss") == values, "the same bits again")
  }

  @Test func whoStopsGetsTheFoldsBefore() throws {
    let report = try CrossValidation(configuration(), folds: 3).run { fold, event in
      if fold == 2, case .epoch = event { .stop } else { .continue }
    }
    #expect(!report.isComplete && report.folds.map(\.fold) == [1])
    #expect(report.text().hasPrefix("stopped after 1 of 3 folds"))
  }

  @Test func problemsNameTheirFold() throws {
    var configuration = try self.configuration()
    configuration.training.learningRate = 1e30
    configuration.training.optimizer = "sgd"
    let problem = #expect(throws: Problem.self) {
      try CrossValidation(configuration, folds: 3).run()
    }
    #expect(problem?.location.hasPrefix("fold 1: ") == true && problem?.isDivergence == true)
    #expect(throws: Problem.self) { try CrossValidation(self.configuration(), folds: 80) }
  }

  private struct Reference: Decodable {
    struct Example: Decodable {
      let scores: [Double]
      let ratio, mean, deviation, low, high: Double
    }
    struct Coverage: Decodable { let folds: Int, held: Double }
    let example: Example
    let coverage: [Coverage]
  }

  /// `Tests/References/cross_validation.py`.
  @Test func intervalsAreTheCorrectedResampledT() throws {
    let made = try reference("cross_validation.json", Reference.self)
    let spread = CrossValidationReport.spread(made.example.scores, ratio: made.example.ratio)
    #expect((spread.mean - made.example.mean).magnitude < 1e-12)
    let (deviation, low, high) = (
      try #require(spread.deviation), try #require(spread.low), try #require(spread.high)
    )
    #expect((deviation - made.example.deviation).magnitude < 1e-12)
    #expect((low - made.example.low).magnitude < 1e-5)
    #expect((high - made.example.high).magnitude < 1e-5)
    #expect(CrossValidationReport.spread([0.5, 0.5], ratio: 0.5).low == nil)
    #expect(CrossValidationReport.spread([0.5], ratio: 0.5).deviation == nil)
    for coverage in made.coverage
    where coverage.folds >= CrossValidationReport.fewestForIntervals {
      #expect((0.93...0.995).contains(coverage.held))
    }
  }
}
