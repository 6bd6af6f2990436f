/// Where nothing differs there is nothing to tell apart.
public enum ConstantData: Cause {
  public static let name = "constant data"
  public static let rule =
    "Every input column, or every target, is the same number in all rows: no threshold."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let data = found.data
    if data.constantColumns == data.inputs {
      return Evidence(
        "all \(data.inputs) input columns are the same in every row",
        [NamedNumber("constant columns", Double(data.constantColumns))], isProof: true)
    }
    let isConstant =
      setup.classCount == nil
      ? data.targets.deviation == 0 : data.classCounts.count { $0 > 0 } == 1
    guard isConstant else { return nil }
    return Evidence(
      "all \(data.rows) training rows have the same answer",
      [NamedNumber("deviation of the targets", data.targets.deviation)], isProof: true)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) -> [Remedy] {
    [Remedy("collect rows that differ, or look for the step that lost the differences", nil)]
  }
}
