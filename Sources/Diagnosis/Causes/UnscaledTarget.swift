import Datasets
import Formatting
import Networks
import Training

/// Values to be predicted that are far from size 1 are far from anything new weights give.
public enum UnscaledTarget: Cause {
  public static let name = "unscaled target"
  public static let rule =
    "A new network's outputs have size 1, like its inputs. Suspect when the targets' "
    + "√(mean square) or deviation is beyond a factor of 10 from that."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let targets = found.data.targets
    guard !setup.plan.loss.isForClasses, targets.deviation > 0,
      targets.rootMeanSquare > 10 || targets.deviation < 0.1
    else { return nil }
    return Evidence(
      "the targets have mean \(targets.mean.shortText) and deviation "
        + "\(targets.deviation.shortText) where 0 and 1 are easy to reach",
      [
        NamedNumber("mean of the targets", targets.mean),
        NamedNumber("deviation of the targets", targets.deviation),
      ], isStrong: found.isLost)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [
      try Remedy("standardise the target, and undo it in the predictions", changing: setup) {
        try $0.standardise(\.targets)
      }
    ]
  }
}
