import Formatting

/// Answers that have nothing to do with the inputs can be learned by heart, never understood.
public enum UnrelatedLabels: Cause {
  public static let name = "labels unrelated to the inputs (shuffled?)"
  public static let rule =
    "Neither the network nor a plain one (64 ReLUs, Adam at 0.003, data standardised) predicts "
    + "held-out rows better than by knowing nothing, and nearest neighbours do not agree more often than shuffled answers would: by the three-sigma rule, "
    + "which chance breaks once in 740 times. Said from 100 training rows on, where an agreement of "
    + "0.3 above chance would stand out."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let progress = found.progress
    guard !progress.isSignificant, let relation = found.relation, let plain = found.plainNetwork,
      !plain.isSignificant, !plain.heldOut.mayHaveLearned
    else { return nil }
    return Evidence(
      "\(progress.rowsName) loss \(progress.heldOutLoss.shortText) is no better than the "
        + "\(progress.baseline.shortText) of knowing nothing (training loss "
        + "\(progress.trainLoss.shortText)), a plain network comes to \(plain.heldOutLoss.shortText) "
        + "of \(plain.baseline.shortText) (\(plain.trainLoss.shortText)), and nearest neighbours agree "
        + "as often as shuffled ones would (\(relation.agreement.shortText) against "
        + "\(relation.chance.shortText))",
      [
        NamedNumber("significance on \(progress.rowsName) rows", progress.significance),
        NamedNumber("significance of a plain network", plain.significance),
        NamedNumber("significance of neighbours", relation.significance),
      ], isProof: true)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [Remedy("check that inputs and answers of a row belong together", nil)]
  }
}
