package import Datasets
package import Engine
import Formatting
package import Networks

/// What is in a file of tensors: a model of this program, a checkpoint, or what another program wrote.
package enum ModelFile: Sendable, Encodable {
  case model(ModelFacts)
  case checkpoint(CheckpointFacts)
  case tensors(TensorFacts)

  /// - Throws: `Problem` for a file that is missing or damaged, and for a model that no longer answers as it did.
  package init(path: String, registry: Registry = .standard, decoders: Decoders = .none) throws {
    let bytes = try AtomicFile.read(path, limit: 16 << 30)
    try self.init(bytes: bytes, name: path, registry: registry, decoders: decoders)
  }

  /// The same for the bytes of a file.
  package init(
    bytes: [UInt8], name: String, registry: Registry = .standard, decoders: Decoders = .none
  ) throws {
    let listing = try SafeTensors.Listing(bytes: bytes, from: name)
    let isCheckpoint = Checkpoint.isOne(listing)
    // Weights alone are tensors, whoever wrote them.
    guard listing.isOwn, isCheckpoint || TrainedModel.isOne(listing) else {
      self = .tensors(TensorFacts(listing, bytes: bytes, name: name))
      return
    }
    guard !isCheckpoint else {
      self = .checkpoint(
        try CheckpointFacts(
          Checkpoint(bytes: bytes, name: name, registry: registry),
          SafeTensors(bytes: bytes, from: name), name: name))
      return
    }
    self = .model(
      try ModelFacts(
        TrainedModel(bytes: bytes, name: name, registry: registry, decoders: decoders), name: name))
  }

  package func encode(to encoder: any Encoder) throws {
    switch self {
    case .model(let facts): try facts.encode(to: encoder)
    case .checkpoint(let facts): try facts.encode(to: encoder)
    case .tensors(let facts): try facts.encode(to: encoder)
    }
  }

  /// In lines, for a terminal.
  package var text: String {
    switch self {
    case .model(let facts): facts.text
    case .checkpoint(let facts): facts.text
    case .tensors(let facts): facts.text
    }
  }

  /// The tensors of 32-bit numbers.
  package var weights: [(name: String, tensor: Tensor)] {
    switch self {
    case .model(let facts): facts.trained.model.tensors.map { ($0.name, $0.tensor) }
    case .checkpoint(let facts): facts.weights
    case .tensors(let facts): facts.weights
    }
  }
}

/// A tensor as a list shows it.
package struct TensorEntry: Sendable, Encodable {
  package let name: String
  package let shape: [Int]
  /// As the file names it; nil where all have the same.
  package var type: String?

  var line: String {
    "  \(name) [\(shape.map(String.init).joined(separator: ", "))]" + (type.map { " \($0)" } ?? "")
  }
}

/// A model, read and tried on its golden examples.
package struct ModelFacts: Sendable, Encodable {
  package let trained: TrainedModel
  let kind = "model"
  package let path: String
  let task: LearningTask
  let layers: LayerList
  let inputShape: [Int]
  @Named<Losses> var loss: any Loss
  package let tensors: [TensorEntry]
  package let parameters: Int
  let weightsSHA256: String
  let labels: [String]
  let inputs: [String]
  let preprocessing: FileContent
  let record: FileContent
  let goldenExamplesVerified: Int
  let dataSummary: DataSummary?

  private enum CodingKeys: String, CodingKey {
    case kind, path, task, layers, loss, tensors, parameters, labels, inputs, preprocessing, record
    case inputShape = "input_shape"
    case weightsSHA256 = "weights_sha256"
    case goldenExamplesVerified = "golden_examples_verified"
    case dataSummary = "data_summary"
  }

  package init(_ trained: TrainedModel, name: String) throws {
    let model = trained.model
    self.trained = trained
    (path, task, labels) = (name, trained.task, trained.labels)
    (layers, inputShape) = (LayerList(model.layers), model.inputShape.extents)
    _loss = Named(wrappedValue: model.loss)
    tensors = model.tensors.map { TensorEntry(name: $0.name, shape: $0.tensor.shape.extents) }
    (parameters, weightsSHA256) = (model.parameterCount, model.weightsSHA256)
    inputs = trained.preprocessing.inputNames
    preprocessing = try FileContent(trained.preprocessing)
    record = try FileContent(trained.record)
    goldenExamplesVerified = try trained.goldenExamples.count
    dataSummary = trained.dataSummary
  }

  /// What it answers, and in which classes.
  package var headline: String {
    (["\(path): a model for \(task.rawValue) of `\(trained.preprocessing.targetName)`"]
      + (labels.isEmpty ? [] : ["classes: \(labels.joined(separator: ", "))"]))
      .joined(separator: "\n")
  }

  /// What it was made from, and what it came to.
  package var origin: String {
    let record = trained.record
    let rows = record.rows
    let scores = record.scores.sorted { $0.key < $1.key }.map { "  \($0) \($1.shortText)" }
    return
      ([
        "made by \(record.program) from \(record.data): \(rows.train) rows to train, "
          + "\(rows.validation) to validate, \(rows.test) to test; seed \(record.plan.seed), "
          + "best epoch \(record.bestEpoch.map(String.init) ?? "none") of \(record.epochsRun)"
      ]
      + scores + ["\(goldenExamplesVerified) golden examples verified"]).joined(separator: "\n")
  }

  var text: String {
    ([headline, "", "input \(trained.model.inputShape)"]
      + layers.layers.map { "  \(Self.line($0))" } + ["loss \(loss.name)", ""]
      + tensors.map(\.line) + ["\(parameters) parameters, SHA-256 \(weightsSHA256)", ""]
      + [trained.preprocessing.summary, "", origin]).joined(separator: "\n")
  }

  private static func line(_ layer: any Layer) -> String {
    guard let stored = layer as? any StoredLayer else { return "\(layer)" }
    let settings = (try? JSONText.encode(stored)) ?? ""
    return "\(type(of: stored).kind) \(settings)"
  }
}

