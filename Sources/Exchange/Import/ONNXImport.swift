public import Engine
public import Networks

/// A network from an ONNX file, as layers of its own: it predicts, explains and learns on like any other.
public struct ONNXImport: Sendable {
  /// The program that wrote the file, and the version of its operators.
  public let producer: String
  /// What it computes, cut into layers where one value alone goes on.
  public let network: Sequential
  public let inputShape: TensorShape
  /// Its weights, by the names that they have in the network.
  package let tensors: [(name: String, tensor: Tensor)]
  /// The names of the classes in the order of the outputs, where the file tells them.
  public let labels: [String]?
  /// What was decided where the file left it open, in sentences.
  public let notes: [String]

  /// What the file is called, and its SHA-256 as 64 hexadecimal digits; nil for one that is not read from a
  /// place.
  package private(set) var name = "model.onnx"
  package private(set) var sha256: String?

  /// What it computes, as it stands there.
  let recording: GraphRecording
  /// The weights by their names in the recording.
  let weights: [String: Tensor]
  let file: ONNXModel
  /// What is fed, of a network of tables its parts in their order.
  let fed: [ONNXValueInfo]
  /// Whether it is fed images whose channels are first there.
  let turnsImages: Bool

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - inputShape: of one example, where the file leaves it open.
  ///   - output: which of several results; nil takes the first that holds numbers.
  /// - Throws: `Problem` if it is missing or damaged, or uses operators that are not known, all of them together.
  public init(
    path: String, inputShape: TensorShape? = nil, output: String? = nil
  ) throws {
    let bytes = try AtomicFile.read(path, limit: ONNXModel.maximumBytes)
    let file = try ONNXModel(bytes: bytes, from: path, others: ExternalData(beside: path))
    try self.init(file, at: path, inputShape: inputShape, output: output)
    name = path.split(separator: "/").last.map(String.init) ?? path
    sha256 = SHA256.hex(bytes)
  }

  /// The bytes of a file whose weights are all in it.
  ///
  /// - Parameter name: what the file is called.
  /// - Throws: `Problem` as for a file on disk.
  package init(bytes: [UInt8], name: String) throws {
    try self.init(ONNXModel(bytes: bytes, from: name), at: name)
    (self.name, sha256) = (name, SHA256.hex(bytes))
  }

  package init(
    _ file: ONNXModel, at location: String, inputShape given: TensorShape? = nil,
    output wanted: String? = nil
  ) throws {
    let source = try ImportedInputs(file, given, at: location)
    let answer = try file.answer(wanted ?? source.result)
    let recorded = try Self.recording(file, source, answer.name, at: location)
    let layers = try ImportedLayers(recorded.recording, recorded.weights)
    (recording, weights) = recorded
    (network, tensors) = (Sequential(layers.layers), layers.tensors)
    (self.file, fed) = (file, source.values)
    (inputShape, turnsImages) = (source.shape, source.turnsImages)
    let writer = "\(file.producer) \(file.producerVersion)".trimmed
    producer =
      (writer.isEmpty ? "a program that does not say its name" : writer)
      + ", operators of version \(file.opset)"
    labels = answer.labels
    notes =
      source.notes + (source.result == nil ? answer.notes : [])
      + Self.losses(file, inputs: source.values)
      + (layers.isSearched
        ? []
        : [
          "it is so large that layers were looked for in its first part alone; the rest are layers of ops"
        ])
      + (recording.readsRowsAsSteps
        ? [
          "the rows that are asked about together are the steps of one sequence: what a row is answered "
            + "depends on those before it"
        ] : [])
  }

  /// What is lost, in sentences.
  private static func losses(_ file: ONNXModel, inputs: [ONNXValueInfo]) -> [String] {
    var notes: [String] = []
    let wide = file.graph.initializers.count { $0.type == .double }
    if wide > 0 || inputs.contains(where: { $0.type == .double }) {
      notes.append("numbers of 64 bits are read as ones of 32 bits (\(wide) weights)")
    }
    if file.opset > ONNXOperators.newest {
      notes.append(
        "the file has operators of version \(file.opset); known are those up to "
          + "\(ONNXOperators.newest), and newer ones are read as these")
    }
    return notes
  }

  private static func recording(
    _ file: ONNXModel, _ inputs: ImportedInputs, _ output: String, at location: String
  ) throws -> (recording: GraphRecording, weights: [String: Tensor]) {
    var weights: [String: Tensor] = [:]
    let recording = try GraphRecording(of: inputs.shape) { node in
      var importing = GraphImport(node.graph, opset: file.opset)
      let results = try importing.read(
        file.graph, inputs: inputs.values(of: node), outputs: [output])
      guard case .computed(let result) = results[0] else {
        throw Problem(
          .malformed, location, expected: "a result that depends on the input",
          found: "one that is always the same")
      }
      let found = Dictionary(
        uniqueKeysWithValues: importing.weights.list.map { ($0.name, $0.tensor) })
      try check(found, against: weights)
      weights = found
      return try importing.inOrder(result)
    }
    return (recording, weights)
  }

  /// Numbers that were computed from the batch would be kept as if they were weights.
  private static func check(_ found: [String: Tensor], against first: [String: Tensor]) throws {
    for (name, tensor) in found {
      guard let known = first[name] else { continue }
      guard known.shape == tensor.shape,
        zip(known.values, tensor.values).allSatisfy({ $0.bitPattern == $1.bitPattern })
      else {
        throw Problem.shape(
          name, expected: "numbers that are the same for every batch",
          found: "numbers made of how many examples there are",
          fix: "write the network again with a batch that is fixed to 1, or without that part")
      }
    }
  }

  /// Examples whose axes are in the order of the file, as the network is given them.
  package func turned(_ examples: [Float]) -> [Float] {
    guard turnsImages else { return examples }
    let (pixels, channels) = (inputShape[0] * inputShape[1], inputShape[2])
    var turned = [Float](repeating: 0, count: examples.count)
    for example in 0..<examples.count / max(1, inputShape.count) {
      for channel in 0..<channels {
        let source = (example * channels + channel) * pixels
        for pixel in 0..<pixels {
          turned[(example * pixels + pixel) * channels + channel] = examples[source + pixel]
        }
      }
    }
    return turned
  }

  /// The network with its weights.
  ///
  /// - Parameter loss: what it is trained on with, which says what its result means.
  /// - Throws: `Problem` where they do not fit.
  public func model(loss: any Loss) throws -> Model {
    try Model(network, inputShape: inputShape, loss: loss, tensors: tensors)
  }
}

extension GraphRecording {
  /// Whether a recurrence goes along the examples.
  fileprivate var readsRowsAsSteps: Bool {
    entries.contains { entry in
      guard case .op(let op) = entry.source, op is Ops.RecurrentScan else { return false }
      let read = entries[entry.inputs[0]].extents.multiples
      return read.count > 1 && read[1] != 0
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
