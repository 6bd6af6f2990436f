import Formatting
import Networks
import Training

/// A limit on gradients that is far below their usual size turns every step into a tiny one.
public enum ClippedAway: Cause {
  public static let name = "gradients clipped away"
  public static let rule =
    "Clipping takes more than 90 % of the gradient's norm in the average step: it is meant for "
    + "rare outliers (Pascanu et al. 2013), and here it divides the learning rate by more than 10."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    guard found.clippedShare > 0.9, let clipping = setup.plan.optimizer.clipping else { return nil }
    let limit =
      switch clipping {
      case .value(let limit), .norm(let limit), .globalNorm(let limit): limit
      }
    return Evidence(
      "clipping at \(limit.shortText) takes \((100 * found.clippedShare).shortText) % of the "
        + "gradient in the average step",
      [NamedNumber("clipped share", found.clippedShare), NamedNumber("limit", limit)])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [
      Remedy(
        "remove the limit, or set it above the usual norm", changing: setup, judgement: .pace
      ) { $0.plan.optimizer.clipping = nil }
    ]
  }
}
