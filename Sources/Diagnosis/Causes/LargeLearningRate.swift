import Formatting
import Networks
import Training

/// Steps so long that they jump over the valley they were meant to go down into.
public enum LargeLearningRate: Cause {
  public static let name = "learning rate too high"
  public static let rule =
    "Suspect when the loss stops being a number, a step's loss exceeds twice the start's, or the "
    + "median step changes the kernels by more than a tenth of their size: a hundred times the "
    + "usual thousandth (Karpathy, CS231n)."

  static func signs(_ found: Measurements) -> String? {
    if found.isDivergent {
      return "the loss stopped being a number within \(found.rehearsedSteps) steps"
    }
    if found.largestLoss > 2 * max(found.start.loss, found.progress.baseline) {
      return "the loss rose from \(found.start.loss.shortText) up to "
        + found.largestLoss.shortText
    }
    guard found.updateRatio > 0.1 else { return nil }
    return "one step changes the kernels by \((100 * found.updateRatio).shortText) % of their size"
  }

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    guard let signs = signs(found) else { return nil }
    return Evidence(
      "at rate \(found.meanRate.shortText) \(signs)",
      [
        NamedNumber("learning rate", found.meanRate),
        NamedNumber("update to weight ratio", found.updateRatio),
        NamedNumber("largest loss", found.largestLoss),
      ])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [0.1, 0.01, 0.001].map { Remedy.scalingRate(by: $0, setup, judgement: .learning) }
  }
}

extension Remedy {
  static func scalingRate(
    by factor: Double, _ setup: TrainingSetup, judgement: Trial.Judgement
  ) -> Remedy {
    var changed = setup
    changed.plan.optimizer.learningRate *= factor
    let rate = changed.plan.optimizer.learningRate
    return Remedy(
      "set the learning rate to \(rate.shortText): `learning_rate: \(rate.shortText)`", changed,
      judgement: judgement)
  }
}
