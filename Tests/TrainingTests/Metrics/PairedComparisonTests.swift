import Engine
import TestSupport
import Testing

@testable import Training

/// The comparison of two models beside statsmodels, SciPy and NumPy.
@Suite struct PairedComparisonTests {
  private struct References: Decodable {
    struct Bootstrap: Decodable { let first, second: [Double], low, high, p, error: Double }
    let mid_p, intervals: [[Double]]
    let bootstraps: [Bootstrap]
  }

  private let expected: References

  init() throws { expected = try reference("comparisons.json") }

  /// Two models of so many rows.
  private func comparison(_ rows: Int, _ better: Int, _ worse: Int) -> PairedComparison {
    let first = (0..<rows).map { $0 >= better }
    let second = (0..<rows).map { $0 < better || $0 >= better + worse }
    return PairedComparison(right: first, second)
  }

  @Test func mcNemarIsThatOfSciPy() {
    for line in expected.mid_p {
      let (better, worse) = (Int(line[0]), Int(line[1]))
      let p = PairedComparison.midP(better, worse)
      #expect((p - line[2]).magnitude <= 1e-9 * line[2], "\(line): \(p)")
      let whole = comparison(better + worse + 5, better, worse)
      #expect(whole.pValue == p && whole.better == better && whole.worse == worse)
    }
  }

  @Test func intervalsOfClassesAreAgrestiAndMins() throws {
    for line in expected.intervals {
      let own = comparison(Int(line[0]), Int(line[1]), Int(line[2]))
      #expect((try #require(own.low) - line[3]).magnitude < 1e-12, "\(line)")
      #expect((try #require(own.high) - line[4]).magnitude < 1e-12, "\(line)")
    }
    #expect(comparison(29, 4, 2).low == nil)
  }

  @Test func theBootstrapIsThatOfNumPy() throws {
    for case let one in expected.bootstraps {
      let own = PairedComparison(errors: one.first, one.second, seed: 1)
      #expect(own == PairedComparison(errors: one.first, one.second, seed: 1))
      // Both are draws; NumPy's from so many that its error is nothing.
      #expect((try #require(own.low) - one.low).magnitude < 0.2 * one.error, "\(own)")
      #expect((try #require(own.high) - one.high).magnitude < 0.2 * one.error, "\(own)")
      let p = try #require(own.pValue)
      #expect((p - one.p).magnitude < 0.001 + 4 * (one.p / 1999).squareRoot(), "\(p), \(one.p)")
    }
    let same = PairedComparison(
      errors: expected.bootstraps[0].first, expected.bootstraps[0].first, seed: 1)
    #expect(same.pValue == 1 && same.difference == 0 && same.low == 0 && same.high == 0)
    #expect(PairedComparison(errors: [1, 2], [0, 0], seed: 1).pValue == nil)
  }

  /// Where few answers differ no interval of so coarse a thing can be near 95 %; it is wider then.
  @Test(arguments: [(30, 0.2, 0.1), (100, 0.1, 0.1), (100, 0.3, 0.05), (300, 0.05, 0.1)])
  func intervalsOfClassesHold(_ rows: Int, _ gained: Double, _ lost: Double) throws {
    var generator = RandomGenerator(seed: 11, stream: UInt64(rows))
    let draws = 1500
    var held = 0
    for _ in 0..<draws {
      var (better, worse) = (0, 0)
      for _ in 0..<rows {
        let u = generator.uniform()
        if u < gained { better += 1 } else if u < gained + lost { worse += 1 }
      }
      let own = comparison(rows, better, worse)
      if (own.low!...own.high!).contains(gained - lost) { held += 1 }
    }
    let share = Double(held) / Double(draws)
    #expect((0.93...0.975).contains(share), "\(share)")
  }
}
