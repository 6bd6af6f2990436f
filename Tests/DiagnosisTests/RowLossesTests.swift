import Engine
import Testing

@testable import Diagnosis

/// What is beyond noise, on draws whose truth is known.
@Suite struct RowLossesTests {
  private static func losses(
    _ rows: Int, mean: Double, generator: inout RandomGenerator
  ) -> RowLosses {
    let baseline = (0..<rows).map { _ in 1 + 0.2 * generator.normal() }
    return RowLosses(
      losses: baseline.map { max(0, $0 * (mean + 0.3 * generator.normal())) }, baseline: baseline)
  }

  /// Without any difference, three standard errors are passed once in 740 times, upwards, whatever
  /// the number of rows.
  @Test(arguments: [13, 20, 50, 200]) func chanceIsSeldomTakenForAnImprovement(rows: Int) {
    var generator = RandomGenerator(seed: 4)
    let draws = 4000
    let alarms = (0..<draws).count { _ in
      let (a, b) = (
        Self.losses(rows, mean: 0.8, generator: &generator),
        Self.losses(rows, mean: 0.8, generator: &generator)
      )
      return b.significance(over: a) > 3
    }
    #expect(alarms <= 15, "\(alarms) of \(draws)")
  }

  @Test(arguments: [50, 200]) func aGainOfAHalfIsSeen(rows: Int) {
    var generator = RandomGenerator(seed: 5)
    let without = Self.losses(rows, mean: 1, generator: &generator)
    let with = Self.losses(rows, mean: 0.5, generator: &generator)
    #expect(with.significance(over: without) > 3)
    #expect(without.significance(over: with) < -3)
    #expect(RowLosses.isBeyondLuck(with.significance) && with.mayHaveLearned)
    #expect(!RowLosses.isBeyondLuck(without.significance))
  }

  @Test func fewRowsTellNothing() {
    let all = RowLosses(losses: [0], baseline: [1])
    #expect(all.significance == 0 && !all.hasEnough && all.mayHaveLearned)
    // Two equal gains are no certainty.
    let two = RowLosses(losses: [0.5, 0.6], baseline: [1, 1])
    #expect(!RowLosses.isBeyondLuck(two.significance))
    #expect(RowLosses().significance == 0)
  }

  @Test func whatStoppedBeingANumberIsWorseThanAnything() {
    let rows = 20
    let broken = RowLosses(
      losses: (0..<rows).map { $0 % 2 == 0 ? .nan : .infinity },
      baseline: [Double](repeating: 1, count: rows))
    let good = RowLosses(
      losses: (0..<rows).map { 0.1 + Double($0) / 100 }, baseline: broken.baseline)
    #expect(good.significance(over: broken) > 3 && broken.significance(over: good) < -3)
    #expect(broken.significance == 0 && !broken.mayHaveLearned)
  }

  /// A single row that costs a million hides nothing.
  @Test func anOutlierDoesNotHideTheOthers() {
    let baseline = [Double](repeating: 1, count: 40)
    var losses = (0..<40).map { 1 + 0.01 * Double($0 % 5) }
    losses[3] = 1e6
    let without = RowLosses(losses: losses, baseline: baseline)
    let with = RowLosses(losses: losses.map { $0 == 1e6 ? 0.3 : $0 / 2 }, baseline: baseline)
    #expect(with.significance(over: without) > 3)
  }
}
