import Formatting
import Networks

/// Each layer of a deep network hands a smaller gradient back than it got, until the first ones get
/// nothing.
public enum VanishingGradients: Cause {
  public static let name = "vanishing gradients"
  public static let rule =
    "The gradient at the first layer's sums is less than 1/1000 of that at the last one's, through "
    + "three layers or more: the first layer needs 1000 steps for what the last one does in one. A "
    + "sigmoid passes on at most 1/4, so five in a row suffice."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    evidence(found.start)
  }

  static func evidence(_ observation: NetworkObservation) -> Evidence? {
    let layers = observation.layers
    guard layers.count >= 3, let first = layers.first, let last = layers.last,
      first.sumGradientNorm < last.sumGradientNorm / 1000,
      // One blocked layer is another cause.
      !layers.contains(where: { DeadReLU.isDead($0) || Saturation.isSaturated($0) })
    else { return nil }
    return Evidence(
      "through \(layers.count) layers the gradient shrinks from "
        + "\(last.sumGradientNorm.shortText) at `\(last.name)` to "
        + "\(first.sumGradientNorm.shortText) at `\(first.name)`",
      layers.map { NamedNumber("gradient at \($0.name)", $0.sumGradientNorm) },
      layers: [first.name])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [
      try Remedy(
        "use ReLU with he_normal in the hidden layers, fewer layers, or shortcuts around them",
        setup,
        network: NetworkChange(setup.model.network).drawnAnew(function: .relu, kernels: .heNormal))
    ]
  }
}
