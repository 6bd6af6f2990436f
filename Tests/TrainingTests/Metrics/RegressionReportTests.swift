import Engine
import Formatting
import Testing

@testable import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct RegressionReportTests {
  typealias Reference = MetricReferences.Regression

  @Test(arguments: try MetricReferences.shared.get().regression)
  func agreesWithScikitLearn(_ reference: Reference) throws {
    let names = (0..<reference.shape[1]).map { "output \($0)" }
    let report = try RegressionReport(
      names: names, predictions: reference.predictions, targets: reference.targets)
    #expect(areClose(report.outputs.map(\.mae.value), reference.mae))
    #expect(areClose(report.outputs.map(\.rmse.value), reference.rmse))
    #expect(areClose(report.outputs.map(\.r2.value), reference.r2))
    let average = report.average
    #expect(
      areClose([average.mae.value, average.rmse.value, average.r2.value], reference.averages))
    for scores in report.outputs {
      for score in [scores.mae, scores.rmse, scores.r2] {
        guard let low = score.low, let high = score.high else {
          #expect(score.reason != nil)
          continue
        }
        let value = try #require(score.value)
        #expect(low <= value && value <= high)
      }
    }
  }

  @Test func constantTargetsLeaveR2Undefined() throws {
    let report = try RegressionReport(predictions: [1, 2, 4], targets: [2, 2, 2])
    #expect(report.outputs[0].r2.value == nil)
    #expect(report.average.r2.value == nil)
    #expect(report.outputs[0].r2.reason == "all targets are equal, so R² has nothing to explain")
    #expect(report.outputs[0].mae.value == 1)
    let one = try RegressionReport(predictions: [3], targets: [2])
    #expect(one.outputs[0].mae.value == 1 && one.outputs[0].mae.low == nil)
  }

  /// The mean of two outputs with equal errors has the scores and about the intervals of each.
  @Test func theMeanOfEqualOutputsIsEachOfThem() throws {
    var generator = RandomGenerator(seed: 4)
    let targets = (0..<200).map { _ in Float(generator.normal()) }
    let predictions = targets.map { $0 + Float(generator.normal()) / 2 }
    let twice = { (numbers: [Float]) in numbers.flatMap { [$0, $0] } }
    let report = try RegressionReport(
      names: ["a", "b"], predictions: twice(predictions), targets: twice(targets))
    for score in [\RegressionReport.OutputScores.mae, \.rmse, \.r2] {
      let (one, mean) = (report.outputs[0][keyPath: score], report.average[keyPath: score])
      let (low, high) = (try #require(one.low), try #require(one.high))
      let (meanLow, meanHigh) = (try #require(mean.low), try #require(mean.high))
      #expect(isClose(mean.value, one.value))
      #expect((meanLow - low).magnitude < 0.05 * (high - low))
      #expect((meanHigh - high).magnitude < 0.05 * (high - low))
    }
  }

  @Test func whereNoIntervalHoldsTheReasonIsSaid() throws {
    let few = try RegressionReport(predictions: [1, 2, 4], targets: [1, 2, 3])
    #expect(
      few.outputs[0].mae.reason == "3 examples, fewer than the 30 that an interval needs")
    #expect(few.outputs[0].r2.reason == "3 examples, fewer than the 100 that an interval needs")
    let numbers = (0..<200).map(Float.init)
    let perfect = try RegressionReport(predictions: numbers, targets: numbers).outputs[0]
    for score in [perfect.mae, perfect.rmse, perfect.r2] {
      #expect(score.low == nil && score.reason == "all errors are equal")
    }
  }

  @Test func whatCannotBeScoredIsThrown() {
    #expect(throws: Problem.self) { try RegressionReport(predictions: [], targets: []) }
    #expect(throws: Problem.self) { try RegressionReport(predictions: [1], targets: [1, 2]) }
    #expect(throws: Problem.self) { try RegressionReport(predictions: [.nan], targets: [1]) }
    #expect(throws: Problem.self) {
      try RegressionReport(predictions: [1], targets: [.infinity])
    }
    #expect(throws: Problem.self) {
      try RegressionReport(names: [], predictions: [1], targets: [1])
    }
    #expect(throws: Problem.self) {
      try RegressionReport(names: ["a", "b"], predictions: [1, 2, 3], targets: [1, 2, 3])
    }
  }

  @Test func jsonReadsBackAndTheTextIsAligned() throws {
    let report = try RegressionReport(
      names: ["width", "height"], predictions: [1, 20000, 3, 40000],
      targets: [1.5, 20010, 2, 40001])
    let json = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(RegressionReport.self, from: json) == report)
    let text = report.text()
    #expect(text.hasPrefix("2 examples\n\nwidth\n  MAE   0.7500\n"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func numbersAsText() {
    #expect((-0.0004).text(decimals: 3) == "0.000")
    #expect((2.5).text(decimals: 0) == "3")
    #expect((-12.3456).text(decimals: 2) == "-12.35")
    #expect((9.9996 as Double).shortText == "10.00")
    #expect((1_234_567_890 as Double).shortText == "1.235e9")
    #expect((0.00001234 as Double).shortText == "1.234e-5")
    #expect((-123.44 as Double).shortText == "-123.4")
    #expect((0 as Double).shortText == "0")
  }

  /// Squares of such numbers are 0 in 32 bits.
  @Test func valuesOfTinyUnitsAreScored() throws {
    let (answers, truths) = ([1.0, 2, 3, 4.5], [1.5, 2, 3, 4])
    let plain = try RegressionReport(answers: answers, truths: truths).outputs[0]
    let tiny = try RegressionReport(
      answers: answers.map { $0 * 1e-60 }, truths: truths.map { $0 * 1e-60 }
    ).outputs[0]
    #expect(abs(try #require(tiny.r2.value) - (try #require(plain.r2.value))) < 1e-12)
    #expect(abs(try #require(tiny.rmse.value) * 1e60 - (try #require(plain.rmse.value))) < 1e-12)
  }
}
