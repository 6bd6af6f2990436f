import Datasets
import Engine
import Networks

/// What a network answers, as its output layer and loss see it.
public enum AnswerKind: String, Codable, Sendable, Hashable {
  /// A number.
  case regression
  /// One of two classes.
  case binary
  /// One of several classes.
  case multiclass

  /// What a preprocessing's target asks for.
  public init(_ preprocessing: Preprocessing) {
    switch preprocessing.task {
    case .regression: self = .regression
    case .classification: self = preprocessing.classes.count == 2 ? .binary : .multiclass
    }
  }

  /// What a preprocessing's target asks for, from a network with so many outputs: two classes may also
  /// have an output each.
  init(_ preprocessing: Preprocessing, outputs: Int) {
    let kind = AnswerKind(preprocessing)
    self = kind == .binary && outputs > 1 ? .multiclass : kind
  }

  /// The loss that suits the task best: the numerically stable one on scores.
  var usualLoss: Loss {
    switch self {
    case .regression: .meanSquaredError
    case .binary: .binaryCrossEntropy
    case .multiclass: .crossEntropy
    }
  }

  /// The metrics that are followed while training, the leading one first.
  public var metrics: [Metric] { self == .regression ? [.rmse, .r2] : [.accuracy] }

  /// - Throws: `Problem` if the loss is for another task.
  func check(_ loss: Loss) throws {
    let fits: [Loss] =
      switch self {
      case .regression: Loss.all.filter { !$0.isForClasses }
      case .binary: Loss.all.filter(\.isForClasses)
      case .multiclass: Loss.all.filter(\.hasClassTargets)
      }
    guard fits.contains(where: { $0.name == loss.name }) else {
      throw Problem.data(
        "loss", expected: "one of \(fits.map(\.name).joined(separator: ", ")) for \(rawValue) data",
        found: loss.name)
    }
  }
}

extension Loss {
  /// Is it for class labels, not for numbers?
  var isForClasses: Bool {
    switch self {
    case .binaryCrossEntropy, .binaryCrossEntropyOnProbabilities: true
    default: hasClassTargets
    }
  }

  /// What the last layer must end with.
  var outputActivation: ActivationFunction {
    switch self {
    case .binaryCrossEntropyOnProbabilities: .sigmoid
    case .crossEntropyOnProbabilities: .softmax
    default: .linear
    }
  }
}
