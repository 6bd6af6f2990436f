import Datasets
import Training

/// Batches so large that the whole plan has only a few steps.
public enum LargeBatch: Cause {
  public static let name = "batch too large"
  public static let rule =
    "The plan has fewer than 100 steps while batches of 32 would give at least ten times as many "
    + "from the same passes: steps are what moves weights, larger batches only smooth them."

  static let usual = 32
  static let settings = ["batch": "\(usual)"]
  static let advice = "use batches of \(usual): `batch: \(usual)`"

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    guard found.plannedSteps < 100, setup.plan.batch >= 10 * usual,
      setup.train.count >= 10 * usual
    else { return nil }
    return Evidence(
      "batches of \(setup.plan.batch) give \(found.plannedSteps) steps in \(setup.plan.epochs) "
        + "passes over \(found.data.rows) rows",
      [
        NamedNumber("planned steps", Double(found.plannedSteps)),
        NamedNumber("batch", Double(setup.plan.batch)),
      ])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    var changed = setup
    changed.plan.batch = usual
    return [
      Remedy(advice, changed, steps: min(Diagnosis.usualSteps, changed.plannedSteps)).done(
        by: settings)
    ]
  }
}
