import Datasets
import Engine
import Exchange
import Networks
import Serving
import Training

/// A file that is dropped on the page: a model of this program, a checkpoint, a network that another program wrote,
/// or weights.
struct DroppedFile: Sendable {
  let file: ModelFile
  /// What was decided where the file leaves it open, in sentences.
  var notes: [String] = []
  private let identity: ServedModel.Identity

  /// - Throws: `Problem` for a damaged file, and for a network with operators that are not known, all of them
  ///   together.
  init(_ bytes: [UInt8], name: String, _ readers: StudioReaders) throws {
    identity = .init(name: name, hash: SHA256.hex(bytes))
    switch Self.kind(name) {
    case "onnx": (file, notes) = try Self.network(bytes, name, readers)
    case "pth", "pt", "bin": (file, notes) = try Self.weights(bytes, name, readers)
    default:
      file = try ModelFile(
        bytes: bytes, name: name, registry: readers.registry, decoders: readers.decoders)
    }
  }

  /// The model as it is tried; nil for no model.
  var served: ServedModel? {
    guard case .model(let facts) = file else { return nil }
    return ServedModel(facts.trained, identity)
  }

  private static func kind(_ name: String) -> String {
    name.split(separator: ".").last?.lowercased() ?? ""
  }

  /// An ONNX file. What it leaves open is taken for numbers.
  private static func network(
    _ bytes: [UInt8], _ name: String, _ readers: StudioReaders
  ) throws -> (ModelFile, [String]) {
    let read = try ONNXImport(bytes: bytes, name: name)
    let (trained, notes) = try Self.trained(read, readers)
    return (.model(try ModelFacts(trained, name: name)), ["written by \(read.producer)"] + notes)
  }

  private static func trained(
    _ read: ONNXImport, _ readers: StudioReaders
  ) throws -> (model: TrainedModel, notes: [String]) {
    do {
      return try read.trained(decoders: readers.decoders)
    } catch let problem as Problem where problem.location == "task" {
      let (model, notes) = try read.trained(task: .regression, decoders: readers.decoders)
      return (
        model,
        notes + ["the file does not say what its numbers are, so they are shown as they come"]
      )
    }
  }

  /// What PyTorch saved: a published network by whose name the file is called, or tensors.
  private static func weights(
    _ bytes: [UInt8], _ name: String, _ readers: StudioReaders
  ) throws -> (ModelFile, [String]) {
    let weights = try WeightsFile(bytes: bytes, name: name, decoders: readers.decoders)
    let words = name.lowercased()
    guard let known = KnownNetwork.all.first(where: { words.hasPrefix($0.name) }) else {
      let names = KnownNetwork.all.map { "`\($0.name)`" }.joined(separator: ", ")
      let note =
        "a file of weights does not say of which network they are; one whose name begins with \(names) opens as "
        + "that network"
      return (.tensors(TensorFacts(weights.tensors, name: name)), weights.notes + [note])
    }
    let (trained, notes) = try known.model(weights, decoders: readers.decoders)
    return (.model(try ModelFacts(trained, name: name)), notes)
  }
}
