/// Too few different rows to tell a rule from an accident.
public enum FewExamples: Cause {
  public static let name = "too few different examples"
  public static let rule =
    "The held-out rows are not predicted better than by knowing nothing, and there are fewer than "
    + "10 different training rows for each class (30 for numbers): with fewer, a mean is known to "
    + "no better than a third of its deviation."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let data = found.data
    let distinct = (data.distinctShare * Double(data.rows)).rounded()
    let needed = Double(setup.classCount.map { $0 * 10 } ?? 30)
    guard !found.progress.isSignificant, distinct < needed else { return nil }
    return Evidence(
      "\(Int(distinct)) of \(data.rows) training rows are different, where \(Int(needed)) are the "
        + "least",
      [
        NamedNumber("different rows", distinct),
        NamedNumber("significance on \(found.progress.rowsName) rows", found.progress.significance),
      ], isProof: true)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [Remedy("collect more rows, and look for rows that were copied", nil)]
  }
}
