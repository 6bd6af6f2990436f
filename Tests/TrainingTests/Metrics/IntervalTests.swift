import Engine
import Foundation
import Testing

@testable import Training

@Suite struct IntervalTests {
  /// For 81 of 263: ñ = 263 + 3.8415, p̃ = 82.9207 / 266.8415 = 0.310749, and
  /// z √(p̃(1−p̃)/ñ) = 0.055528.
  @Test func sharesAsAgrestiAndCoullSay() throws {
    let interval = try #require(Interval.share(hits: 81, of: 263))
    #expect((interval.low - 0.255221).magnitude < 5e-6)
    #expect((interval.high - 0.366277).magnitude < 5e-6)
    #expect(Interval.share(hits: 9, of: 9) == nil)
    let all = try #require(Interval.share(hits: 20, of: 20))
    #expect(all.high == 1 && all.low > 0.8 && all.low < 0.85)
  }

  /// By summing the binomial distribution: whatever the true share, and however many, the interval holds it
  /// in at least 92.5 % of all test sets.
  @Test(arguments: [10, 15, 30, 100, 300]) func sharesHoldWhateverTheTruth(count: Int) throws {
    let intervals = try (0...count).map { try #require(Interval.share(hits: $0, of: count)) }
    for step in 1..<200 {
      let p = Double(step) / 200
      var coverage = 0.0
      var logOfChoices = 0.0
      for hits in 0...count {
        let interval = intervals[hits]
        if interval.low <= p, p <= interval.high {
          coverage += Double.exp(
            logOfChoices + Double(hits) * Double.log(p) + Double(count - hits) * Double.log(1 - p))
        }
        logOfChoices += Double.log(Double(count - hits)) - Double.log(Double(hits + 1))
      }
      #expect(coverage > 0.925, "p = \(p): \(coverage)")
    }
  }

  /// From `scipy.stats.t.ppf(0.975, df)`.
  @Test func studentsQuantiles() {
    for (degrees, expected, tolerance) in [
      (2.1, 4.112152758, 5e-4), (2.5, 3.574654876, 5e-5), (4, 2.776445105, 1e-6),
      (10, 2.228138852, 1e-8), (99, 1.984216952, 1e-8), (1e5, 1.959987708, 1e-8),
    ] {
      let found = StudentDistribution(degrees: degrees).upperQuantile
      #expect((found / expected - 1).magnitude < tolerance, "\(degrees): \(found)")
    }
  }

  /// From `scipy.stats.t.cdf(t, df)`.
  @Test func studentsProbabilities() {
    for (degrees, t, expected) in [
      (1, 0.5, 0.6475836176504333), (1, -8, 0.039583424160565546),
      (2.3, -1.7, 0.10734759590403604), (2.3, 0.01, 0.5035887973866857),
      (5, 3.2, 0.9880024115983498), (10, -12, 1.460704412384992e-07),
      (30, 2, 0.9726874775185085), (99, -0.3, 0.3824030808701287),
      (1e5, 1.96, 0.9750007184028492), (4, 40, 0.9999988329918387),
    ] {
      let found = StudentDistribution(degrees: degrees).cumulative(t)
      #expect((found / expected - 1).magnitude < 1e-11, "\(degrees), \(t): \(found)")
    }
    #expect(StudentDistribution(degrees: 3).cumulative(0) == 0.5)
    #expect(StudentDistribution(degrees: 3).cumulative(.infinity) == 1)
  }

  /// Every score, in every population, from the rows on from which it has an interval. The bound is four
  /// deviations of the count below 93 %; ``tableOfCoverage()`` draws enough test sets to see more.
  @Test(arguments: IntervalPopulation.all)
  func intervalsHoldTheTruth(_ population: IntervalPopulation) throws {
    let experiments = 200
    for rows in [10, 30, 100] {
      for (name, coverage) in try population.coverage(rows: rows, experiments: experiments) {
        let least = 0.93 - 4 * (0.93 * 0.07 / Double(experiments)).squareRoot()
        // Rare intervals are of unusual test sets.
        guard coverage.printed >= experiments / 2 else {
          #expect(Double(coverage.printed - coverage.held) < 0.12 * Double(experiments))
          continue
        }
        #expect(coverage.share >= least, "\(name), \(rows) rows: \(coverage.share)")
      }
    }
  }

  /// Prints the table of `Docs/reliability.md`: for each score and number of rows the least and the greatest
  /// coverage over the populations where at least half of the test sets have an interval.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["GLASSBOX_COVERAGE"] != nil))
  func tableOfCoverage() throws {
    let experiments = Int(ProcessInfo.processInfo.environment["GLASSBOX_COVERAGE"] ?? "") ?? 2000
    let sizes = [10, 30, 100, 300, 1000]
    var shares: [String: [Int: [Double]]] = [:]
    for population in IntervalPopulation.all {
      for rows in sizes {
        let found = try population.coverage(rows: rows, experiments: experiments)
        for (name, coverage) in found where 2 * coverage.printed >= experiments {
          shares[name, default: [:]][rows, default: []].append(coverage.share)
        }
      }
    }
    for (name, bySize) in shares.sorted(by: { $0.key < $1.key }) {
      let cells = sizes.map { rows -> String in
        guard let found = bySize[rows] else { return "–" }
        let ends = [found.min()!, found.max()!].map { "\(($0 * 1000).rounded() / 10)" }
        return ends[0] == ends[1] ? ends[0] : ends.joined(separator: " to ")
      }
      print("| \(name) | \(cells.joined(separator: " | ")) |")
    }
  }

  /// An interval that is always there must not buy its coverage with width.
  @Test func intervalsOfLossesAreNotTooWide() throws {
    var held = 0
    var printed = 0
    for population in IntervalPopulation.all.filter({ !$0.name.contains("few mistakes") }) {
      let found = try population.coverage(rows: 100, experiments: 150, seed: 2)
      for name in ["log loss", "MAE", "RMSE", "R²"] {
        held += found[name]?.held ?? 0
        printed += found[name]?.printed ?? 0
      }
    }
    let share = Double(held) / Double(printed)
    #expect((0.93...0.97).contains(share), "\(share)")
  }

  /// The mean of n normal numbers: mean ± 1.96 s/√n, within the tenth that the skewness and the
  /// kurtosis of a sample may differ.
  @Test func theMeanOfManyNumbersHasTheNormalInterval() throws {
    var generator = RandomGenerator(seed: 11)
    let numbers = (0..<2000).map { _ in 5 + generator.normal() }
    let interval = try #require(Interval.mean(of: numbers))
    let mean = numbers.reduce(0, +) / 2000
    let half = 1.96 / 2000.0.squareRoot()
    #expect((interval.high - mean - half).magnitude < 0.1 * half)
    #expect((mean - interval.low - half).magnitude < 0.1 * half)
    #expect(Interval.mean(of: [Double](repeating: 2, count: 50)) == nil)
    #expect(Interval.mean(of: Array(numbers.prefix(29))) == nil)
  }

  @Test func areaOfPerfectSeparationIsNotCertain() throws {
    func interval(_ sign: Float, _ count: Int) throws -> Interval? {
      Interval.area(
        try #require(
          AreaUnderCurve((0..<2 * count).map { (sign * Float($0), $0 >= count) })))
    }
    let perfect = try #require(try interval(1, 5))
    #expect(perfect.high == 1 && perfect.low < 0.8)
    let reversed = try #require(try interval(-1, 5))
    #expect(reversed.low == 0 && (reversed.high - (1 - perfect.low)).magnitude < 1e-12)
    #expect(try interval(1, 4) == nil)
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
      let curve = AreaUnderCurve(examples)
      #expect(isClose(curve?.value, expected))
      guard let curve else { continue }
      for side in [true, false] {
        let members = curve.placements.indices.filter { curve.isPositive[$0] == side }
        let mean = members.reduce(0) { $0 + curve.placements[$1] } / Double(members.count)
        #expect(isClose(mean, expected))
      }
    }
  }
}
