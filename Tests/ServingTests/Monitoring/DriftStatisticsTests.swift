import Engine
import TestSupport
import Testing
import Training

@testable import Serving

/// The numbers of monitoring beside SciPy's.
@Suite struct DriftStatisticsTests {
  private struct References: Decodable {
    struct Table: Decodable {
      let reference, recent: [Int]
      let statistic, p: Double
      let degrees: Int
    }
    struct Many: Decodable { let p, corrected: [Double] }
    let upper, noncentral, intervals: [[Double]]
    let tables: [Table]
    let many: [Many]
  }

  private let expected: References

  init() throws { expected = try reference("drift.json") }

  private func isClose(_ ours: Double, _ theirs: Double, _ tolerance: Double = 1e-10) -> Bool {
    (ours - theirs).magnitude <= tolerance * max(theirs.magnitude, 1e-300)
  }

  @Test func tailsAreThoseOfSciPy() {
    for line in expected.upper {
      let tail = ChiSquareDistribution(degrees: line[1]).upperTail(line[0])
      #expect(isClose(tail, line[2]), "\(line): \(tail)")
    }
    for line in expected.noncentral {
      let tail = ChiSquareDistribution(degrees: line[1], noncentrality: line[2]).lowerTail(line[0])
      #expect((tail - line[3]).magnitude < 1e-9, "\(line): \(tail)")
    }
  }

  @Test func quantilesUndoTails() {
    for degrees in [1.0, 4, 9] {
      for probability in [0.5, 0.05, 0.001, 1e-8] {
        let distribution = ChiSquareDistribution(degrees: degrees)
        let x = distribution.upperQuantile(probability)
        #expect(isClose(distribution.upperTail(x), probability, 1e-6))
      }
    }
  }

  @Test func intervalsAreThoseThatSciPyInverts() {
    for line in expected.intervals {
      let ends = ChiSquareDistribution.noncentrality(of: line[0], degrees: line[1])
      #expect((ends.low - line[2]).magnitude < 1e-5 * (1 + line[2]), "\(line): \(ends)")
      #expect((ends.high - line[3]).magnitude < 1e-5 * (1 + line[3]), "\(line): \(ends)")
    }
    // Where the normal distribution takes over nothing jumps.
    for degrees in [1.0, 9] {
      let below = ChiSquareDistribution.noncentrality(of: 4999.9, degrees: degrees)
      let above = ChiSquareDistribution.noncentrality(of: 5000.1, degrees: degrees)
      #expect((below.low - above.low).magnitude < 5 && (below.high - above.high).magnitude < 5)
    }
  }

  @Test func testsAreThoseOfSciPy() throws {
    for table in expected.tables {
      let ours = try #require(
        BinnedComparison(reference: table.reference, recent: table.recent, isOrdered: true))
      #expect(ours.degrees == table.degrees)
      #expect(isClose(ours.statistic, table.statistic, 1e-9))
      #expect(isClose(ours.pValue, table.p, 1e-8))
      #expect(ours.low <= ours.psi && ours.psi <= ours.high)
    }
  }

  @Test func manyTestsAreCorrectedAsSciPyDoes() {
    for many in expected.many {
      for (ours, theirs) in zip(many.p.correctedForMany(), many.corrected) {
        #expect(isClose(ours, theirs))
      }
    }
    #expect([Double]().correctedForMany() == [])
  }

  @Test func smallBinsJoinTheirNeighbours() throws {
    // 2 and 3 rows of 1 and 1 are too few; so are the last ones.
    let ordered = try #require(
      BinnedComparison(reference: [1, 1, 50, 50, 2], recent: [2, 1, 50, 50, 1], isOrdered: true))
    #expect(ordered.degrees == 1)
    #expect(BinnedComparison(reference: [100, 0], recent: [100, 0], isOrdered: true) == nil)
    #expect(BinnedComparison(reference: [100, 20], recent: [4, 0], isOrdered: false) == nil)
    #expect(BinnedComparison(reference: [100, 20], recent: [0, 0], isOrdered: false) == nil)
  }

  @Test func rowsThatAreEnoughFindANotableMove() throws {
    let rule = DriftRule()
    let one = try #require(rule.rowsEnough(reference: 10_000, degrees: 9, columns: 1))
    let many = try #require(rule.rowsEnough(reference: 10_000, degrees: 9, columns: 50))
    let fewer = try #require(rule.rowsEnough(reference: 1000, degrees: 9, columns: 1))
    #expect(one < many && one < fewer)
    #expect((100...1000).contains(one))
    #expect(rule.rowsEnough(reference: 50, degrees: 9, columns: 1) == nil)
  }
}
