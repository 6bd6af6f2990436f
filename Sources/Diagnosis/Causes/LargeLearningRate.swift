import Formatting
import Networks
import Training

/// Steps so long that they jump over the valley they were meant to go down into.
public enum LargeLearningRate: Cause {
  public static let name = "learning rate too high"
  public static let rule =
    "Suspect when the loss stops being a number, a step's loss exceeds twice the start's, the "
    + "median step changes the kernels by more than a tenth of their size (a hundred times the "
    + "usual thousandth; Karpathy, CS231n), what was learned is lost again, or most ReLUs of a layer "
    + "die on the way. Where nothing is learned and the loss ends as no number or at ten times that of "
    + "knowing nothing, or the rate is a thousand times the optimiser's usual one, it is enough that a lower one lowers the worse of "
    + "training and held-out loss."

  static func signs(_ found: Measurements) -> String? {
    if found.isDivergent {
      return "the loss stopped being a number within \(found.rehearsedSteps) steps"
    }
    if found.largestLoss > 2 * max(found.start.loss, found.progress.baseline) {
      return "the loss rose from \(found.start.loss.shortText) up to "
        + found.largestLoss.shortText
    }
    if found.updateRatio > 0.1 {
      return
        "one step changes the kernels by \((100 * found.updateRatio).shortText) % of their size"
    }
    if found.progress.isSignificant, !found.progress.isTrainSignificant {
      return
        "what was learned on the way is lost after \(found.rehearsedSteps) steps: the training loss "
        + "is \(found.progress.trainLoss.shortText), knowing nothing "
        + found.progress.trainBaseline.shortText
    }
    let died = zip(found.start.layers, found.end.layers).first {
      !DeadReLU.isDead($0) && DeadReLU.isDead($1)
    }
    return died.map { start, end in
      "\((100 * (end.deadShare - start.deadShare)).shortText) % of the units of `\(end.name)` die within "
        + "\(found.rehearsedSteps) steps"
    }
  }

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let optimizer = setup.plan.optimizer
    guard let signs = signs(found), !optimizer.lowerRates.isEmpty else { return nil }
    let isBeyondAllUse = optimizer.learningRate >= 10 * optimizer.largestRecommendedRate
    let comparison =
      isBeyondAllUse
      ? ", where \(optimizer.largestRecommendedRate.shortText) is the most that is of use" : ""
    return Evidence(
      "at rate \(found.meanRate.shortText) \(signs)\(comparison)",
      [
        NamedNumber("learning rate", found.meanRate),
        NamedNumber("update to weight ratio", found.updateRatio),
        NamedNumber("largest loss", found.largestLoss),
      ], isStrong: isBeyondAllUse || found.isLost)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    setup.plan.optimizer.lowerRates.map { Remedy.learningRate($0, setup, judgement: .learning) }
  }
}
