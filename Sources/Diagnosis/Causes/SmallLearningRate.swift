import Formatting
import Training

/// Steps so short that the planned ones do not lead anywhere.
public enum SmallLearningRate: Cause {
  public static let name = "learning rate too low"
  public static let rule =
    "Suspect when, at the pace of the rehearsed steps, more than half of the loss of knowing "
    + "nothing would be left after all planned ones. A higher rate then has to do in the rehearsed "
    + "steps more than twice of what all planned ones would do. None above a hundred times the "
    + "optimiser's usual rate is tried."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let fall = found.start.loss - found.end.loss
    let more = Double(found.plannedSteps) / Double(max(1, found.rehearsedSteps))
    guard !found.isDivergent, !setup.plan.optimizer.higherRates.isEmpty,
      found.start.loss - fall * more > found.progress.baseline / 2
    else { return nil }
    return Evidence(
      "\(found.rehearsedSteps) steps at rate \(found.meanRate.shortText) moved the loss from "
        + "\(found.start.loss.shortText) to \(found.end.loss.shortText) only; one step changes the "
        + "kernels by \((100 * found.updateRatio).shortText) % of their size, and the plan has "
        + "\(found.plannedSteps) steps",
      [
        NamedNumber("learning rate", found.meanRate),
        NamedNumber("update to weight ratio", found.updateRatio),
        NamedNumber("planned steps", Double(found.plannedSteps)),
      ])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    setup.plan.optimizer.higherRates.map { Remedy.learningRate($0, setup, judgement: .pace) }
  }
}
