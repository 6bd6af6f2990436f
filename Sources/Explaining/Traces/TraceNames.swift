import Datasets
import Engine
import Networks
import Training

/// What places mean to the user.
struct TraceNames {
  /// Names of the inputs, in order; empty if they have none.
  var inputs: [String] = []
  /// Names of the classes, in order; empty if there are none.
  var labels: [String] = []
  var hasClassTargets = false
  /// How many numbers the network makes for one example.
  var outputs = 1
  /// How many numbers an example has.
  var width = 1
  /// How raw values became numbers; nil if they were numbers.
  var preprocessing: Preprocessing?
  /// The shares that the answers are learned for; nil for answers that are no quantiles.
  var quantiles: [Double]?
  /// What makes the intervals of the answers; nil for none.
  var calibration: Calibration?

  /// The class's name, unless it is its number.
  private func label(_ index: Int) -> String? {
    labels.indices.contains(index) && labels[index] != "\(index)" ? labels[index] : nil
  }

  func meaning(of input: String, _ cell: Int, value: Float) -> String? {
    switch input {
    case LearningCycle.inputName: inputs.count == width ? inputs[cell % width] : nil
    case LearningCycle.targetName:
      hasClassTargets
        ? Int(exactly: value).flatMap { label($0) }
        : outputs == labels.count
          ? labels[cell % outputs]
          : outputs == 1 ? Int(exactly: value).flatMap { label($0) } : nil
    default: nil
    }
  }

  /// Which class a number of the answer is the probability of; nil for other answers.
  func meaning(ofAnswer cell: Int) -> String? {
    if outputs == labels.count { return labels[cell % outputs] }
    return outputs == 1 && labels.count == 2 ? labels[1] : nil
  }

  /// Which quantile a number of the answer is; nil for other answers.
  func quantile(ofAnswer cell: Int) -> String? {
    quantiles.map { shares in
      let share = shares[cell % outputs * shares.count / outputs]
      return "the value that \(SymbolicExpression.number(100 * share)) % lie below"
    }
  }

  /// How a given number was scaled; nil where it stands as it was.
  func scaling(of input: String, _ cell: Int) -> NumberScaling? {
    let scaling =
      switch input {
      case LearningCycle.inputName: preprocessing?.scaling(ofInput: cell % width)
      case LearningCycle.targetName:
        preprocessing.flatMap { $0.targetScaling(cell % outputs % $0.targetCount) }
      default: NumberScaling?.none
      }
    return scaling.flatMap { $0.isIdentity ? nil : $0 }
  }
}

extension NumberScaling {
  /// The formula that made a number of the raw one.
  func formula(_ scaled: Float) -> SymbolicExpression {
    let raw = SymbolicExpression.variable(name, raw(scaled))
    guard isByte else {
      return ((isLogarithm ? .log(raw) : raw) - .constant(offset)) / .constant(scale)
    }
    let product = raw * .constant(1 / scale)
    let shift = -offset / scale
    return shift < 0 ? product - .constant(-shift) : product + .constant(shift)
  }

  /// The raw number that a scaled one stands for.
  func unscaled(_ number: SymbolicExpression) -> SymbolicExpression {
    let product = number * .constant(scale)
    let sum = offset < 0 ? product - .constant(-offset) : product + .constant(offset)
    return isLogarithm ? .exp(sum) : sum
  }
}
