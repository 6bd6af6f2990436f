public import Engine
public import Networks

/// A network from an ONNX file, as layers of its own: it predicts, explains and learns on like any other.
public struct ONNXImport: Sendable {
  /// The program that wrote the file, and the version of its operators.
  public let producer: String
  /// What it computes, and its weights by their names there.
  public let network: Sequential
  public let inputShape: TensorShape
  package let tensors: [(name: String, tensor: Tensor)]
  /// The names of the classes, where the file tells them.
  public let labels: [String]?
  /// What was decided where the file left it open, in sentences.
  public let notes: [String]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - inputShape: of one example, where the file leaves it open.
  ///   - output: which of several results; nil takes the first that holds numbers.
  /// - Throws: `Problem` if it is missing or damaged, or uses operators that are not known, all of them together.
  public init(
    path: String, inputShape: TensorShape? = nil, output: String? = nil
  ) throws {
    try self.init(ONNXModel(path: path), at: path, inputShape: inputShape, output: output)
  }

  package init(
    _ file: ONNXModel, at location: String, inputShape given: TensorShape? = nil,
    output wanted: String? = nil
  ) throws {
    let kept = Set(file.graph.initializers.map(\.name))
    let inputs = file.graph.inputs.filter { !kept.contains($0.name) }
    guard inputs.count == 1, let input = inputs.first else {
      throw Problem(
        .malformed, location, expected: "a network with one input",
        found: inputs.isEmpty
          ? "none" : "\(inputs.count): \(inputs.map(\.name).joined(separator: ", "))",
        fix: "write the network again with all inputs joined into one")
    }
    let answer = try file.graph.answer(wanted)
    let output = answer.name
    let there = try Self.shape(of: input, given, at: location)
    // Images come with their channels last.
    let isImage = there.rank == 3 && Self.startsWithWindows(file.graph, input.name)
    let shape = isImage ? try TensorShape(checking: [there[1], there[2], there[0]]) : there
    var weights: [(name: String, tensor: Tensor)] = []
    let type = input.type ?? .float
    let recording = try GraphRecording(of: shape) { node in
      var importing = GraphImport(node.graph, opset: file.opset)
      let value = ImportedValue.Computed(node: node, type: type, isChannelsLast: isImage)
      let results = try importing.read(
        file.graph, inputs: [input.name: .computed(value)], outputs: [output])
      guard case .computed(let result) = results[0] else {
        throw Problem(
          .malformed, location, expected: "a result that depends on the input",
          found: "one that is always the same")
      }
      try Self.check(weights, importing.weights.list)
      weights = importing.weights.list
      return try importing.inOrder(result)
    }
    let layer = try GraphLayer(recording)
    network = Sequential([layer])
    self.inputShape = shape
    producer =
      "\(file.producer) \(file.producerVersion)".trimmed + ", operators of version \(file.opset)"
    // Layers give their tensors names of their own, in front of those there.
    tensors = weights.map { ("\(GraphLayer.kind)/\($0.name)", $0.tensor) }
    labels = answer.labels
    notes = answer.notes + Self.notes(file, inputType: type)
  }

  /// What is lost, in sentences.
  private static func notes(
    _ file: ONNXModel, inputType: ONNXTensor.ElementType
  ) -> [String] {
    var notes: [String] = []
    let wide = file.graph.initializers.count { $0.type == .double }
    if wide > 0 || inputType == .double {
      notes.append("numbers of 64 bits are read as ones of 32 bits (\(wide) weights)")
    }
    if file.opset > ONNXOperators.newest {
      notes.append(
        "the file has operators of version \(file.opset); known are those up to "
          + "\(ONNXOperators.newest), and newer ones are read as these")
    }
    return notes
  }

  /// Numbers that were computed from the batch would be kept as if they were weights.
  private static func check(
    _ first: [(name: String, tensor: Tensor)], _ second: [(name: String, tensor: Tensor)]
  ) throws {
    for (a, b) in zip(first, second) {
      guard a.tensor.shape == b.tensor.shape,
        zip(a.tensor.values, b.tensor.values).allSatisfy({ $0.bitPattern == $1.bitPattern })
      else { throw changing(a.name) }
    }
  }

  private static func changing(_ name: String) -> Problem {
    Problem.shape(
      name, expected: "numbers that are the same for every batch",
      found: "numbers made of how many examples there are",
      fix: "write the network again with a batch that is fixed to 1, or without that part")
  }

  /// The network with its weights.
  ///
  /// - Parameter loss: what it is trained on with, which says what its result means.
  /// - Throws: `Problem` where they do not fit.
  public func model(loss: any Loss) throws -> Model {
    try Model(network, inputShape: inputShape, loss: loss, tensors: tensors)
  }

  /// The shape of one example.
  private static func shape(
    of input: ONNXValueInfo, _ given: TensorShape?, at location: String
  ) throws -> TensorShape {
    if let given { return given }
    guard let extents = input.extents, !extents.isEmpty else {
      throw Problem.data(
        "input_shape", expected: "the shape of one example, which the file leaves open",
        found: "none")
    }
    return try TensorShape(
      checking: extents.dropFirst().map { extent in
        guard case .known(let count) = extent, count > 0 else {
          throw Problem.data(
            "input_shape",
            expected: "the shape of one example, of which the file leaves extents open",
            found: extents.map { "\($0)" }.joined(separator: ", "))
        }
        return count
      })
  }

  /// Whether the first that is done with the input is done by windows over images.
  private static func startsWithWindows(_ graph: ONNXGraph, _ input: String) -> Bool {
    var names: Set<String> = [input]
    for node in graph.nodes where node.inputs.contains(where: names.contains) {
      switch node.operation {
      case "Conv", "MaxPool", "AveragePool", "ConvTranspose", "GlobalAveragePool",
        "BatchNormalization",
        "GlobalMaxPool", "Resize", "Upsample", "LRN", "InstanceNormalization":
        return true
      case "Cast", "Identity", "Sub", "Mul", "Div", "Add", "Pad", "Clip", "Relu":
        names.formUnion(node.outputs)
      default: return false
      }
    }
    return false
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
