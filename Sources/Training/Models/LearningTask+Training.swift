public import Datasets
import Engine
import Networks

extension LearningTask {
  /// The loss that suits the task best: the numerically stable one on scores.
  var usualLoss: any Loss {
    switch self {
    case .regression: .meanSquaredError
    case .binary: .binaryCrossEntropy
    case .multiclass: .crossEntropy
    }
  }

  /// The metrics that are followed while training, the leading one first.
  public var metrics: [any Metric] { self == .regression ? [.rmse, .r2] : [.accuracy] }

  private func suits(_ loss: any Loss) -> Bool {
    switch self {
    case .regression: !loss.isForClasses
    case .binary: loss.isForClasses
    case .multiclass: loss.hasClassTargets
    }
  }

  /// - Throws: `Problem` if the loss is for another task.
  func check(_ loss: any Loss) throws {
    guard suits(loss) else {
      let names = Registry.standard.losses.filter(suits).map(\.name)
      throw Problem.data(
        "loss", expected: "one of \(names.joined(separator: ", ")) for \(rawValue) data",
        found: loss.name)
    }
  }
}
