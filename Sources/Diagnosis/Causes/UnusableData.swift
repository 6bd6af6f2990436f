import Datasets

/// An infinity, a number that is none, or a class that does not exist makes every sum it enters
/// useless.
public enum UnusableData: Cause {
  public static let name = "numbers that are none in the data"
  public static let rule =
    "One row is enough: any sum with a NaN or an infinity is one itself (IEEE 754)."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let bad = found.data.rowsNotFinite
    guard bad > 0 else { return nil }
    return Evidence(
      "\(bad) of \(found.data.rows) training rows hold a number that is not finite or a class that "
        + "does not exist", [NamedNumber("rows", Double(bad))], isProof: true)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    var changed = setup
    let classes = setup.classCount
    func good(_ data: Dataset) -> Dataset {
      data.selecting((0..<data.count).filter { DataStatistics.isUsable(data, $0, classes) })
    }
    (changed.train, changed.heldOut) = (good(setup.train), good(setup.heldOut))
    let hasRows = changed.train.count > 0 && changed.heldOut.count > 0
    return [Remedy("leave these rows out, or fill the gaps", hasRows ? changed : nil)]
  }
}
