import Datasets
import Engine
import Networks
import Training

/// What a model's file says beside its graph, as JSON texts: what ONNX has no place for, and what makes it the
/// same model again when it is read here.
struct ExportedFacts {
  enum Key {
    static let task = "glassbox.task"
    static let labels = "glassbox.labels"
    static let loss = "glassbox.loss"
    static let inputs = "glassbox.inputs"
    static let inputShape = "glassbox.input_shape"
    static let preprocessing = "glassbox.preprocessing"
    static let record = "glassbox.training_record"
    static let notes = "glassbox.notes"
  }

  let metadata: [String: String]

  init(_ trained: TrainedModel, _ inputs: ExportedInputs) throws {
    var metadata = [
      Key.task: try JSONText.encode(trained.task),
      Key.loss: try JSONText.encode(Named<Losses>(wrappedValue: trained.model.loss)),
      Key.inputs: try JSONText.encode(inputs.descriptions),
      Key.inputShape: try JSONText.encode(trained.model.inputShape.extents),
      Key.preprocessing: try JSONText.encode(trained.preprocessing),
      Key.record: try JSONText.encode(trained.record),
    ]
    if !trained.labels.isEmpty { metadata[Key.labels] = try JSONText.encode(trained.labels) }
    if !inputs.notes.isEmpty { metadata[Key.notes] = try JSONText.encode(inputs.notes) }
    self.metadata = metadata
  }

  /// What a file of ours says of its model.
  struct Model {
    let task: LearningTask
    let labels: [String]?
    let loss: any Loss
    let preprocessing: Preprocessing

    /// Nil for a file of another program.
    init?(of file: ONNXModel) throws {
      guard let text = file.metadata[Key.preprocessing] else { return nil }
      func read<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
        try JSONText.decode(type, from: file.metadata[key] ?? "null", at: key)
      }
      preprocessing = try JSONText.decode(Preprocessing.self, from: text, at: Key.preprocessing)
      task = try read(LearningTask.self, Key.task)
      loss = try read(Named<Losses>.self, Key.loss).wrappedValue
      labels = preprocessing.classes.isEmpty ? nil : preprocessing.classes
    }
  }

  /// The shape of what the network in a file of ours is given; nil for a file of another program.
  static func shape(of file: ONNXModel) throws -> TensorShape? {
    guard let text = file.metadata[Key.inputShape], file.metadata[Key.preprocessing] != nil else {
      return nil
    }
    return try TensorShape(
      checking: JSONText.decode([Int].self, from: text, at: Key.inputShape))
  }
}
