import Formatting

/// Answers that have nothing to do with the inputs can be learned by heart, never understood.
public enum UnrelatedLabels: Cause {
  public static let name = "labels unrelated to the inputs (shuffled?)"
  public static let rule =
    "The training rows are learned and the held-out rows are not predicted better than by knowing "
    + "nothing, and nearest neighbours do not agree more often than shuffled answers would: by the "
    + "three-sigma rule, which chance breaks once in 740 times. Said from 100 training rows on, "
    + "where an agreement of 0.3 above chance would stand out, and where a fall of the held-out loss "
    + "by half would."

  private static let fewestRows = 100

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let progress = found.progress
    guard !progress.isSignificant, progress.isTrainSignificant, let relation = found.relation,
      relation.significance < 3, found.data.rows >= fewestRows, found.shortageOfRows(setup) == nil
    else { return nil }
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
