import Datasets
import Engine
import Networks

/// A model's answer for one example.
public struct Prediction: Codable, Sendable, Hashable {
  /// The most probable class; nil for regression.
  public var label: String?
  /// The probability of each class, by label; nil for regression.
  public var probabilities: [String: Float]?
  /// The value in the target's unit; nil for classes.
  public var value: Double?
}

extension TrainedModel {
  /// Answers for examples that are preprocessed already.
  ///
  /// - Parameters:
  ///   - inputs: of the model's input shape.
  ///   - predictor: of this model, made once and used often.
  /// - Throws: `Problem` if the inputs have another shape; `Problem` for inputs that have no
  ///   answer.
  public func predict(_ inputs: Examples, with predictor: Predictor) throws -> [Prediction] {
    guard inputs.shape == model.inputShape else {
      throw Problem.shape(
        "input", expected: "examples of shape \(model.inputShape)", found: "\(inputs.shape)")
    }
    try checkTokens(inputs)
    let outputs = try predictor.predict(inputs.count) { first, taken, input in
      inputs.copy(first..<first + taken, into: input.baseAddress!)
    }
    try inputs.check()
    if let bad = outputs.firstIndex(where: { !$0.isFinite }) {
      throw Problem.data(
        "data, row \(bad / model.outputCount + 1)", expected: "inputs that give a finite answer",
        found: "\(outputs[bad])",
        fix: "look for values far beyond those of the training, or train with a lower learning rate"
      )
    }
    return (0..<inputs.count).map { place in
      answer(Array(outputs[place * model.outputCount..<(place + 1) * model.outputCount]))
    }
  }

  /// What one row of outputs means.
  func answer(_ outputs: [Float]) -> Prediction {
    guard preprocessing.task.isClassification else {
      return Prediction(value: preprocessing.decodeValue(outputs[0]))
    }
    let shares = outputs.count == 1 ? [1 - outputs[0], outputs[0]] : outputs
    var best = 0
    for place in shares.indices where shares[place] > shares[best] { best = place }
    return Prediction(
      label: labels[best],
      probabilities: Dictionary(zip(labels, shares)) { first, _ in first })
  }
}
