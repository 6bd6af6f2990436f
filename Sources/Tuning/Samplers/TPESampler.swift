import Engine

/// The tree-structured Parzen estimator: of some points drawn near good trials, the one that is likelier
/// among good trials than among the others (Bergstra et al., *Algorithms for hyper-parameter optimization*,
/// NIPS 2011), all dimensions jointly.
package struct TPESampler: Sampler {
  package static let name = "tpe"

  /// Trials that have ended before the estimator begins; until then points of a Sobol sequence.
  private static let startTrials = 8
  /// Points that are compared for each trial. More of them are greedier.
  private static let candidates = 32
  /// The share of trials that count as good, and the most of them.
  private static let goodShare = 0.25
  private static let mostGood = 25

  package init() {}

  package func point(
    ofTrial number: Int, in dimensions: [SearchDimension], after observations: [Observation],
    seed: UInt64
  ) -> SearchPoint? {
    let ranking = TrialRanking(observations)
    guard ranking.ended >= Self.startTrials, !ranking.ranked.isEmpty else {
      return SobolSampler().point(
        ofTrial: number, in: dimensions, after: observations, seed: seed)
    }
    var random = RandomGenerator(seed: seed, for: .trial(number))
    let share = Int((Self.goodShare * Double(ranking.ranked.count)).rounded(.up))
    let good = min(Self.mostGood, max(1, share))
    let below = ParzenEstimator(
      dimensions, around: ranking.ranked[..<good].map(\.point), .good)
    // Running trials count as bad, so that the same place is not tried twice at once.
    let above = ParzenEstimator(
      dimensions, around: (ranking.ranked[good...] + ranking.bad).map(\.point), .others)
    let tried = Set(observations.map(\.point))
    var best: (point: SearchPoint, score: Double)?
    for _ in 0..<Self.candidates {
      let point = below.draw(&random)
      guard !tried.contains(point) else { continue }
      let score = below.logDensity(of: point) - above.logDensity(of: point)
      if best == nil || score > best!.score { best = (point, score) }
    }
    return best?.point
      ?? dimensions.untried(below.draw(&random), after: observations, &random)
  }
}

/// Trials by how good they were.
struct TrialRanking {
  /// Complete ones by their value, then pruned ones: those that came far before the others, and by value.
  let ranked: [Observation]
  /// Failed and running ones, in their order.
  let bad: [Observation]
  /// How many are no longer running.
  let ended: Int

  init(_ observations: [Observation]) {
    var complete: [(Observation, Double)] = []
    var pruned: [(Observation, epochs: Int, Double)] = []
    var bad: [Observation] = []
    for observation in observations {
      switch observation.result {
      case .complete(let value) where value.isFinite: complete.append((observation, value))
      case .pruned(let epochs, let value) where value.isFinite:
        pruned.append((observation, epochs, value))
      default: bad.append(observation)
      }
    }
    // Equal ones stay in their order, whatever the sorting does.
    let best = complete.enumerated().sorted {
      ($0.element.1, $0.offset) < ($1.element.1, $1.offset)
    }
    let next = pruned.enumerated().sorted {
      (-$0.element.epochs, $0.element.2, $0.offset) < (-$1.element.epochs, $1.element.2, $1.offset)
    }
    ranked = best.map(\.element.0) + next.map(\.element.0)
    self.bad = bad
    ended = observations.count { $0.result != .running }
  }
}
