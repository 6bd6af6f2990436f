import Engine
import Networks
import TestSupport
import Testing

@testable import Training

/// Several labels a row, and ordered classes, against scikit-learn: `Tests/References/answers.json`.
@Suite struct AnswerReportTests {
  struct References: Decodable {
    struct Labels: Decodable, CustomTestStringConvertible {
      let name: String
      let labels: Int
      let probabilities, targets: [Float]
      let subsetAccuracy, hammingLoss: Double
      let micro, macro, precision, recall, f1: [Double]
      let support: [Int]
      var testDescription: String { name }
    }

    struct Ordered: Decodable, CustomTestStringConvertible {
      let name: String
      let classCount: Int
      let targets, predicted: [Int]
      let meanSteps: Double
      let quadraticKappa: Double?
      var testDescription: String { name }

      /// Scores whose largest is that of the predicted class.
      var scores: [Float] {
        predicted.flatMap { answer in (0..<classCount).map { $0 == answer ? 1 : 0 } }
      }
    }

    let multilabel: [Labels]
    let ordered: [Ordered]

    static let shared = Result { try reference("answers.json", References.self) }
  }

  @Test(arguments: try References.shared.get().multilabel)
  func labelsAgreeWithScikitLearn(_ reference: References.Labels) throws {
    let names = (0..<reference.labels).map { "label \($0)" }
    let report = try MultilabelReport(
      labels: names, probabilities: reference.probabilities, targets: reference.targets)
    #expect(isClose(report.subsetAccuracy.value, reference.subsetAccuracy))
    #expect(isClose(report.hammingLoss.value, reference.hammingLoss))
    for (means, expected) in [(report.micro, reference.micro), (report.macro, reference.macro)] {
      #expect(areClose([means.precision.value, means.recall.value, means.f1.value], expected))
    }
    #expect(areClose(report.labels.map(\.precision.value), reference.precision))
    #expect(areClose(report.labels.map(\.recall.value), reference.recall))
    #expect(areClose(report.labels.map(\.f1.value), reference.f1))
    #expect(report.labels.map(\.support) == reference.support)
    func value(_ metric: any Metric) throws -> Double? {
      try metric.value(
        ofAnswers: reference.probabilities, targets: reference.targets, width: reference.labels)
    }
    #expect(try isClose(value(.microF1), reference.micro[2]))
    #expect(try isClose(value(.subsetAccuracy), reference.subsetAccuracy))
    let text = report.text()
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 88 })
    let json = try JSONText.encode(report)
    #expect(json.contains("subset_accuracy") && !json.contains("subsetAccuracy"))
    #expect(try JSONText.decode(MultilabelReport.self, from: json, at: "report") == report)
  }

  @Test(arguments: try References.shared.get().ordered)
  func orderedClassesAgreeWithScikitLearn(_ reference: References.Ordered) throws {
    let predictions = try ClassPredictions(
      scores: reference.scores, targets: reference.targets, classCount: reference.classCount)
    let report = OrderedReport(predictions)
    #expect(isClose(report.meanSteps.value, reference.meanSteps))
    #expect(isClose(report.quadraticKappa.value, reference.quadraticKappa))
    func value(_ metric: any Metric) throws -> Double? {
      try metric.value(
        scores: reference.scores, targets: reference.targets, classCount: reference.classCount)
    }
    #expect(try isClose(value(.meanSteps), reference.meanSteps))
    #expect(try isClose(value(.quadraticKappa), reference.quadraticKappa))
    let json = try JSONText.encode(report)
    #expect(try JSONText.decode(OrderedReport.self, from: json, at: "report") == report)
  }

  /// Of many draws from a population whose kappa is known, at least 93 % of the intervals hold it.
  @Test func kappasIntervalHolds() throws {
    var generator = RandomGenerator(seed: 5)
    func draw(_ count: Int) throws -> ClassPredictions {
      var (targets, scores) = ([Int](), [Float]())
      for _ in 0..<count {
        let truth = Int.random(in: 0..<5, using: &generator)
        let step = [-1, 0, 0, 0, 1, 2].randomElement(using: &generator) ?? 0
        let answer = min(4, max(0, truth + step))
        targets.append(truth)
        scores += (0..<5).map { $0 == answer ? 1 : 0 }
      }
      return try ClassPredictions(scores: scores, targets: targets, classCount: 5)
    }
    let truth = try #require(OrderedReport(draw(200_000)).quadraticKappa.value)
    var held = 0
    let draws = 400
    for _ in 0..<draws {
      let score = OrderedReport(try draw(100)).quadraticKappa
      let (low, high) = (try #require(score.low), try #require(score.high))
      if low <= truth, truth <= high { held += 1 }
    }
    // Three deviations of a share of 95 % of 400.
    #expect((367...393).contains(held), "\(held) of \(draws)")
  }

  @Test func labelsThatCannotBeScoredAreThrown() {
    let cases: [([Float], [Float])] = [
      ([], []), ([0.5], [1, 0]), ([1.5, 0], [1, 0]), ([0.5, 0.5], [1, 2]), ([.nan, 0], [0, 0]),
    ]
    for (probabilities, targets) in cases {
      #expect(throws: Problem.self) {
        try MultilabelReport(labels: ["a", "b"], probabilities: probabilities, targets: targets)
      }
    }
  }
}
