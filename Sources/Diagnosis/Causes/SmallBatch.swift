import Datasets
import Training

/// Batches so small that each step follows the accidents of its few rows.
public enum SmallBatch: Cause {
  public static let name = "batch too small"
  public static let rule =
    "Batches of fewer than 8 rows and the signs of a learning rate too high: averaging 32 rows "
    + "divides the deviation of the gradient by at least 2."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    guard setup.plan.batch < 8, setup.train.count >= LargeBatch.usual,
      let signs = LargeLearningRate.signs(found)
    else { return nil }
    return Evidence(
      "with batches of \(setup.plan.batch) \(signs)",
      [
        NamedNumber("batch", Double(setup.plan.batch)),
        NamedNumber("update to weight ratio", found.updateRatio),
      ])
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [
      Remedy(LargeBatch.advice, changing: setup) { $0.plan.batch = LargeBatch.usual }.done(
        by: LargeBatch.settings)
    ]
  }
}
