import Formatting

/// Answers that have nothing to do with the inputs can be learned by heart, never understood.
public enum UnrelatedLabels: Cause {
  public static let name = "labels unrelated to the inputs (shuffled?)"
  public static let rule =
    "The held-out rows are not predicted better than by knowing nothing, and nearest neighbours do "
    + "not agree more often than shuffled answers would: both by the three-sigma rule, which "
    + "chance breaks once in 740 times."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    guard !found.progress.isSignificant, let relation = found.relation,
      relation.significance < 3
    else { return nil }
    let progress = found.progress
    return Evidence(
      "\(progress.rowsName) loss \(progress.heldOutLoss.shortText) is no better than the "
        + "\(progress.baseline.shortText) of knowing nothing (training loss "
        + "\(progress.trainLoss.shortText)), and nearest neighbours agree as often as shuffled "
        + "ones would (\(relation.agreement.shortText) against \(relation.chance.shortText))",
      [
        NamedNumber("significance on \(progress.rowsName) rows", progress.significance),
        NamedNumber("significance of neighbours", relation.significance),
      ], isProof: true)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [Remedy("check that inputs and answers of a row belong together", nil)]
  }
}
