import Engine

/// What a Gaussian process learns from: the trials that have ended, each with a value.
struct ModelledTrials {
  /// More make a choice slow. Beyond so many the better half of it stays, and of the others the latest.
  static let most = 300
  /// The trials whose values say what is usual: until then a study looks everywhere.
  private static let first = 10
  /// A value so many times farther from the best than the middle of the first is as bad as can be: one that
  /// is larger than all others by far would make these all alike.
  private static let farthest = 5.0

  let points: [SearchPoint]
  /// With mean 0 and deviation 1; small ones are good.
  let values: [Double]

  /// - Returns: nil if all values are the same, or there is none.
  init?(_ observations: [Observation]) {
    let complete = observations.compactMap { observation -> Double? in
      if case .complete(let value) = observation.result, value.isFinite { value } else { nil }
    }
    // A pruned trial is no better than the middle of the complete ones: that is why it was pruned.
    let middle = complete.sorted().middle ?? -.infinity
    let seen = observations.filter { $0.result != .running }.map {
      observation -> (SearchPoint, Double?) in
      switch observation.result {
      case .complete(let value) where value.isFinite: (observation.point, value)
      case .pruned(_, let value) where value.isFinite: (observation.point, max(value, middle))
      default: (observation.point, nil)
      }
    }
    let known = seen.compactMap(\.1)
    guard let least = known.min(), let most = known.max(), least < most else { return nil }
    // Halves, since the widest range is not a number.
    let usual = (complete.prefix(Self.first).sorted().middle ?? most) / 2 - least / 2
    let range = most / 2 - least / 2
    let width = usual > 0 ? min(range, Self.farthest * usual) : range
    guard width > 0 else { return nil }
    // Trials without a value are as bad as the worst.
    let shares = seen.map { $0.1.map { min(1, ($0 / 2 - least / 2) / width) } ?? 1 }
    let kept = Self.kept(shares)
    let mean = kept.reduce(0) { $0 + shares[$1] } / Double(kept.count)
    let variance =
      kept.reduce(0) { $0 + (shares[$1] - mean) * (shares[$1] - mean) } / Double(kept.count)
    guard variance > 0 else { return nil }
    points = kept.map { seen[$0].0 }
    values = kept.map { (shares[$0] - mean) / variance.squareRoot() }
  }

  private static func kept(_ shares: [Double]) -> [Int] {
    guard shares.count > most else { return Array(shares.indices) }
    let order = shares.indices.sorted { (shares[$0], $0) < (shares[$1], $1) }
    return (order.prefix(most / 2) + order.dropFirst(most / 2).sorted().suffix(most - most / 2))
      .sorted()
  }
}

extension [Double] {
  /// Of sorted numbers; of two in the middle the larger.
  fileprivate var middle: Double? { isEmpty ? nil : self[count / 2] }
}
