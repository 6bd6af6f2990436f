import Engine
import TestSupport
import Testing

@testable import Tuning

@Suite struct ImportanceTests {
  /// Cuts in quarters, so that sixteen places along each axis see all of it.
  private static let side = 16

  private func bruteForce(
    _ tree: RegressionTree, choices: Int
  ) -> (variance: Double, single: [Double], pairs: [Double]) {
    // Two numbers and a choice.
    let (side, count) = (Self.side, Self.side * Self.side * choices)
    func point(_ cell: Int) -> [Int] { [cell % side, cell / side % side, cell / side / side] }
    let values = (0..<count).map { cell in
      let place = point(cell)
      return tree.prediction(
        at: [
          (Double(place[0]) + 0.5) / Double(side), (Double(place[1]) + 0.5) / Double(side),
          Double(place[2]),
        ])
    }
    let mean = values.reduce(0, +) / Double(count)
    func variance(_ inputs: [Int]) -> Double {
      var groups: [[Int]: (Double, Int)] = [:]
      for (cell, value) in values.enumerated() {
        let key = inputs.map { point(cell)[$0] }
        let group = groups[key] ?? (0, 0)
        groups[key] = (group.0 + value - mean, group.1 + 1)
      }
      return groups.values.reduce(0) {
        let part = $1.0 / Double($1.1)
        return $0 + part * part * Double($1.1) / Double(count)
      }
    }
    let total = variance([0, 1, 2])
    let single = (0..<3).map { variance([$0]) / total }
    let pairs = [[0, 1], [0, 2], [1, 2]].map {
      variance($0) / total - single[$0[0]] - single[$0[1]]
    }
    return (total, single, pairs)
  }

