import Training

/// A few rows copied many times: so many rows teach no more than the few.
public enum FewExamples: Cause {
  public static let name = "too few different examples"
  public static let rule =
    "The held-out rows are not predicted better than by knowing nothing, and most training rows are "
    + "copies: fewer than 10 different ones for each class (30 for numbers), where rows in all would "
    + "be enough. With fewer, a mean is known to no better than a third of its deviation."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let needed = leastRows(setup)
    let distinct = found.data.distinctRows
    guard !found.progress.isSignificant, distinct < needed, found.data.rows >= 2 * needed
    else { return nil }
    return Evidence(
      "\(distinct) of \(found.data.rows) training rows are different, where \(needed) are the least",
      [
        NamedNumber("different rows", Double(distinct)),
        NamedNumber("significance on \(found.progress.rowsName) rows", found.progress.significance),
      ], isProof: true)
  }

  /// How many different rows can teach anything at all.
  static func leastRows(_ setup: TrainingSetup) -> Int { setup.classCount.map { $0 * 10 } ?? 30 }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [Remedy("collect more rows, and look for rows that were copied", nil)]
  }
}
