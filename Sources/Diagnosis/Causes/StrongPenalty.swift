import Formatting
import Networks
import Training

/// A penalty or decay that pulls the weights to 0 harder than the data pull them elsewhere.
public enum StrongPenalty: Cause {
  public static let name = "penalty too strong"
  public static let rule =
    "The penalty is more than half of the training loss after the rehearsed steps, or weight decay "
    + "takes more per step than half of what the whole update changes: the weights then answer to "
    + "the penalty more than to the data."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let decay = setup.plan.optimizer.weightDecay * found.meanRate
    let numbers = [
      NamedNumber("penalty share", found.penaltyShare), NamedNumber("decay per step", decay),
      NamedNumber("update to weight ratio", found.updateRatio),
    ]
    let penalty = setup.plan.penalty
    let norms = [found.start, found.end].map { $0.layers.reduce(0) { $0 + $1.kernelNorm } }
    if found.penaltyShare > 0.5 || penalty != Penalty() && norms[1] < norms[0] / 2 {
      return Evidence(
        "the penalties l1 \(penalty.l1.shortText), l2 \(penalty.l2.shortText) make up "
          + "\((100 * found.penaltyShare).shortText) % of the loss; kernel norms went from "
          + "\(norms[0].shortText) to \(norms[1].shortText)", numbers)
    }
    guard decay > 0, decay > found.updateRatio / 2 else { return nil }
    return Evidence(
      "weight decay takes \((100 * decay).shortText) % of each weight per step, while the whole "
        + "update changes \((100 * found.updateRatio).shortText) %", numbers)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [
      Remedy("remove penalty and weight decay, or divide them by 100", changing: setup) {
        $0.plan.penalty = Penalty()
        $0.plan.optimizer.weightDecay = 0
      }.done(by: ["l1": "0", "l2": "0", "weight_decay": "0"])
    ]
  }
}
