import Datasets
import Engine
import Networks

extension TrainedModel {
  /// The network as a file describes it.
  private struct Architecture: Codable {
    var version = 1
    var inputShape: [Int]
    @Named<Losses> var loss: any Loss
    var layers: LayerList

    enum CodingKeys: String, CodingKey {
      case version, loss, layers
      case inputShape = "input_shape"
    }
  }

  private enum Key {
    static let architecture = "architecture"
    static let preprocessing = "preprocessing"
    static let labels = "labels"
    static let record = "training_record"
    static let golden = "golden_examples"
  }

  /// Writes it to one safetensors file, whole or not at all.
  /// - Throws: `Problem`; `Problem` for a layer that cannot be stored.
  public func save(to path: String) throws {
    let architecture = Architecture(
      inputShape: model.inputShape.extents, loss: model.loss, layers: LayerList(model.layers))
    let metadata = [
      Key.architecture: try JSONText.encode(architecture),
      Key.preprocessing: try JSONText.encode(preprocessing),
      Key.labels: try JSONText.encode(labels),
      Key.record: try JSONText.encode(record),
      Key.golden: try JSONText.encode(goldenExamples),
    ]
    let entries = model.tensors.map { SafeTensors.Entry($0.name, $0.tensor) }
    try SafeTensors(entries, metadata: metadata).write(to: path)
  }

  /// Reads it back and runs its golden examples.
  ///
  /// - Parameter registry: what it can name.
  /// - Throws: `Problem` if the file is missing, damaged or no model, or if a golden example no
  ///   longer gives its output.
  public init(path: String, registry: Registry = .standard) throws {
    let file = try SafeTensors(path: path)
    func part<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
      guard let text = file.metadata[key] else {
        throw Problem(
          .malformed, path, expected: "a trained model", found: "a file without `\(key)`",
          fix: "give the model.safetensors of a run")
      }
      do {
        return try JSONText.decode(
          type, from: text, at: "\(path): \(key)", registry: registry)
      } catch let problem as Problem where problem.kind == .data {
        throw Problem(
          .malformed, problem.location, expected: problem.expected, found: problem.found,
          fix: problem.fix)
      }
    }
    let architecture = try part(Architecture.self, Key.architecture)
    guard architecture.version == 1 else {
      throw Problem(
        .malformed, "\(path): \(Key.architecture)", expected: "version 1",
        found: "version \(architecture.version)", fix: "use a newer Glassbox")
    }
    do {
      let model = try Model(
        Sequential(architecture.layers.layers),
        inputShape: TensorShape(checking: architecture.inputShape), loss: architecture.loss,
        tensors: file.entries.map { ($0.name, try file.tensor($0.name, at: path)) })
      self.init(
        model, preprocessing: try part(Preprocessing.self, Key.preprocessing),
        record: try part(TrainingRecord.self, Key.record),
        goldenExamples: try part([GoldenExample].self, Key.golden))
      try Self.check(model, preprocessing, at: path)
    } catch let problem as Problem where problem.kind == .shape {
      throw Problem(
        .malformed, "\(path): \(problem.location)", expected: problem.expected,
        found: problem.found, fix: "the file is damaged; take it from its run again")
    }
    let predictor = try Predictor(model)
    for (place, example) in goldenExamples.enumerated() {
      try example.verify(predictor, place: place, at: path)
    }
  }
}
