package import Datasets
import Engine
import Formatting
import Networks

/// How well a model answers each example, so that two models can be compared on the same ones.
package struct RowResults: Sendable, Equatable {
  package enum Values: Sendable, Equatable {
    /// Whether an answer is right; of labels whether all are.
    case right([Bool])
    /// How far an answer is off in the target's unit; of several targets the mean, each in units of the
    /// deviation that it has among these examples.
    case errors([Double])
  }

  package let values: Values
  /// What is true of each example, in words or numbers.
  package let truths: [String]
  /// Whether examples stand alone: none is of a group with others, and all count the same.
  package let areIndependent: Bool

  /// How much better another model's answers to the same examples are.
  ///
  /// - Parameter seed: of the bootstrap of numbers.
  /// - Returns: nil for examples of another kind or count.
  package func comparison(with other: RowResults, seed: UInt64) -> PairedComparison? {
    switch (values, other.values) {
    case (.right(let own), .right(let others)) where own.count == others.count:
      PairedComparison(right: own, others)
    case (.errors(let own), .errors(let others)) where own.count == others.count:
      PairedComparison(errors: own, others, seed: seed)
    default: nil
    }
  }
}

extension TrainedModel {
  /// - Throws: `Problem` for inputs that do not fit, or answers that are not finite.
  package func rowResults(on data: Dataset, threads: Int = 1) throws -> RowResults {
    try checkTokens(data.inputs)
    // A class that training never saw has no place among the outputs; its rows are answered wrongly.
    var fed = data
    if !data.unseenClasses.isEmpty {
      let most = Float(labels.count)
      fed.targets = try Examples(
        shape: data.targets.shape,
        floats: (0..<data.count).flatMap { data.targets[$0] }.map { $0 < most ? $0 : 0 })
    }
    let cycle = try CompiledCycle(model, threads: threads)
    let outputs = try cycle.evaluate(fed).predictions
    let answers = data.answers
    let (values, truths) = try results(outputs, answers.targets)
    return RowResults(
      values: values, truths: truths,
      areIndependent: answers.groups == nil && answers.weights == nil)
  }

  private func results(
    _ outputs: [Float], _ targets: [Float]
  ) throws -> (RowResults.Values, [String]) {
    switch preprocessing.target {
    case .classes, .ordered:
      let known = targets.map { Int($0) < labels.count ? Int($0) : 0 }
      let predicted = try ClassPredictions(
        scores: outputs, targets: known, classCount: labels.count
      ).predicted
      return (
        .right(zip(predicted, targets).map { $0 == Int($1) }),
        targets.map { Int($0) < labels.count ? labels[Int($0)] : "unseen" }
      )
    case .labels(let labels, _):
      let exact = try LabelPredictions(outputs, targets: targets, labels: labels.count).exact
      let rows = stride(from: 0, to: targets.count, by: labels.count)
      return (
        .right(exact.map { $0 == 1 }),
        rows.map { row in
          labels.indices.filter { targets[row + $0] == 1 }.map { labels[$0] }
            .joined(separator: ",")
        }
      )
    case .numbers:
      let width = preprocessing.targetCount
      func inUnits(_ numbers: [Float]) -> [Double] {
        numbers.enumerated().map { preprocessing.decodeValue($1, at: $0 % width) }
      }
      let truths = inUnits(targets)
      let pairs = try NumberPredictions(
        predictions: inUnits(model.loss.points(outputs, width: model.outputCount)),
        targets: truths, outputs: width)
      let columns = (0..<width).map { column in
        let errors = pairs.errors(ofOutput: column)
        guard width > 1 else { return errors.absolute }
        let squares = errors.centred.reduce(0) { $0 + $1 * $1 }
        let deviation = (squares / Double(pairs.count)).squareRoot()
        return deviation > 0 ? errors.absolute.map { $0 / deviation } : errors.absolute
      }
      return (
        .errors(
          (0..<pairs.count).map { row in
            columns.reduce(0) { $0 + $1[row] } / Double(width)
          }),
        (0..<pairs.count).map { row in
          // What two standardisations leave of the same number differs in its last digits.
          truths[row * width..<(row + 1) * width].map(\.shortText).joined(separator: ",")
        }
      )
    }
  }
}
