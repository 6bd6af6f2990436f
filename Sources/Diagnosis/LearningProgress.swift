/// How far a network has come: on rows it never learned from, or on its training rows where there are no
/// others.
public struct LearningProgress: Codable, Sendable, Hashable {
  /// Mean loss on the held-out rows, or the training rows: the best of four looks on the way, as the best weights are
  /// kept.
  public var heldOutLoss: Double
  /// Mean loss on training rows at the end.
  public var trainLoss: Double
  /// Mean held-out loss before the first step.
  public var startLoss: Double
  /// The held-out loss of knowing nothing: the constant answer learned from the training targets.
  public var baseline: Double
  /// By how many standard errors the held-out loss lies below the baseline, example by example.
  public var significance: Double
  /// Are the rows never learned from?
  public var isHeldOut: Bool

  enum CodingKeys: String, CodingKey {
    case baseline, significance
    case heldOutLoss = "held_out_loss"
    case startLoss = "start_loss"
    case trainLoss = "train_loss"
    case isHeldOut = "is_held_out"
  }

  /// The share of the baseline that is gone; 0 where nothing was learned.
  public var learned: Double {
    guard heldOutLoss.isFinite, baseline > 0 else { return 0 }
    return max(0, 1 - heldOutLoss / baseline)
  }

  /// What the scored rows are called.
  var rowsName: String { isHeldOut ? "held-out" : "training" }

  /// Is it more than luck? Chance passes 3.4 standard errors once in 2970 times, in any of four
  /// looks once in 740 times: the usual three-sigma rule.
  public var isSignificant: Bool { significance > 3.4 }

  /// - Parameters:
  ///   - losses: of the scored examples.
  ///   - baseline: of the same examples.
  init(
    losses: [Double], baseline: [Double], trainLoss: Double, startLoss: Double, isHeldOut: Bool
  ) {
    self.isHeldOut = isHeldOut
    let count = Double(max(1, losses.count))
    let gains = zip(baseline, losses).map { $0 - $1 }
    let gain = gains.reduce(0, +) / count
    let variance = gains.reduce(0) { $0 + ($1 - gain) * ($1 - gain) } / max(1, count - 1)
    heldOutLoss = losses.reduce(0, +) / count
    self.trainLoss = trainLoss
    self.startLoss = startLoss
    self.baseline = baseline.reduce(0, +) / count
    // Where every example gains the same there is no doubt, only the sign.
    let error = (variance / count).squareRoot()
    significance = gain == 0 || !gain.isFinite ? 0 : gain / max(error, 1e-9 * gain.magnitude)
  }
}
