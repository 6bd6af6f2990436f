public import Datasets
import Engine
import Formatting
import Networks

extension LearningTask {
  /// The loss that suits the task best: the numerically stable one on scores.
  var usualLoss: any Loss {
    switch self {
    case .regression: .meanSquaredError
    case .binary: .binaryCrossEntropy
    case .multiclass, .ordered: .crossEntropy
    case .multilabel: .binaryCrossEntropy
    }
  }

  /// The metrics that are followed while training if nobody names others, the leading one first.
  public var metrics: [any Metric] {
    switch self {
    case .regression: [.rmse, .r2]
    case .binary, .multiclass: [.accuracy]
    case .ordered: [.quadraticKappa, .accuracy]
    case .multilabel: [.microF1, .subsetAccuracy]
    }
  }

  private func suits(_ loss: any Loss) -> Bool {
    switch self {
    case .regression: !loss.isForClasses
    case .binary: loss.isForClasses
    case .multiclass, .ordered: loss.hasClassTargets
    case .multilabel: loss.target == .yesOrNo
    }
  }

  /// - Throws: `Problem` if the loss is for another task.
  func check(_ loss: any Loss) throws {
    guard suits(loss) else {
      let names = Registry.standard.losses.filter(suits).map(\.name)
      if let quantiles = loss.quantiles {
        throw Problem.data(
          "quantiles", expected: "none for \(rawValue) data, since only numbers have them",
          found: quantiles.map(\.shortText).joined(separator: ", "),
          fix: "leave them out, or set `task` to `regression` if the target is an amount")
      }
      throw Problem.data(
        "loss", expected: "one of \(names.joined(separator: ", ")) for \(rawValue) data",
        found: loss.name)
    }
  }

  /// - Throws: `Problem` if a metric is for another task.
  func check(_ metrics: [any Metric]) throws {
    func suits(_ metric: any Metric) -> Bool {
      metric.task.rawValue == rawValue || metric.task == .classification && isClassification
    }
    for metric in metrics where !suits(metric) {
      let names = Registry.standard.metrics.filter(suits).map(\.name)
      throw Problem.data(
        "metrics", expected: "some of \(names.joined(separator: ", ")) for \(rawValue) data",
        found: metric.name)
    }
  }
}
