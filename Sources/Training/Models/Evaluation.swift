public import Datasets
public import Engine
import Networks

/// How good a model is on some examples.
public struct Evaluation: Codable, Sendable {
  /// How many examples.
  public var rows: Int
  /// The mean of the loss the model was trained with.
  public var loss: Double
  /// Of a classifier.
  public var classification: ClassificationReport?
  /// Of a regression, in the target's unit.
  public var regression: RegressionReport?

  /// The leading score: accuracy, or root mean squared error.
  public var leading: (name: String, score: Score) {
    if let classification { return ("accuracy", classification.accuracy) }
    return ("rmse", regression!.outputs[0].rmse)
  }

  /// A warning where there are too few examples to say anything; nil if there are enough.
  ///
  /// - Parameter part: what the examples are called: `test`.
  public func caution(of part: String) -> String? {
    guard rows < Self.fewestRows else { return nil }
    return "\(rows) \(part) \(rows == 1 ? "row says" : "rows say") nothing about new data: "
      + "one answer more or less right would change every score much. Collect more rows, or keep "
      + "more of them back (`\(part)`)."
  }

  /// Below it the interval of a share reaches over more than half of what is possible.
  private static let fewestRows = 12

  /// All scores as aligned text.
  public var text: String { classification?.text() ?? regression!.text() }
}

extension TrainedModel {
  /// Runs the model over examples and scores its answers.
  ///
  /// - Throws: `Problem` for no examples or targets that do not fit, for inputs
  ///   that do not.
  public func evaluate(
    _ data: Dataset, threads: Int = 1, kernels: Kernels? = nil
  ) throws -> Evaluation {
    guard data.count > 0 else {
      throw Problem.data("data", expected: "at least one row", found: "none")
    }
    try checkTokens(data.inputs)
    let (loss, predictions) = try CompiledCycle(model, kernels: kernels, threads: threads)
      .evaluate(data)
    let targets = (0..<data.count).map { data.targets[$0][0] }
    var evaluation = Evaluation(rows: data.count, loss: loss)
    if preprocessing.task.isClassification {
      evaluation.classification = try ClassificationReport(
        labels: labels, scores: predictions, targets: targets.map { Int($0) },
        weights: data.weights, groups: data.groups)
    } else {
      evaluation.regression = try RegressionReport(
        names: [preprocessing.targetName], predictions: predictions.map(inUnit),
        targets: targets.map(inUnit), weights: data.weights, groups: data.groups)
    }
    return evaluation
  }

  private func inUnit(_ number: Float) -> Float { Float(preprocessing.decodeValue(number)) }
}