  @Test func sharesAreThoseOfSummingOverTheWholeSpace() throws {
    let inputs: [TreeInput] = [.number, .number, .choice(count: 5)]
    for seed in 1...8 {
      var random = RandomGenerator(seed: UInt64(seed))
      let points = (0..<60).map { _ in
        [Double(random.below(5)) / 4, Double(random.below(9)) / 8, Double(random.below(5))]
      }
      let values = points.map { $0[0] * 2 + $0[0] * $0[1] + ($0[2] == 3 ? $0[1] : 0) }
      let tree = RegressionTree(
        TreeExamples(inputs: inputs, points: points, values: values), rows: Array(0..<60), &random)
      for (point, value) in zip(points, values) {
        #expect((tree.prediction(at: point) - value).magnitude < 1e-12)
      }
      let shares = try #require(VarianceShares(tree, inputs: inputs))
      let exact = bruteForce(tree, choices: 5)
      #expect((shares.variance - exact.variance).magnitude < 1e-12)
      for (share, known) in zip(shares.single, exact.single) {
        #expect((share - known).magnitude < 1e-10)
      }
      let pairs = [(0, 1), (0, 2), (1, 2)].map {
        shares.pairs[.init(first: $0.0, second: $0.1)] ?? 0
      }
      for (share, known) in zip(pairs, exact.pairs) { #expect((share - known).magnitude < 1e-10) }
    }
  }

  @Test func aTreeOfOneQuestionIsAllAboutItsInput() throws {
    let tree = RegressionTree(root: .split(input: 1, .below(0.25), yes: .leaf(4), no: .leaf(0)))
    let shares = try #require(VarianceShares(tree, inputs: [.number, .number]))
    #expect(shares.mean == 1 && shares.variance == 3)
    #expect(shares.single == [0, 1] && shares.pairs.isEmpty)
    #expect(VarianceShares(RegressionTree(root: .leaf(2)), inputs: [.number]) == nil)
  }

  /// Uniform inputs: a·x has the variance a² ÷ 12.
  @Test func aSumHasTheSharesOfItsParts() throws {
    let record = SyntheticStudy.record(SyntheticStudy.numbers(3), trials: 150) { point, _ in
      (3 * point[0]! + point[1]!, .complete)
    }
    let importance = try SettingImportance(of: record)
    let shares = Dictionary(
      uniqueKeysWithValues: importance.settings.map { ($0.settings[0], $0.share) })
    #expect((shares["x0"]! - 0.9).magnitude < 0.05, "\(shares)")
    #expect((shares["x1"]! - 0.1).magnitude < 0.05)
    #expect(shares["x2"]! < 0.02)
    #expect(importance.settings.map(\.settings) == [["x0"], ["x1"], ["x2"]])
    for share in importance.settings {
      #expect(share.low <= share.share && share.share <= share.high)
    }
    #expect(importance.explained > 0.8 && importance.trials == 150)
    #expect(try SettingImportance(of: record) == importance, "the seed says it")
  }

  /// A product of two numbers around 0 has no part of either alone.
  @Test func whatTwoDoTogetherIsTheirs() throws {
    let record = SyntheticStudy.record(SyntheticStudy.numbers(3), trials: 200) { point, _ in
      ((point[0]! - 0.5) * (point[2]! - 0.5), .complete)
    }
    let importance = try SettingImportance(of: record)
    #expect(importance.pairs[0].settings == ["x0", "x2"])
    #expect(importance.pairs[0].share > 0.5)
    #expect(importance.settings.allSatisfy { $0.share < 0.25 })
  }

  /// With one of two optimisers, each as likely: where momentum is there it changes the cost by as much as its
  /// place. f = [sgd] · m has the variance 1/3 · 1/2 − (1/4)² = 5/48; of the optimiser alone comes (1/4)², of
  /// momentum alone (1/2)² · 1/12 = 1/48, and together as much.
  @Test func aSettingCountsWhereItIsThere() throws {
    let dimensions = [
      SearchDimension("optimizer", .choice(count: 2)),
      SearchDimension(
        "momentum", .real(low: 0, high: 1, isLogarithmic: false),
        when: [.init(dimension: 0, values: [1])]),
    ]
    let record = SyntheticStudy.record(dimensions, trials: 200) { point, _ in
      (point[1] ?? 0, .complete)
    }
    let importance = try SettingImportance(of: record)
    let shares = Dictionary(
      uniqueKeysWithValues: (importance.settings + importance.pairs).map { ($0.settings, $0.share) }
    )
    #expect((shares[["optimizer"]]! - 0.6).magnitude < 0.06, "\(shares)")
    #expect((shares[["momentum"]]! - 0.2).magnitude < 0.06)
    #expect((shares[["optimizer", "momentum"]]! - 0.2).magnitude < 0.06)
  }

  @Test func aFewTrialsThatGotNowhereAreNotAllThereIs() throws {
    let record = SyntheticStudy.record(SyntheticStudy.numbers(2), trials: 100) { point, _ in
      (point[1]! < 0.03 ? 1e9 : point[0]!, .complete)
    }
    let importance = try SettingImportance(of: record)
    #expect(importance.limited > 0 && importance.limited < 10)
    #expect(importance.settings.first { $0.settings == ["x0"] }!.share > 0.2)
  }

  @Test func whatIsNotKnownIsNotSaid() {
    func reason(_ trials: Int, _ value: (SearchPoint, inout RandomGenerator) -> Double) -> String? {
      let record = SyntheticStudy.record(SyntheticStudy.numbers(2), trials: trials) {
        (value($0, &$1), .complete)
      }
      do {
        _ = try SettingImportance(of: record)
        return nil
      } catch { return error.reason }
    }
    #expect(reason(9) { point, _ in point[0]! }?.contains("9 trials are complete") == true)
    #expect(reason(40) { _, _ in 1 }?.contains("chance") == true)
    #expect(reason(40) { _, random in random.normal() }?.contains("chance") == true)
    #expect(reason(40) { _, _ in .infinity }?.hasPrefix("0 trials") == true)
    #expect(reason(40) { point, _ in point[0]! } == nil)
  }

  /// The same trials as Optuna's, which has a forest of its own: `fanova.py`.
  @Test(arguments: ["branin", "additive", "mixed"]) func sharesAreCloseToOptunas(_ name: String)
    throws
  {
    struct Case: Decodable {
      let dimensions: [Dimension]
      let points: [[Double]]
      let values: [Double]
      let optuna: [String: Double]
      struct Dimension: Decodable {
        let name: String
        let low: Double
        let high: Double
        let log: Bool
        let choices: Int?
      }
    }
    let known = try #require(try reference("fanova.json", [String: Case].self)[name])
    let dimensions = known.dimensions.map {
      SearchDimension(
        $0.name,
        $0.choices.map { .choice(count: $0) }
          ?? .real(low: $0.low, high: $0.high, isLogarithmic: $0.log))
    }
    var place = 0
    var record = SyntheticStudy.record(dimensions, trials: known.points.count) { _, _ in
      defer { place += 1 }
      return (known.values[place], .complete)
    }
    for trial in record.trials.indices { record.trials[trial].point = known.points[trial] }
    let importance = try SettingImportance(of: record)
    let total = importance.settings.reduce(0) { $0 + $1.share }
    // Optuna's shares of single settings are made to sum to one.
    for share in importance.settings {
      #expect(
        (share.share / total - known.optuna[share.settings[0]]!).magnitude < 0.05,
        "\(name) \(share.settings[0]): \(share.share / total)")
    }
  }
}
