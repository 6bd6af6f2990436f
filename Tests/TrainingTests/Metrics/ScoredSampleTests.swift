import Engine
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// Scores of rows with weights and of rows in groups.
@Suite struct ScoredSampleTests {
  /// scikit-learn's numbers, `Tests/References/weights.json`.
  struct References: Decodable {
    struct Classification: Decodable {
      let name: String
      let classCount: Int
      let scores: [Float]
      let targets: [Int]
      let weights: [Float]
      let accuracy, logLoss: Double
      let precision, recall, f1, macro, weighted, areas: [Double]
    }
    struct Regression: Decodable {
      let predictions, targets, weights: [Float]
      let mae, rmse, r2: Double
    }
    let classification: [Classification]
    let regression: [Regression]

    static let shared = Result { try reference("weights.json", References.self) }
  }

  @Test func classifiersAgreeWithScikitLearn() throws {
    for reference in try References.shared.get().classification {
      let report = try ClassificationReport(
        labels: (0..<reference.classCount).map { "\($0)" }, scores: reference.scores,
        targets: reference.targets, weights: reference.weights)
      #expect(isClose(report.accuracy.value, reference.accuracy))
      #expect(isClose(report.logLoss.value, reference.logLoss))
      #expect(areClose(report.classes.map(\.precision.value), reference.precision))
      #expect(areClose(report.classes.map(\.recall.value), reference.recall))
      #expect(areClose(report.classes.map(\.f1.value), reference.f1))
      #expect(areClose(report.classes.map(\.auc.value), reference.areas))
      for (means, expected) in [
        (report.macro, reference.macro), (report.weighted, reference.weighted),
      ] {
        #expect(
          areClose([means.precision.value, means.recall.value, means.f1.value], expected))
      }
      // What is followed while training is the same number.
      for (metric, value) in [
        (Metrics.Accuracy() as any Metric, report.accuracy.value), (.logLoss, report.logLoss.value),
        (.auc, report.auc.value),
      ] {
        #expect(
          try metric.value(
            scores: reference.scores, targets: reference.targets, classCount: reference.classCount,
            weights: reference.weights) == value)
      }
    }
  }

  @Test func regressionsAgreeWithScikitLearn() throws {
    for reference in try References.shared.get().regression {
      let scores = try RegressionReport(
        predictions: reference.predictions, targets: reference.targets, weights: reference.weights
      ).outputs[0]
      #expect(isClose(scores.mae.value, reference.mae))
      #expect(isClose(scores.rmse.value, reference.rmse))
      #expect(isClose(scores.r2.value, reference.r2))
      #expect(scores.mae.low != nil && scores.rmse.high != nil)
    }
  }

  private func answers(_ count: Int, classes: Int) -> (scores: [Float], targets: [Int]) {
    var generator = RandomGenerator(seed: 3)
    let rows = (0..<count).map { _ in
      let raw = (0..<classes).map { _ in generator.uniform() + 0.01 }
      return raw.map { Float($0 / raw.reduce(0, +)) }
    }
    return (rows.flatMap { $0 }, rows.map { _ in generator.below(classes) })
  }

  /// A row of weight 3 says what three equal rows say, in every metric there is.
  @Test func aWeightIsSoManyRows() throws {
    let (scores, targets) = answers(80, classes: 3)
    let weights = (0..<80).map { Float(1 + $0 % 4) }
    func repeated<Value>(_ values: [Value], width: Int = 1) -> [Value] {
      (0..<80).flatMap { row in
        (0..<Int(weights[row])).flatMap { _ in values[row * width..<(row + 1) * width] }
      }
    }
    for case let metric as any ClassificationMetric in Registry.standard.metrics {
      let weighted = try metric.value(
        scores: scores, targets: targets, classCount: 3, weights: weights)
      let plain = try metric.value(
        scores: repeated(scores, width: 3), targets: repeated(targets), classCount: 3)
      #expect(isClose(weighted, plain), "\(metric.name)")
    }
    let (numbers, truths) = (Array(scores[0..<80]), Array(scores[80..<160]))
    for case let metric as any RegressionMetric in Registry.standard.metrics {
      let weighted = try metric.value(predictions: numbers, targets: truths, weights: weights)
      let plain = try metric.value(predictions: repeated(numbers), targets: repeated(truths))
      #expect(isClose(weighted, plain), "\(metric.name)")
    }
    let labels = targets.map { Float($0 % 2) } + targets.map { Float($0 / 2) }
    let yes = Array(scores[0..<160])
    for case let metric as any MultilabelMetric in Registry.standard.metrics {
      let weighted = try metric.value(ofAnswers: yes, targets: labels, width: 2, weights: weights)
      let plain = try metric.value(
        ofAnswers: repeated(yes, width: 2), targets: repeated(labels, width: 2), width: 2,
        weights: nil)
      #expect(isClose(weighted, plain), "\(metric.name)")
    }
  }

  @Test(arguments: [[Float](repeating: 0, count: 80), [-1] + [Float](repeating: 1, count: 79), [1]])
  func whatIsNoWeightIsRefused(_ weights: [Float]) {
    let (scores, targets) = answers(80, classes: 3)
    #expect(throws: Problem.self) {
      try ClassificationReport(
        labels: ["a", "b", "c"], scores: scores, targets: targets, weights: weights)
    }
    #expect(throws: Problem.self) {
      try Metrics.Accuracy().value(
        scores: scores, targets: targets, classCount: 3, weights: weights)
    }
  }

  /// Each row by itself is a group of one: the intervals are about those without groups.
  @Test func groupsOfOneSayWhatRowsSay() throws {
    var generator = RandomGenerator(seed: 8)
    let targets = (0..<100).map { _ in Float(generator.normal()) }
    let predictions = targets.map { $0 + Float(generator.normal()) / 2 }
    let plain = try RegressionReport(predictions: predictions, targets: targets).outputs[0]
    let grouped = try RegressionReport(
      predictions: predictions, targets: targets, groups: (0..<100).map { Int32($0) }
    ).outputs[0]
    for score in [\RegressionReport.OutputScores.mae, \.rmse, \.r2] {
      let (one, other) = (plain[keyPath: score], grouped[keyPath: score])
      #expect(isClose(one.value, other.value))
      let widths = (
        try #require(one.high) - #require(one.low), try #require(other.high) - #require(other.low)
      )
      #expect((0.8...1.25).contains(widths.0 / widths.1), "\(one) \(other)")
    }
  }

  @Test func fewGroupsHaveNoInterval() throws {
    let (scores, targets) = answers(90, classes: 3)
    let report = try ClassificationReport(
      labels: ["a", "b", "c"], scores: scores, targets: targets,
      groups: (0..<90).map { Int32($0 / 10) })
    #expect(report.accuracy.low == nil)
    #expect(report.accuracy.reason == "9 groups, fewer than the 10 that an interval needs")
    #expect(report.text().contains("9 groups as independent draws"))
    #expect(report.sample?.groups == 9)
    let again = try JSONText.decode(
      ClassificationReport.self, from: JSONText.encode(report), at: "x")
    #expect(again == report)
  }

  /// Rows of a group are alike. The interval of rows is far too narrow then; that of groups holds.
  @Test(arguments: [15, 40]) func intervalsOfGroupsHold(_ groups: Int) throws {
    var generator = RandomGenerator(seed: UInt64(groups))
    let truth = 0.75
    var (held, heldByRows, count) = (0, 0, 0)
    for _ in 0..<300 {
      var (targets, numbers): ([Int], [Int32]) = ([], [])
      for group in 0..<groups {
        // Half of the groups' rows are copies of one, the mean of which is the truth.
        let shared = generator.uniform() < truth
        for _ in 0..<8 {
          let own = generator.uniform() < truth
          targets.append((generator.uniform() < 0.6 ? shared : own) ? 1 : 0)
          numbers.append(Int32(group))
        }
      }
      let scores: [Float] = targets.flatMap { _ -> [Float] in [0.2, 0.8] }
      let grouped = try ClassificationReport(
        labels: ["a", "b"], scores: scores, targets: targets, groups: numbers
      ).accuracy
      let rows = try ClassificationReport(labels: ["a", "b"], scores: scores, targets: targets)
        .accuracy
      count += 1
      if let low = grouped.low, let high = grouped.high, (low...high).contains(truth) { held += 1 }
      if let low = rows.low, let high = rows.high, (low...high).contains(truth) { heldByRows += 1 }
    }
    #expect(Double(held) / Double(count) > 0.92)
    #expect(Double(heldByRows) / Double(count) < 0.85)
  }

  /// Scores of groups of five rows whose answers and errors correlate by 0.3 within a group, with the true
  /// score: what share of the intervals of groups, and of rows, hold it. Nil for a share where fewer than
  /// half have an interval.
  private func coverage(
    groups: Int, experiments: Int
  ) throws -> [(name: String, ofGroups: Double?, ofRows: Double?)] {
    var generator = RandomGenerator(seed: UInt64(groups))
    var tallies: [String: [(printed: Int, held: Int)]] = [:]
    func count(_ name: String, _ scores: [Score], _ truth: Double) {
      for (place, score) in scores.enumerated() {
        guard let low = score.low, let high = score.high else { continue }
        tallies[name, default: [(0, 0), (0, 0)]][place].printed += 1
        if (low...high).contains(truth) { tallies[name]![place].held += 1 }
      }
    }
    let numbers = (0..<groups * 5).map { Int32($0 / 5) }
    for _ in 0..<experiments {
      for truth in [0.6, 0.8, 0.95] {
        var shared = false
        let targets = numbers.indices.map { row -> Int in
          if row % 5 == 0 { shared = generator.uniform() < truth }
          let own = generator.uniform() < truth
          return (generator.uniform() < 0.3.squareRoot() ? shared : own) ? 1 : 0
        }
        let scores: [Float] = targets.flatMap { _ -> [Float] in [0.2, 0.8] }
        count(
          "accuracy of \(truth)",
          try [numbers, nil].map {
            try ClassificationReport(
              labels: ["a", "b"], scores: scores, targets: targets, groups: $0
            )
            .accuracy
          }, truth)
      }
      var shared = 0.0
      let pairs = numbers.indices.map { row -> (Float, Float) in
        if row % 5 == 0 { shared = generator.normal() }
        let error = 0.3.squareRoot() * shared + 0.7.squareRoot() * generator.normal()
        let target = generator.normal()
        return (Float(target + error / 2), Float(target))
      }
      let reports = try [numbers, nil].map {
        try RegressionReport(
          predictions: pairs.map(\.0), targets: pairs.map(\.1), groups: $0
        ).outputs[0]
      }
      count("MAE", reports.map(\.mae), 0.5 * (2 / Double.pi).squareRoot())
      count("RMSE", reports.map(\.rmse), 0.5)
      count("R²", reports.map(\.r2), 0.75)
    }
    return tallies.sorted { $0.key < $1.key }.map { name, tallies in
      let shares = tallies.map { tally in
        2 * tally.printed >= experiments ? Double(tally.held) / Double(tally.printed) : nil
      }
      return (name, shares[0], shares[1])
    }
  }

  /// Prints the table of intervals by groups of `Docs/reliability.md`.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["GLASSBOX_COVERAGE"] != nil))
  func tableOfGroupCoverage() throws {
    let experiments = Int(ProcessInfo.processInfo.environment["GLASSBOX_COVERAGE"] ?? "") ?? 2000
    let sizes = [10, 30, 100]
    let tables = try sizes.map { try coverage(groups: $0, experiments: experiments) }
    func text(_ share: Double?) -> String {
      share.map { "\(($0 * 1000).rounded() / 10)" } ?? "–"
    }
    for name in tables[0].map(\.name) {
      let cells = tables.map { table in
        let row = table.first { $0.name == name }
        return "\(text(row?.ofGroups)) (\(text(row?.ofRows)))"
      }
      print("| \(name) | \(cells.joined(separator: " | ")) |")
    }
  }

  @Test func kishCountsWeights() throws {
    let (scores, targets) = answers(80, classes: 3)
    let weights = (0..<80).map { Float($0 < 40 ? 3 : 1) }
    let report = try ClassificationReport(
      labels: ["a", "b", "c"], scores: scores, targets: targets, weights: weights)
    // (40 · 3 + 40)² / (40 · 9 + 40) = 64
    #expect(report.sample?.effectiveExamples == 64 && report.sample?.groups == nil)
    #expect(report.examples == 80 && report.confusion.joined().reduce(0, +) == 80)
    let equal = try ClassificationReport(
      labels: ["a", "b", "c"], scores: scores, targets: targets,
      weights: [Float](repeating: 2, count: 80))
    let plain = try ClassificationReport(labels: ["a", "b", "c"], scores: scores, targets: targets)
    #expect(isClose(equal.accuracy.value, plain.accuracy.value))
  }
}
