import Engine
public import Networks
public import Training

/// A network as an ONNX file, which ONNX Runtime and most other programs run.
public struct ONNXExport: Sendable {
  /// The versions of ONNX's operators that can be written.
  public static let opsets = 17...20

  package let file: ONNXModel
  /// What the file does not say, in sentences.
  public let notes: [String]

  /// The values of the file between which the network stands, without what is done before and after.
  static let networkInput = "network_input"
  static let networkOutput = "network_output"

  /// A network with its weights: from its inputs to what it answers, probabilities of a network that learned
  /// classes.
  ///
  /// - Parameter opset: the version of the operators.
  /// - Throws: `Problem` for an opset that is not among ``opsets``, and for what ONNX cannot express, with the
  ///   layer's path.
  public init(_ model: Model, opset: Int = 17) throws {
    let recording = try Self.recording(of: model, opset)
    var export = GraphExport(model.tensors, opset: opset)
    var input = ONNXValueInfo()
    (input.name, input.type) = ("input", .float)
    input.extents = [.symbol("batch")] + model.inputShape.extents.map { .known($0) }
    export.addInput(input)
    let result = try export.write(recording, input: "input")
    let extents = recording.entries.last!.extents
    export.addOutput(
      "output", .float,
      extents.known.indices.map { extents.symbol($0) }, result)
    file = ONNXModel(export.graph, opset: opset)
    notes = []
  }

  /// A trained model: from raw values, such as the cells of a row or the pixels of an image, to probabilities
  /// and labels, or to values in their own units.
  ///
  /// - Parameter opset: the version of the operators.
  /// - Throws: `Problem` for an opset that is not among ``opsets``, and for what ONNX cannot express, with the
  ///   layer's path.
  public init(_ trained: TrainedModel, opset: Int = 17) throws {
    let recording = try Self.recording(of: trained.model, opset)
    var export = GraphExport(trained.model.tensors, opset: opset)
    let inputs = try export.addInputs(trained.preprocessing)
    let result = try export.write(recording, input: inputs.name)
    export.addAnswers(trained, result, recording.entries.last!.extents)
    var file = ONNXModel(export.graph, opset: opset)
    file.metadata = try ExportedFacts(trained, inputs).metadata
    self.file = file
    var notes = inputs.notes
    if trained.calibration != nil {
      notes.append("the file answers without intervals and sets of classes, which the model knows")
    }
    self.notes = notes
  }

  private static func recording(of model: Model, _ opset: Int) throws -> GraphRecording {
    guard opsets.contains(opset) else {
      throw Problem.data(
        "opset", expected: "\(opsets.lowerBound) to \(opsets.upperBound)", found: "\(opset)")
    }
    return try GraphRecording(of: model.inputShape) {
      try model.loss.prediction(model.network.named(in: $0))
    }
  }

  /// Writes the file, whole or not at all.
  /// - Throws: `Problem` if it cannot be written.
  public func write(to path: String) throws { try file.write(to: path) }

  /// The bytes of the file.
  public var bytes: [UInt8] { file.bytes }

  /// What is fed, such as `hours, float [batch, 1]`.
  package var inputs: [String] { file.graph.inputs.map(\.text) }
  /// What is answered.
  package var outputs: [String] { file.graph.outputs.map(\.text) }
}

extension BatchExtents {
  /// An extent as ONNX has it: how many, or `batch`, or a name that says how often it is in it.
  func symbol(_ axis: Int) -> ONNXValueInfo.Extent {
    if let known = known[axis] { return .known(known) }
    return .symbol(
      multiples[axis] == 1 && isMultiple(axis) ? "batch" : "\(multiples[axis]) per example")
  }
}

extension ONNXValueInfo {
  /// What messages call it: `hours, float [batch, 1]`.
  var text: String {
    let axes = extents?.map { extent in
      switch extent {
      case .known(let count): "\(count)"
      case .symbol(let name): name.isEmpty ? "?" : name
      }
    }
    return "\(name), \(type?.name ?? "no tensor")"
      + (axes.map { " [\($0.joined(separator: ", "))]" } ?? "")
  }
}

extension ONNXModel {
  /// What this program writes.
  fileprivate init(_ graph: ONNXGraph, opset: Int) {
    self.init()
    producer = "Glassbox"
    producerVersion = ProgramVersion.number
    opsets = ["": opset]
    // Of ONNX's second set, which codes texts, the version that came with opset 17.
    for domain in Set(graph.nodes.map(\.domain)) where !domain.isEmpty { opsets[domain] = 3 }
    self.graph = graph
    self.graph.name = "network"
  }
}
