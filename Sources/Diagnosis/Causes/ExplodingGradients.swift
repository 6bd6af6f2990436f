import Formatting

/// Each layer of a deep network hands a larger gradient back than it got.
public enum ExplodingGradients: Cause {
  public static let name = "exploding gradients"
  public static let rule =
    "The gradient at the first layer's sums is more than 100 times that at the last one's, through "
    + "three layers or more: no learning rate suits both."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    evidence(found.start)
  }

  static func evidence(_ observation: NetworkObservation) -> Evidence? {
    let layers = observation.layers
    guard layers.count >= 3, let first = layers.first, let last = layers.last,
      first.sumGradientNorm > 100 * last.sumGradientNorm
    else { return nil }
    return Evidence(
      "through \(layers.count) layers the gradient grows from \(last.sumGradientNorm.shortText) at "
        + "`\(last.name)` to \(first.sumGradientNorm.shortText) at `\(first.name)`",
      layers.map { NamedNumber("gradient at \($0.name)", $0.sumGradientNorm) },
      layers: [first.name])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [try Remedy.drawingWeightsAnew(setup)]
  }
}
