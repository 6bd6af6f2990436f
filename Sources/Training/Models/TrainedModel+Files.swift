public import Datasets
import Engine
public import Networks

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

  /// Whether a file says that it holds a model.
  static func isOne(_ file: SafeTensors.Listing) -> Bool { file.metadata[Key.architecture] != nil }

  private enum Key {
    static let architecture = "architecture"
    static let preprocessing = "preprocessing"
    static let labels = "labels"
    static let record = "training_record"
    static let golden = "golden_examples"
    static let summary = "data_summary"
    static let calibration = "calibration"
  }

  private func file() throws -> SafeTensors {
    let architecture = Architecture(
      inputShape: model.inputShape.extents, loss: model.loss, layers: LayerList(model.layers))
    var metadata = [
      Key.architecture: try JSONText.encode(architecture),
      Key.preprocessing: try JSONText.encode(preprocessing),
      Key.labels: try JSONText.encode(labels),
      Key.record: try JSONText.encode(record),
      Key.golden: try JSONText.encode(goldenExamples),
    ]
    if let dataSummary { metadata[Key.summary] = try JSONText.encode(dataSummary) }
    if let calibration { metadata[Key.calibration] = try JSONText.encode(calibration) }
    return SafeTensors(
      model.tensors.map { SafeTensors.Entry($0.name, $0.tensor) }, metadata: metadata)
  }

  /// Writes it to one safetensors file, whole or not at all.
  /// - Throws: `Problem`, also for a layer that cannot be stored.
  public func save(to path: String) throws { try file().write(to: path) }

  /// What ``save(to:)`` writes, for a place that is no file.
  /// - Throws: `Problem` for a layer that cannot be stored.
  public func bytes() throws -> [UInt8] { try file().bytes() }

  /// Reads it back and runs its golden examples.
  ///
  /// - Parameters:
  ///   - registry: what it can name, such as layers of your own.
  ///   - decoders: read images that are asked about.
  /// - Throws: `Problem` if the file is missing, damaged or no model, or if a golden example no
  ///   longer gives its output.
  public init(
    path: String, registry: Registry = .standard, decoders: Decoders = .none
  ) throws {
    try self.init(SafeTensors(path: path), from: path, registry, decoders)
  }

  /// Reads it from the bytes of a file and runs its golden examples.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - registry: what it can name, such as layers of your own.
  ///   - decoders: read images that are asked about.
  /// - Throws: `Problem` if the bytes are damaged or no model, or if a golden example no longer gives
  ///   its output.
  public init(
    bytes: [UInt8], name: String = "model", registry: Registry = .standard,
    decoders: Decoders = .none
  ) throws {
    try self.init(SafeTensors(bytes: bytes, from: name), from: name, registry, decoders)
  }

  /// What makes the inputs of the model in a file, without the model.
  /// - Throws: `Problem` if the file is missing, damaged or no model.
  package static func preprocessing(
    ofFile path: String, registry: Registry = .standard
  ) throws -> Preprocessing {
    try part(Preprocessing.self, Key.preprocessing, SafeTensors(path: path), path, registry)
  }

  private static func read<Value: Decodable>(
    _ type: Value.Type, _ key: String, _ text: String, _ name: String, _ registry: Registry
  ) throws -> Value {
    do {
      return try JSONText.decode(type, from: text, at: "\(name): \(key)", registry: registry)
    } catch let problem as Problem where problem.kind == .data {
      throw Problem(
        .malformed, problem.location, expected: problem.expected, found: problem.found,
        fix: problem.fix)
    }
  }

  private static func part<Value: Decodable>(
    _ type: Value.Type, _ key: String, _ file: SafeTensors, _ name: String, _ registry: Registry
  ) throws -> Value {
    guard let text = file.metadata[key] else {
      throw Problem(
        .malformed, name, expected: "a trained model", found: "a file without `\(key)`",
        fix: "give the model.safetensors of a run")
    }
    return try read(type, key, text, name, registry)
  }

  private init(
    _ file: SafeTensors, from name: String, _ registry: Registry,
    _ decoders: Decoders
  ) throws {
    func part<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
      try Self.part(type, key, file, name, registry)
    }
    let architecture = try part(Architecture.self, Key.architecture)
    guard architecture.version == 1 else {
      throw Problem(
        .malformed, "\(name): \(Key.architecture)", expected: "version 1",
        found: "version \(architecture.version)", fix: "use a newer Glassbox")
    }
    let golden = try part([GoldenExample].self, Key.golden)
    do {
      let model = try Model(
        Sequential(architecture.layers.layers),
        inputShape: TensorShape(checking: architecture.inputShape), loss: architecture.loss,
        tensors: file.entries.map {
          (Registry.presentName(of: $0.name), try $0.tensor(at: name))
        })
      let preprocessing = try part(Preprocessing.self, Key.preprocessing)
      try Self.check(model, preprocessing, at: name)
      self.init(
        model, preprocessing, try part(TrainingRecord.self, Key.record),
        try file.metadata[Key.summary].map {
          try Self.read(DataSummary.self, Key.summary, $0, name, registry)
        },
        golden: golden, decoders, nil)
      calibration = try file.metadata[Key.calibration].map {
        try Self.read(Calibration.self, Key.calibration, $0, name, registry)
      }
      try calibration?.check(preprocessing, at: name)
    } catch let problem as Problem where problem.kind == .shape {
      throw Problem(
        .malformed, "\(name): \(problem.location)", expected: problem.expected,
        found: problem.found, fix: "the file is damaged; take it from its run again")
    }
    // The predictor that proves itself here is the one that answers later.
    let predictor = try predictor
    for (place, example) in golden.enumerated() {
      try example.verify(predictor, place: place, at: name)
    }
  }
}