/// What a training goes on from.
package struct CheckpointFacts: Sendable, Encodable {
  let kind = "checkpoint"
  let path: String
  let epochsDone: Int
  let steps: Int
  let plan: FileContent
  package let tensors: [TensorEntry]
  let weights: [(name: String, tensor: Tensor)]

  private enum CodingKeys: String, CodingKey {
    case kind, path, steps, plan, tensors
    case epochsDone = "epochs_done"
  }

  init(_ checkpoint: Checkpoint, _ file: SafeTensors, name: String) throws {
    (path, epochsDone, steps) = (name, checkpoint.epochsDone, checkpoint.steps)
    plan = try FileContent(checkpoint.plan)
    tensors = file.entries.map { TensorEntry(name: $0.name, shape: $0.shape.extents) }
    weights = file.weights
  }

  package var headline: String {
    "\(path): a checkpoint after \(epochsDone) epochs, \(steps) steps"
  }

  /// How it trains.
  package var planText: String { "plan \((try? JSONText.encode(plan, pretty: true)) ?? "")" }

  var text: String {
    ([headline, "", planText, ""] + tensors.map(\.line)).joined(separator: "\n")
  }
}

/// A file of another program, or of weights alone.
package struct TensorFacts: Sendable, Encodable {
  let kind = "tensors"
  let path: String
  let parameters: Int
  package let tensors: [TensorEntry]
  /// The file's own strings.
  package let metadata: [String: String]
  let weights: [(name: String, tensor: Tensor)]
  private let isOwn: Bool

  private enum CodingKeys: String, CodingKey { case kind, path, parameters, tensors, metadata }

  init(_ listing: SafeTensors.Listing, bytes: [UInt8], name: String) {
    (path, metadata, isOwn) = (name, listing.metadata, listing.isOwn)
    tensors = listing.entries.map {
      TensorEntry(name: $0.name, shape: $0.shape.extents, type: $0.type)
    }
    // The shapes of numbers that are not read may say anything.
    parameters = listing.entries.reduce(0) { sum, entry in
      let (next, isOver) = sum.addingReportingOverflow(entry.shape.count)
      return isOver ? .max : next
    }
    // Numbers of types that are not read are not looked into.
    weights = (try? SafeTensors(bytes: bytes, from: name).weights) ?? []
  }

  /// Tensors that stand in no file of tensors.
  package init(_ weights: [(name: String, tensor: Tensor)], name: String) {
    (path, metadata, self.weights, isOwn) = (name, [:], weights, false)
    tensors = weights.map { TensorEntry(name: $0.name, shape: $0.tensor.shape.extents) }
    parameters = weights.reduce(0) { $0 + $1.tensor.values.count }
  }

  package var headline: String {
    "\(path): \(tensors.count.grouped) tensors\(isOwn ? "" : " of another program"), "
      + "\(parameters.grouped) numbers"
  }

  var text: String {
    ([headline, ""] + tensors.map(\.line)
      + metadata.sorted { $0.key < $1.key }.map { "\($0): \($1.shortened(to: 200))" })
      .joined(separator: "\n")
  }
}

extension SafeTensors {
  fileprivate var weights: [(name: String, tensor: Tensor)] {
    entries.compactMap { entry in
      (try? entry.tensor(at: entry.name)).map { (entry.name, $0) }
    }
  }
}
