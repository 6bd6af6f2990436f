import Engine
import Testing

@testable import Training

@Suite struct IntervalTests {
  /// Published: 81 of 263 is 0.2553 to 0.3662 (Newcombe, Statistics in Medicine 17, 1998, table I);
  /// 0 of 20 ends at 0.1611.
  @Test func wilsonMatchesPublishedNumbers() {
    let interval = Interval.wilson(hits: 81, of: 263)
    #expect((interval.low - 0.2553).magnitude < 5e-5)
    #expect((interval.high - 0.3662).magnitude < 5e-5)
    let none = Interval.wilson(hits: 0, of: 20)
    #expect(none.low == 0 && (none.high - 0.1611).magnitude < 5e-5)
    #expect(Interval.wilson(hits: 0, of: 0) == Interval(low: 0, high: 1))
    #expect(Interval.wilson(hits: 20, of: 20).high == 1)
  }

  /// Both ends solve |p̂ − p| = z √(p(1−p)/n).
  @Test func wilsonEndsSolveTheirEquation() {
    for count in 1...40 {
      for hits in 1..<max(2, count) where hits < count {
        let interval = Interval.wilson(hits: hits, of: count)
        for p in [interval.low, interval.high] {
          let distance = (Double(hits) / Double(count) - p).magnitude
          let bound = Interval.z * (p * (1 - p) / Double(count)).squareRoot()
          #expect((distance - bound).magnitude < 1e-12)
        }
      }
    }
  }

  /// The share of intervals that hold the truth, over many seeded experiments.
  private func coverage(
    of truth: Double, experiments: Int = 4000, seed: UInt64,
    _ interval: (inout RandomGenerator) throws -> Score
  ) rethrows -> Double {
    var generator = RandomGenerator(seed: seed)
    var held = 0
    for _ in 0..<experiments {
      let score = try interval(&generator)
      if let low = score.low, let high = score.high, low <= truth, truth <= high { held += 1 }
    }
    return Double(held) / Double(experiments)
  }

  @Test(arguments: [0.5, 0.8, 0.95], [30, 200])
  func accuracyIsCoveredNinetyFivePercentOfTheTime(truth: Double, count: Int) {
    let share = coverage(of: truth, seed: UInt64(count)) { generator in
      Score(hits: (0..<count).count { _ in generator.uniform() < truth }, of: count)
    }
    #expect((0.93...0.975).contains(share), "\(share)")
  }

  /// Drawn from a known confusion matrix, so that true F1 and means are known.
  @Test(arguments: [40, 300]) func f1AndMeansAreCovered(count: Int) throws {
    let joint = [[0.30, 0.04, 0.02], [0.02, 0.24, 0.08], [0.02, 0.05, 0.23]]
    let classes = 0..<3
    let support: [Double] = classes.map { joint[$0][0] + joint[$0][1] + joint[$0][2] }
    let predictions: [Double] = classes.map { joint[0][$0] + joint[1][$0] + joint[2][$0] }
    let f1: [Double] = classes.map { 2 * joint[$0][$0] / (support[$0] + predictions[$0]) }
    let recalls: [Double] = classes.map { joint[$0][$0] / support[$0] }
    func report(_ generator: inout RandomGenerator) throws -> ClassificationReport {
      var scores: [Float] = []
      var targets: [Int] = []
      for _ in 0..<count {
        var place = generator.uniform()
        var cell = 0
        while cell < 8, place >= joint[cell / 3][cell % 3] {
          place -= joint[cell / 3][cell % 3]
          cell += 1
        }
        targets.append(cell / 3)
        // Not probabilities, so no time goes into the log loss.
        scores += (0..<3).map { $0 == cell % 3 ? 2 : 0 }
      }
      return try ClassificationReport(labels: ["a", "b", "c"], scores: scores, targets: targets)
    }
    let one = try coverage(of: f1[1], experiments: 1500, seed: 1) { try report(&$0).classes[1].f1 }
    #expect((0.93...0.975).contains(one), "\(one)")
    let macro = try coverage(of: f1.reduce(0, +) / 3, experiments: 1500, seed: 2) {
      try report(&$0).macro.f1
    }
    #expect((0.93...0.99).contains(macro), "\(macro)")
    let macroRecall = try coverage(of: recalls.reduce(0, +) / 3, experiments: 1500, seed: 3) {
      try report(&$0).macro.recall
    }
    #expect((0.92...0.98).contains(macroRecall), "\(macroRecall)")
  }

  /// Two normal populations a distance d apart have an area of Φ(d/√2).
  @Test(arguments: [0.5, 1.5, 3.0]) func areaIsCovered(distance: Double) {
    let truth = 0.5 * (1 + Double.erf(distance / 2))
    let share = coverage(of: truth, experiments: 1500, seed: 5) { generator in
      let examples = (0..<50).map { index in
        (score: Float(generator.normal() + (index < 20 ? distance : 0)), isPositive: index < 20)
      }
      let area = areaUnderCurve(examples)!
      return Score(area, .area(area, positives: 20, negatives: 30), of: 50)
    }
    #expect((0.93...0.995).contains(share), "\(share)")
  }

  @Test func areaOfPerfectSeparationIsNotCertain() {
    let interval = Interval.area(1, positives: 5, negatives: 5)
    #expect(interval.high == 1 && interval.low < 0.8)
    let reversed = Interval.area(0, positives: 5, negatives: 5)
    #expect(reversed.low == 0 && (reversed.high - (1 - interval.low)).magnitude < 1e-12)
  }

  /// Every pair counted one by one, with many ties.
  @Test func areaEqualsTheShareOfPairs() {
    var generator = RandomGenerator(seed: 8)
    for size in 2..<40 {
      let examples = (0..<size).map { index in
        (score: Float(generator.below(6)), isPositive: index == 0 || generator.below(3) == 0)
      }
      let positives = examples.filter(\.isPositive)
      let negatives = examples.filter { !$0.isPositive }
      var won = 0.0
      for p in positives {
        for n in negatives { won += p.score > n.score ? 1 : p.score == n.score ? 0.5 : 0 }
      }
      let expected = negatives.isEmpty ? nil : won / Double(positives.count * negatives.count)
      #expect(isClose(areaUnderCurve(examples), expected))
    }
  }

  @Test func quantilesAreLinearBetweenNeighbours() {
    #expect(Bootstrap.quantile(0.5, of: [1, 2, 4]) == 2)
    #expect(Bootstrap.quantile(0.25, of: [1, 2, 4]) == 1.5)
    #expect(Bootstrap.quantile(1, of: [1, 2, 4]) == 4)
    #expect(Bootstrap.quantile(0.975, of: [3]) == 3)
  }
}
