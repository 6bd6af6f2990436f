import Datasets
import Engine
import Networks

/// A model with all it needs to be used: how raw values become inputs, what its outputs mean, what
/// made it, and examples that prove it still works.
/// ```swift
/// let trained = try TrainedModel(path: "runs/students/model.safetensors")
/// let answers = try trained.predict(test.inputs, with: Predictor(trained.model))
/// ```
public struct TrainedModel: Sendable {
  public let model: Model
  public let preprocessing: Preprocessing
  public let record: TrainingRecord
  public let goldenExamples: [GoldenExample]

  /// Puts a model together and runs its golden examples for the first time.
  ///
  /// - Parameter examples: where the golden examples are taken from.
  /// - Throws: `Problem` if the preprocessing's classes and the network's outputs differ.
  public init(
    _ model: Model, preprocessing: Preprocessing, record: TrainingRecord, examples: Dataset
  ) throws {
    self.model = model
    self.preprocessing = preprocessing
    self.record = record
    goldenExamples = try GoldenExample.making(Predictor(model), from: examples)
    try Self.check(model, preprocessing, at: "model")
  }

  init(
    _ model: Model, preprocessing: Preprocessing, record: TrainingRecord,
    goldenExamples: [GoldenExample]
  ) {
    self.model = model
    self.preprocessing = preprocessing
    self.record = record
    self.goldenExamples = goldenExamples
  }

  /// What it was trained for.
  public var task: LearningTask { record.task }
  /// The class labels in the order of the outputs; empty for regression.
  public var labels: [String] { preprocessing.classes }

  /// Whether a network fits its data.
  static func check(_ model: Model, _ preprocessing: Preprocessing, at location: String) throws {
    let labels = preprocessing.classes
    let outputs =
      switch preprocessing.task {
      case .regression: [1]
      case .binary: [1, 2]
      case .multiclass: [labels.count]
      }
    guard preprocessing.inputShape == model.inputShape, outputs.contains(model.outputCount) else {
      throw Problem.shape(
        location,
        expected: "a network from \(preprocessing.inputShape) to "
          + "\(outputs.map(String.init).joined(separator: " or ")) outputs, as its data ask for",
        found: "one from \(model.inputShape) to \(model.outputCount)",
        fix: "give the last layer \(outputs.map(String.init).joined(separator: " or ")) units")
    }
  }
}
