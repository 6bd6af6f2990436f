import Engine

/// Why something is not said of a study yet.
package struct TooLittleKnown: Error, Sendable, Hashable {
  /// A sentence.
  package let reason: String
}

/// By how much more trials would likely lower the best cost.
///
/// Of trials that come in no order, each is the best of all with the same probability, so that N more beat
/// the best of n with the probability N ÷ (n + N). By how much follows from the gap between the best and the
/// second best: the expected minimum of m draws falls, from m − 1 to m, by an m-th of the expected gap in m
/// draws. The gap is averaged over all subsets of half and of a quarter of the trials, and follows a power of
/// their number. Where the later half of the trials is better than the earlier one, a sampler has learned,
/// and the last third alone says what comes; one that goes on learning still gains more than is said.
///
/// It is what is expected before anybody looks at how lucky the best trial was. How good it is:
/// `Docs/decisions/0030-likely-gain.md`.
package struct LikelyGain: Sendable, Hashable, Codable {
  /// Of how many more trials, ended ones of every kind.
  package let trials: Int
  /// The expected gain, in the objective's unit; 0 or above.
  package let expected: Double
  /// What the gain stays below with a probability of nine in ten.
  package let high: Double
  /// That there is any gain.
  package let probability: Double
  /// The median cost of the trials less the best one: what there is to gain by chance.
  package let spread: Double

  private enum CodingKeys: String, CodingKey { case trials, expected, high, probability, spread }

  /// Fewer ended trials say nothing.
  package static let fewest = 10

  /// - Parameters:
  ///   - costs: of the trials that have ended, in their order; infinity for one that gave nothing.
  ///   - trials: how many more, at least 1.
  package init(of costs: [Double], next trials: Int) throws(TooLittleKnown) {
    let finite = costs.filter(\.isFinite)
    guard finite.count >= Self.fewest, let worst = finite.max(), let best = finite.min() else {
      throw TooLittleKnown(
        reason: "\(finite.count) trials have a value, and what more would gain is said from "
          + "\(Self.fewest)")
    }
    let all = costs.map { $0.isFinite ? $0 : worst }
    let sorted = all.sorted()
    self.trials = max(1, trials)
    spread = sorted[sorted.count / 2] - best
    let recent = (Self.hasImproved(all) ? all.suffix(max(Self.fewest, all.count / 3)) : all[...])
      .sorted()
    let next = Double(self.trials) / Double(recent.count)
    guard let gap = Self.gap(recent) else {
      // The best trials are equal: there is nothing below them.
      (expected, high, probability) = (0, 0, 0)
      return
    }
    let chance = next / (1 + next)
    let fall =
      gap.power > 1e-6
      ? gap.size * (1 - Double.exp(-gap.power * Double.log(1 + next))) / gap.power
      : gap.size * Double.log(1 + next)
    // Gains fall off exponentially; an older trial that is better yet is so much farther away.
    let usual = fall / chance
    let probability = chance * Double.exp(-(recent[0] - best) / usual)
    self.probability = probability
    expected = probability * usual
    high =
      probability > Self.rare ? Self.widening * usual * Double.log(probability / Self.rare) : 0
  }

  /// Whether what so many more trials would likely gain is below a share of the spread, or below the noise:
  /// a reason to stop.
  ///
  /// - Parameters:
  ///   - costs: as for ``init(of:next:)``.
  ///   - noise: the standard deviation of a cost between seeds; nil if it is not known.
  package static func isSettled(
    _ costs: [Double], next trials: Int = usualNext, share: Double = usualShare,
    noise: Double? = nil
  ) -> Bool {
    guard costs.count >= fewestToStop,
      let gain = try? LikelyGain(of: costs, next: trials)
    else { return false }
    return gain.expected <= max(share * gain.spread, noise ?? 0)
  }

  package static let usualNext = 20
  package static let usualShare = 0.01
  private static let fewestToStop = 30

  private static let rare = 0.1
  /// The size of gains is an estimate too; so much wider, nine in ten are nine in ten in simulations.
  private static let widening = 1.5

  /// Mann and Whitney's test of the later half against the earlier one, ties by their mean rank.
  private static func hasImproved(_ costs: [Double]) -> Bool {
    let (earlier, later) = (costs.count / 2, costs.count - costs.count / 2)
    guard later >= fewest else { return false }
    var pairs = 0.0
    for late in costs[earlier...] {
      for early in costs[..<earlier] { pairs += late > early ? 1 : late == early ? 0.5 : 0 }
    }
    let product = Double(earlier) * Double(later)
    let deviation = (product * Double(costs.count + 1) / 12).squareRoot()
    return (pairs - product / 2) / deviation < -2
  }

  /// The expected gap between the best and the second best of as many trials, and the power of the number of
  /// trials that it falls with; nil where there is none.
  private static func gap(_ sorted: [Double]) -> (size: Double, power: Double)? {
    let count = sorted.count
    let (half, quarter) = (max(2, count / 2), max(2, count / 4))
    let (small, large) = (gap(sorted, of: half), gap(sorted, of: quarter))
    guard small > 0 else { return nil }
    let measured = half > quarter ? Double.log(large / small) / ratio(half, quarter) : 0
    let power = min(1, max(0, measured))
    return (small * Double.exp(-power * ratio(count, half)), power)
  }

  private static func ratio(_ a: Int, _ b: Int) -> Double { Double.log(Double(a) / Double(b)) }

  /// The mean over all subsets of a size of the gap between their best and their second best.
  static func gap(_ sorted: [Double], of size: Int) -> Double {
    let count = sorted.count
    guard size < count else { return sorted[1] - sorted[0] }
    // The gap behind place i counts in subsets with one of the first i, and all others behind it; of places
    // one after the other those are fewer by a fixed factor.
    var share = Double(size) / Double(count)
    var mean = 0.0
    for place in 1...count - size + 1 {
      mean += share * Double(place) * (sorted[place] - sorted[place - 1])
      share *= Double(count - size - place + 1) / Double(count - place)
    }
    return mean
  }
}
