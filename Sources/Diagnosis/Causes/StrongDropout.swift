import Formatting
import Networks

/// So many units dropped that the noise is larger than the signal.
public enum StrongDropout: Cause {
  public static let name = "dropout too strong"
  public static let rule =
    "The noise of a rate p has variance p ÷ (1 − p) times the signal's square: above 1/2, the "
    + "largest rate in use (Srivastava et al. 2014), it outweighs the signal."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let rate = NetworkChange(setup.model.network).dropoutRate
    guard rate > 0.5 else { return nil }
    return Evidence(
      "dropout of \(rate.shortText) adds noise of \((rate / (1 - rate)).shortText) times the "
        + "signal's square", [NamedNumber("dropout rate", rate)])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [
      try Remedy(
        "set dropout to 0.2", setup,
        network: NetworkChange(setup.model.network).limitingDropout(to: 0.2), keepingWeights: true)
    ]
  }
}
