import Datasets
import Formatting

/// Inputs far from size 1 push every weighted sum away from where functions bend and gradients have
/// their usual size.
public enum UnscaledInput: Cause {
  public static let name = "unscaled input"
  public static let rule =
    "The initialisers keep the size of signals for inputs of mean square 1 (Glorot and Bengio "
    + "2010; He et al. 2015). Suspect when √(mean square) of all inputs is beyond a factor of 10 "
    + "either way, or the largest column is 100 times the median one: the loss is then 100² times "
    + "steeper along it, and gradient descent slower by that factor (LeCun et al. 1998)."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    let data = found.data
    let ratio = data.largestColumn / max(data.medianColumn, .leastNormalMagnitude)
    let numbers = [
      NamedNumber("input size", data.inputSize), NamedNumber("largest column", data.largestColumn),
      NamedNumber("median column", data.medianColumn),
    ]
    guard data.inputSize > 0 else { return nil }
    if data.inputSize > 10 || data.inputSize < 0.1 {
      return Evidence(
        "the inputs' size √(mean square) is \(data.inputSize.shortText) where initial weights "
          + "expect about 1", numbers, isStrong: found.isLost)
    }
    guard data.medianColumn > 0, ratio > 100 else { return nil }
    return Evidence(
      "the largest input column is \(ratio.shortText) times the median one "
        + "(\(data.largestColumn.shortText) against \(data.medianColumn.shortText))", numbers,
      isStrong: found.isLost)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    [
      try Remedy("standardise each input column: `scaling: standardise`", changing: setup) {
        try $0.standardise(\.inputs)
      }.done(by: ["scaling": "standardise"])
    ]
  }
}
