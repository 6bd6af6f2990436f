import Engine

/// The losses of some rows beside those of knowing nothing: what can be told from them, and what is
/// noise. The noise is the spread of the differences from row to row, each row compared with itself.
struct RowLosses: Sendable, Hashable {
  /// Of each row; infinite where the network no longer gives numbers.
  var losses: [Double] = []
  /// Of the same rows, for who knows nothing.
  var baseline: [Double] = []

  /// With fewer rows nothing can be told: when all of n rows come out on one side, chance does so once
  /// in 2ⁿ times, and only from 13 on is that rarer than the rule of ``isBeyondLuck(_:)``.
  static let fewest = 13
  /// How much worse than knowing nothing a row is tells no more from here on; a single row with a loss
  /// of a million would else hide all others.
  private static let most = 3.0

  var hasEnough: Bool { losses.count >= Self.fewest }
  var mean: Double { Measurements.mean(losses) }
  var meanOfBaseline: Double { Measurements.mean(baseline) }

  /// Chance passes 3.5 standard errors once in 4299 times, in any of six looks once in 716 times: about
  /// the usual three-sigma rule.
  private static let luck = 3.5

  static func isBeyondLuck(_ standardErrors: Double) -> Bool { standardErrors > luck }

  /// By how many standard errors it is better than knowing nothing.
  var significance: Double {
    Self.significance(of: zip(baseline, losses).map { $0 - $1 })
  }

  /// By how many standard errors the same rows have lower losses than elsewhere, both in units of
  /// knowing nothing, which may differ.
  func significance(over other: RowLosses) -> Double {
    Self.significance(of: zip(other.relative(other.losses), relative(losses)).map { $0 - $1 })
  }

  /// May a quarter of the loss of knowing nothing be gone for all that the noise says?
  var mayHaveLearned: Bool {
    let gains = zip(relative(baseline), relative(losses)).map { $0 - $1 }
    let gain = Measurements.mean(gains)
    return !hasEnough || gain + Self.luck * Self.standardError(of: gains, mean: gain) > 0.25
  }

  private func relative(_ losses: [Double]) -> [Double] {
    let unit = meanOfBaseline
    return losses.map { $0.isFinite && unit > 0 ? min($0 / unit, Self.most) : Self.most }
  }

  private static func standardError(of gains: [Double], mean: Double) -> Double {
    let count = Double(gains.count)
    let squares = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / max(1, count - 1) / max(1, count)).squareRoot()
  }

  /// Student's t brought to the scale of a normal number, as few rows know their own spread badly
  /// (D. L. Wallace, Annals of Mathematical Statistics 30, 1959).
  private static func significance(of gains: [Double]) -> Double {
    let gain = Measurements.mean(gains)
    guard gains.count > 1, gain != 0, gain.isFinite else { return 0 }
    // Where every row gains the same there is no doubt, only the sign.
    let t = gain / max(standardError(of: gains, mean: gain), 1e-9 * gain.magnitude)
    let degrees = Double(gains.count - 1)
    let scale = (8 * degrees + 1) / (8 * degrees + 3)
    let normal = scale * (degrees * Double.log(1 + t * t / degrees)).squareRoot()
    return t < 0 ? -normal : normal
  }
}
