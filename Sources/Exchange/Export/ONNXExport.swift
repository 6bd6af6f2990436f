public import Engine
public import Networks
public import Training

/// A network as an ONNX file, which ONNX Runtime and most other programs run.
public struct ONNXExport: Sendable {
  /// The versions of ONNX's operators that can be written.
  public static let opsets = 17...20

  package let file: ONNXModel
  /// What the file does not say, in sentences.
  public let notes: [String]

  /// A network with its weights: from its inputs to what it answers, probabilities of a network that learned
  /// classes.
  ///
  /// - Parameter opset: the version of the operators.
  /// - Throws: `Problem` for an opset that is not among ``opsets``, and for what ONNX cannot express, with the
  ///   layer's path.
  public init(_ model: Model, opset: Int = 17) throws {
    guard Self.opsets.contains(opset) else {
      throw Problem.data(
        "opset", expected: "\(Self.opsets.lowerBound) to \(Self.opsets.upperBound)",
        found: "\(opset)")
    }
    let recording = try GraphRecording(of: model.inputShape) {
      try model.loss.prediction(model.network.named(in: $0))
    }
    var export = GraphExport(model.tensors, opset: opset)
    export.addInput(Self.info("input", recording.entries.first { $0.isInput }?.extents, model))
    let result = try export.write(recording, input: "input")
    export.finish(result, as: "output", recording.entries.last!.extents)
    var file = ONNXModel()
    file.producer = "Glassbox"
    file.producerVersion = ProgramVersion.number
    file.opsets = ["": opset]
    file.graph = export.graph
    file.graph.name = "network"
    self.file = file
    notes = []
  }

  /// Writes the file, whole or not at all.
  /// - Throws: `Problem` if it cannot be written.
  public func write(to path: String) throws { try file.write(to: path) }

  /// The bytes of the file.
  public var bytes: [UInt8] { file.bytes }

  private static func info(
    _ name: String, _ extents: BatchExtents?, _ model: Model
  ) -> ONNXValueInfo {
    var info = ONNXValueInfo()
    (info.name, info.type) = (name, .float)
    info.extents = [.symbol("batch")] + model.inputShape.extents.map { .known($0) }
    return info
  }
}

extension GraphRecording.Entry {
  fileprivate var isInput: Bool { if case .input = source { true } else { false } }
}

extension GraphExport {
  /// Gives the result its name.
  fileprivate mutating func finish(_ result: String, as name: String, _ extents: BatchExtents) {
    _ = add("Identity", [result])
    graph.nodes[graph.nodes.count - 1].outputs = [name]
    var info = ONNXValueInfo()
    (info.name, info.type) = (name, .float)
    info.extents = extents.known.enumerated().map { axis, known in
      known.map { .known($0) } ?? .symbol(extents.multiples[axis] == 1 ? "batch" : "")
    }
    addOutput(info)
  }
}
