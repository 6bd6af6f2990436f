import ArgumentParser
import Formatting
import Glassbox

/// `glassbox inspect`
struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is in a model, a checkpoint or a run.",
    discussion: """
      glassbox inspect runs/students
      glassbox inspect --layers             every layer a configuration file can name
      glassbox inspect --settings           every setting of a run
      """)

  @Argument(
    help: "A model file, a checkpoint file or the folder of a run.", completion: .file())
  var path: String?
  @Flag(help: "List the layers for the `network:` of a configuration file, with their settings.")
  var layers = false
  @Flag(help: "List the settings of a run, with what they may be and their defaults.")
  var settings = false
  @OptionGroup var output: OutputOptions

  private struct TensorFacts: Encodable {
    let name: String
    let shape: [Int]
  }

  private struct ModelFacts: Encodable {
    let kind = "model"
    let path: String
    let task: LearningTask
    let layers: LayerList
    let inputShape: [Int]
    @Named<Losses> var loss: any Loss
    let tensors: [TensorFacts]
    let parameters: Int
    let weightsSHA256: String
    let labels: [String]
    let inputs: [String]
    let preprocessing: FileContent
    let record: FileContent
    let goldenExamplesVerified: Int
    let dataSummary: DataSummary?

    enum CodingKeys: String, CodingKey {
      case kind, path, task, layers, loss, tensors, parameters, labels, inputs, preprocessing,
        record
      case inputShape = "input_shape"
      case weightsSHA256 = "weights_sha256"
      case goldenExamplesVerified = "golden_examples_verified"
      case dataSummary = "data_summary"
    }
  }

  private struct CheckpointFacts: Encodable {
    let kind = "checkpoint"
    let path: String
    let epochsDone: Int
    let steps: Int
    let plan: FileContent
    let tensors: [TensorFacts]

    enum CodingKeys: String, CodingKey {
      case kind, path, steps, plan, tensors
      case epochsDone = "epochs_done"
    }
  }

  func validate() throws {
    guard [layers, settings, path != nil].count(where: \.self) == 1 else {
      throw ValidationError("give a model, a checkpoint or a run, or --layers or --settings alone")
    }
  }

  func run() throws {
    if settings {
      let list = RunConfiguration.settings
      return output.json ? try printJSON(["settings": list]) : print(list.text, terminator: "")
    }
    guard let path else {
      let list = try LayerListing()
      return output.json ? try printJSON(list) : print(list.text, terminator: "")
    }
    var file = try RunFolder.modelFile(of: path)
    if let folder = try? RunFolder(existing: path), !folder.has(.model) {
      file = folder[.checkpoint]
    }
    let content = try SafeTensors(path: file)
    if content.metadata["training_plan"] != nil {
      try show(Checkpoint(path: file), content, file)
    } else {
      try show(TrainedModel(path: file), file)
    }
  }

  private func show(_ model: TrainedModel, _ file: String) throws {
    let layers = LayerList(model.model.layers)
    let facts = ModelFacts(
      path: file, task: model.task, layers: layers, inputShape: model.model.inputShape.extents,
      loss: model.model.loss,
      tensors: model.model.tensors.map {
        TensorFacts(name: $0.name, shape: $0.tensor.shape.extents)
      },
      parameters: model.model.parameterCount, weightsSHA256: model.model.weightsSHA256,
      labels: model.labels, inputs: model.preprocessing.inputNames,
      preprocessing: try FileContent(model.preprocessing), record: try FileContent(model.record),
      goldenExamplesVerified: try model.goldenExamples.count, dataSummary: model.dataSummary)
    if output.json { return try printJSON(facts) }
    print("\(file): a model for \(model.task.rawValue) of `\(model.preprocessing.targetName)`")
    if !model.labels.isEmpty { print("classes: \(model.labels.joined(separator: ", "))") }
    print("\ninput \(model.model.inputShape)")
    for layer in layers.layers { print("  \(Self.line(layer))") }
    print("loss \(model.model.loss.name)\n")
    show(facts.tensors)
    print("\(facts.parameters) parameters, SHA-256 \(facts.weightsSHA256)\n")
    print(model.preprocessing.summary)
    let record = model.record
    let rows = record.rows
    print(
      "\nmade by \(record.program) from \(record.data): \(rows.train) rows to train, "
        + "\(rows.validation) to validate, \(rows.test) to test; seed \(record.plan.seed), "
        + "best epoch \(record.bestEpoch.map(String.init) ?? "none") of \(record.epochsRun)")
    for (name, value) in record.scores.sorted(by: { $0.key < $1.key }) {
      print("  \(name) \(value.shortText)")
    }
    print("\(facts.goldenExamplesVerified) golden examples verified")
  }

  private static func line(_ layer: any Layer) -> String {
    guard let stored = layer as? any StoredLayer else { return "\(layer)" }
    let settings = (try? JSONText.encode(stored)) ?? ""
    return "\(type(of: stored).kind) \(settings)"
  }

  private func show(_ checkpoint: Checkpoint, _ content: SafeTensors, _ file: String) throws {
    let facts = CheckpointFacts(
      path: file, epochsDone: checkpoint.epochsDone, steps: checkpoint.steps,
      plan: try FileContent(checkpoint.plan),
      tensors: content.entries.map { TensorFacts(name: $0.name, shape: $0.shape.extents) })
    if output.json { return try printJSON(facts) }
    print("\(file): a checkpoint after \(facts.epochsDone) epochs, \(facts.steps) steps\n")
    print("plan \(try JSONText.encode(facts.plan, pretty: true))\n")
    show(facts.tensors)
  }

  private func show(_ tensors: [TensorFacts]) {
    for tensor in tensors {
      print("  \(tensor.name) [\(tensor.shape.map(String.init).joined(separator: ", "))]")
    }
  }
}
