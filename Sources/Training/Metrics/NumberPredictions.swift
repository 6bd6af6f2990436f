import Engine

/// A regression's predictions beside the true numbers, checked once.
struct NumberPredictions {
  let predictions: [Double]
  let targets: [Double]
  let outputs: Int
  /// The number of examples.
  let count: Int
  /// How much each example counts; nil where all count the same.
  var weights: [Double]?

  /// - Throws: `Problem` for no examples, counts that do not fit, or a number that is not
  ///   finite.
  init(
    predictions: [some BinaryFloatingPoint], targets: [some BinaryFloatingPoint], outputs: Int
  ) throws(Problem) {
    let (predictions, targets) = (predictions.map { Double($0) }, targets.map { Double($0) })
    guard outputs >= 1 else {
      throw Problem.data("outputs", expected: "at least 1", found: "\(outputs)")
    }
    guard !targets.isEmpty else {
      throw Problem.data(
        "examples", expected: "at least 1 example", found: "none",
        fix: "score a part of the data that is not empty")
    }
    guard predictions.count == targets.count, targets.count % outputs == 0 else {
      throw Problem.data(
        "predictions", expected: "as many numbers as targets, \(outputs) for each example",
        found: "\(predictions.count) predictions and \(targets.count) targets")
    }
    for (name, numbers) in [("prediction", predictions), ("target", targets)] {
      if let cell = numbers.firstIndex(where: { !$0.isFinite }) {
        throw Problem.data(
          "\(name) of example \(cell / outputs + 1)", expected: "a finite number",
          found: "\(numbers[cell])")
      }
    }
    self.predictions = predictions
    self.targets = targets
    self.outputs = outputs
    self.count = targets.count / outputs
  }

  /// The errors of one output column.
  func errors(ofOutput column: Int) -> RegressionErrors {
    let cells = stride(from: column, to: targets.count, by: outputs)
    let differences = cells.map { predictions[$0] - targets[$0] }
    let mean = weights.mean(of: cells.map { targets[$0] })
    return RegressionErrors(
      absolute: differences.map(\.magnitude), squared: differences.map { $0 * $0 },
      centred: cells.map { targets[$0] - mean },
      weights: weights, isConstant: cells.allSatisfy { targets[$0] == targets[column] })
  }
}
