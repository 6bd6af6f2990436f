import Datasets
import Engine
import Formatting
import Networks
import Training

/// A loss reads the network's last numbers as scores, as probabilities or as values; a last
/// function made for another reading keeps the loss from falling.
public enum LossMismatch: Cause {
  public static let name = "loss and last activation do not fit"
  public static let rule =
    "By definition: losses on scores need a last layer without function, losses on probabilities "
    + "one that gives probabilities. For values: at least 1 % of the targets' variance lies where "
    + "the last function cannot reach."

  public static func evidence(_ found: Measurements, _ setup: TrainingSetup) -> Evidence? {
    guard let last = found.start.layers.last else { return nil }
    let loss = setup.plan.loss
    let function = last.function
    func proof(_ why: String) -> Evidence {
      Evidence(
        "the last layer `\(last.name)` ends with \(function), but \(loss.name) \(why)", [],
        layers: [last.name], isProof: true)
    }
    switch (loss.output, loss.target) {
    case (.scores, .classIndex):
      // A logarithm of a softmax is its own: taking it twice changes nothing.
      return function == "linear" || function == Ops.LogSoftmax.name
        ? nil : proof("works on scores of any size and takes the softmax itself")
    case (.scores, _):
      return function == "linear"
        ? nil : proof("works on scores of any size and takes the sigmoid itself")
    case (.probabilities, .classIndex):
      return [Ops.Softmax.name, Ops.Sigmoid.name, Ops.Softplus.name].contains(function)
        ? nil : proof("works on probabilities, which are never below 0")
    case (.probabilities, _):
      let fits = function == Ops.Sigmoid.name || function == Ops.Softmax.name && last.units > 1
      return fits ? nil : proof("works on probabilities between 0 and 1")
    case (.values, _):
      return unreachable(last, setup)
    }
  }

  /// What each function can give.
  private static let ranges: [String: ClosedRange<Double>] = [
    Ops.ReLU.name: 0...Double.infinity, Ops.Softplus.name: 0...Double.infinity,
    Ops.Sigmoid.name: 0...1,
    Ops.Softmax.name: 0...1, Ops.Tanh.name: -1...1, Ops.LogSoftmax.name: -Double.infinity...0,
  ]

  private static func unreachable(_ last: LayerStatistics, _ setup: TrainingSetup) -> Evidence? {
    guard let range = ranges[last.function] else { return nil }
    let targets = (0..<setup.train.count).flatMap { setup.train.targets[$0] }.filter(\.isFinite)
    let spread = Spread(targets)
    let missed = targets.reduce(0.0) { total, target in
      let error = Double(target) - min(max(Double(target), range.lowerBound), range.upperBound)
      return total + error * error
    }
    let variance = spread.deviation * spread.deviation * Double(targets.count)
    let share = variance > 0 ? missed / variance : 0
    guard share >= 0.01 else { return nil }
    return Evidence(
      "the last layer `\(last.name)` ends with \(last.function), which gives only "
        + "\(range.lowerBound.shortText) to \(range.upperBound.shortText), while targets go from "
        + "\(Double(targets.min() ?? 0).shortText) to \(Double(targets.max() ?? 0).shortText): "
        + "an error of \((100 * share).shortText) % of their variance stays whatever is learned",
      [NamedNumber("share of the variance out of reach", share)], layers: [last.name],
      isProof: true)
  }

  public static func remedies(_ found: Measurements, _ setup: TrainingSetup) throws -> [Remedy] {
    let given = setup.plan.loss
    // The same on scores, which is the stable form.
    let onScores = Registry.standard.losses.first {
      $0.target == given.target && $0.output == .scores
    }
    let loss = given.output == .probabilities ? onScores ?? given : given
    let isLinear = found.start.layers.last?.function == "linear"
    let network =
      isLinear
      ? setup.model.network : NetworkChange(setup.model.network).withoutLastFunction()
    let advice =
      (isLinear ? "" : "take the function off the last layer")
      + (loss.isSame(as: given) ? "" : "\(isLinear ? "" : " and ")use the loss \(loss.name)")
    return [
      try Remedy(advice, setup, network: network, loss: loss, keepingWeights: true)
    ]
  }
}
