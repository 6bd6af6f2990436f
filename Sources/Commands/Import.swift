import ArgumentParser
import Codecs
import Exchange
import Formatting
import Glassbox

/// `glassbox import`
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Make a model of a network from elsewhere: an ONNX file, or weights of a published network.",
    discussion: """
      glassbox import students.onnx --output imported.safetensors
      glassbox import network.onnx --output network.safetensors --columns hours,sleep --labels no,yes

      What comes out is a model like any other: predict, explain, trace, prove and serve know it, and \
      train --from goes on with it, with layers left alone and a new last layer. A file that glassbox export \
      wrote says all by itself; of others the flags say what is fed and what the numbers mean.

      With --network the file holds the weights of a published network: a state_dict that torch.save wrote, \
      which is read without running any code, or a safetensors file. Networks that are known: \
      \(KnownNetwork.all.map(\.name).joined(separator: ", ")).
      """)

  @Option(help: "The published network whose weights the file holds, by its name.")
  var network: String?

  @Argument(
    help: "An ONNX file; with --network weights: .pth, .pt, .bin or .safetensors.",
    completion: .file())
  var file: String
  @Option(
    name: .customLong("output"), help: "The model file to write.",
    completion: .file(extensions: ["safetensors"]))
  var model: String
  @Option(
    help: "The classes in the order of the outputs, with commas between; a file with one a line.")
  var labels: String?
  @Option(
    help: """
      What the outputs are, where the last operator does not say it: \
      \(LearningTask.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var task: String?
  @Option(
    help: "A name for each input of a network of tables, with commas between; such as x1..x9.")
  var columns: String?
  @Option(help: "The name of the answer.")
  var target: String?
  @Option(help: "The shape of one example there, where the file leaves it open, such as 3,224,224.")
  var inputShape: String?
  @Option(help: "Which of the file's values is the result, if not the first output.")
  var outputName: String?
  @Option(
    help: """
      Of images: the network is fed byte · scale + offset; one number, or one for each channel with commas \
      between. 1/255 if not given.
      """)
  var scale: String?
  @Option(help: "Of images: see --scale; 0 if not given.")
  var offset: String?
  @Option(
    help: """
      Of coloured images: in which order the network is fed red, green and blue: rgb, or bgr as networks of \
      Caffe and OpenCV are; --scale and --offset are in that order.
      """)
  var channels: String?
  @Flag(help: "Replace a file that exists.")
  var force = false
  @OptionGroup var output: OutputOptions

  private struct Facts: Encodable {
    let file: String
    let sha256: String
    let producer: String
    let model: String
    let task: LearningTask
    let inputShape: [Int]
    let labels: [String]
    let layers: [String]
    let parameters: Int
    let notes: [String]

    enum CodingKeys: String, CodingKey {
      case file, sha256, producer, model, task, labels, layers, parameters, notes
      case inputShape = "input_shape"
    }
  }

  /// What was read.
  private struct Reading {
    let model: TrainedModel
    let producer: String
    let sha256: String
    let notes: [String]
  }

  func run() throws {
    try AtomicFile.refuseToOverwrite(model, force: force)
    let reading = try network.map(weights) ?? graph()
    let trained = reading.model
    try trained.save(to: model)
    for note in reading.notes { output.note(note) }
    let layers = trained.model.layers.map { layer in
      let name = (layer as? any IdentifiedLayer)?.name ?? layer.kindName
      return layer.detail.isEmpty ? name : "\(name) (\(layer.detail))"
    }
    let facts = Facts(
      file: file, sha256: reading.sha256, producer: reading.producer, model: model,
      task: trained.task,
      inputShape: trained.model.inputShape.extents, labels: trained.labels, layers: layers,
      parameters: trained.model.parameterCount, notes: reading.notes)
    if output.json { return try printJSON(facts) }
    print("\(model): a model for \(trained.task.rawValue), of \(reading.producer)")
    print(
      "input \(trained.model.inputShape), \(facts.parameters) parameters, layers "
        + layers.joined(separator: ", "))
    print(trained.preprocessing.summary)
    print("next: glassbox inspect \(model.shellQuoted)")
  }

  /// An ONNX file.
  private func graph() throws -> Reading {
    let read = try ONNXImport(path: file, inputShape: try shape(), output: outputName)
    let (trained, notes) = try read.trained(
      task: try knownTask(), labels: try labels.map(names),
      columns: columns.map { ListText.parts(of: $0) },
      target: target, scales: try scale.map { try numbers($0, "scale") },
      offsets: try offset.map { try numbers($0, "offset") }, isBlueFirst: try isBlueFirst(),
      decoders: .standard)
    return Reading(
      model: trained, producer: read.producer, sha256: read.sha256 ?? "", notes: notes)
  }

  /// Weights of a network that is known by its name.
  private func weights(of name: String) throws -> Reading {
    let given: [(String, Any?)] = [
      ("task", task), ("columns", columns), ("target", target), ("input_shape", inputShape),
      ("output_name", outputName), ("scale", scale), ("offset", offset), ("channels", channels),
    ]
    if let (setting, _) = given.first(where: { $1 != nil }) {
      throw Problem.data(
        setting, expected: "none for a network that is known", found: "some", fix: "leave it out")
    }
    let known = try Failure.usage { try KnownNetwork.named(name) }
    let weights = try WeightsFile(path: file, decoders: .standard)
    let (trained, notes) = try known.model(
      weights, labels: try labels.map(names), decoders: .standard)
    return Reading(
      model: trained, producer: "weights of \(known.name)", sha256: weights.sha256, notes: notes)
  }

  // MARK: What is given

  private func isBlueFirst() throws -> Bool {
    guard let channels, channels != "rgb" else { return false }
    guard channels == "bgr" else {
      throw Problem.data("channels", expected: "rgb or bgr", found: "'\(channels)'")
    }
    return true
  }

  private func knownTask() throws -> LearningTask? {
    let names = LearningTask.allCases.map(\.rawValue)
    return try task.map { text in
      guard let known = LearningTask(rawValue: text) else {
        throw Problem.data(
          "task", expected: names.joined(separator: ", "), found: "'\(text)'",
          fix: text.nearest(among: names).map { "write `\($0)`" } ?? "")
      }
      return known
    }
  }

  /// A list, or the lines of a file.
  private func names(_ text: String) throws -> [String] {
    guard !text.contains(","), AtomicFile.exists(text) else { return ListText.parts(of: text) }
    return try String(decoding: AtomicFile.read(text, limit: 1 << 24), as: UTF8.self)
      .split(whereSeparator: \.isNewline).map(String.init)
  }

  private func shape() throws -> TensorShape? {
    try inputShape.map { text in
      let parts = ListText.parts(of: text)
      let extents = parts.compactMap { Int($0) }
      guard extents.count == parts.count, extents.allSatisfy({ $0 > 0 }) else {
        throw Problem.data(
          "input_shape", expected: "whole numbers above 0 with commas between, such as 3,224,224",
          found: "'\(text)'")
      }
      return try TensorShape(checking: extents)
    }
  }

  private func numbers(_ text: String, _ setting: String) throws -> [Float] {
    let parts = ListText.parts(of: text)
    let numbers = parts.compactMap { Float($0) }.filter(\.isFinite)
    guard numbers.count == parts.count, !numbers.isEmpty else {
      throw Problem.data(
        setting, expected: "numbers with commas between", found: "'\(text)'")
    }
    return numbers
  }
}
