import Engine
import Networks

/// What an ONNX graph answers to inputs that are given, as this engine computes it: how an import is measured
/// against the answers of others.
package struct ONNXEvaluation {
  /// The results that are asked for, with their names there.
  package let answers: [ONNXTensor]

  /// Computes with the compiled program, not by definitions.
  ///
  /// - Parameters:
  ///   - inputs: numbers with a fraction are what the network is given; others are known while it is read, as
  ///     extents and places are in networks that people write.
  ///   - outputs: nil for all.
  ///   - most: how many numbers all values together may have.
  /// - Throws: `Problem` for what cannot be read.
  package init(
    _ file: ONNXModel, inputs: [String: ONNXTensor], outputs: [String]? = nil,
    most: Double = .infinity
  ) throws {
    let graph = Graph()
    let settings = file.graph.namesOfSettings
    var values: [String: ImportedValue] = [:]
    var feeds: [(input: Node, numbers: [Float])] = []
    for (name, tensor) in inputs.sorted(by: { $0.key < $1.key }) {
      var tensor = tensor
      tensor.name = name
      guard !tensor.type.isWhole, !settings.contains(name), let numbers = tensor.floats else {
        values[name] = .known(tensor)
        continue
      }
      let node = try graph.input(name, shape: TensorShape(checking: tensor.extents))
      values[name] = .computed(node, tensor.type)
      feeds.append((node, numbers))
    }
    let names = outputs ?? file.graph.outputs.map(\.name)
    var reading = GraphImport(graph, opset: file.opset)
    let results = try graph.scope(Self.scope) {
      try reading.read(file.graph, inputs: values, outputs: names)
    }
    let nodes = try results.compactMap { result -> Node? in
      guard case .computed(let value) = result else { return nil }
      return try reading.inOrder(value)
    }
    let count = graph.nodes.reduce(0) { $0 + Double($1.shape.count) }
    guard count <= most else {
      throw Problem.shape("evaluation", expected: "at most \(most) numbers", found: "\(count)")
    }
    // Results that are known while it is read need no program.
    var computed =
      nodes.isEmpty
      ? []
      : try Program.tensors(
        of: nodes, in: graph,
        variables: reading.weights.list.map { ("\(Self.scope)/\($0.name)", $0.tensor) },
        feeding: feeds)[...]
    answers = try zip(names, results).map { name, result in
      switch result {
      case .known(var tensor):
        tensor.name = name
        return tensor
      case .computed(let value):
        return try ONNXTensor(name, extents: value.shape.extents, computed.removeFirst().values)
      }
    }
  }

  /// In front of the names of weights.
  private static let scope = "graph"
}

extension ONNXGraph {
  /// Inputs that only say how an operator works, as numbers with a fraction: scales, regions, rates.
  fileprivate var namesOfSettings: Set<String> {
    Set(
      nodes.filter { ["Resize", "Upsample", "Dropout"].contains($0.operation) }
        .flatMap { $0.inputs.dropFirst() })
  }
}

extension ONNXModel {
  /// Ones for its inputs, two examples where the file leaves that open; none for inputs of more than 4096 numbers.
  package var smallInputs: [String: ONNXTensor] {
    let kept = Set(graph.initializers.map(\.name))
    var inputs: [String: ONNXTensor] = [:]
    for input in graph.inputs where !kept.contains(input.name) {
      let extents = (input.extents ?? []).map { extent in
        if case .known(let count) = extent { count } else { 2 }
      }
      guard let shape = try? TensorShape(checking: extents), shape.count <= 1 << 12 else {
        continue
      }
      inputs[input.name] = ONNXTensor(
        extents: extents, type: input.type ?? .float,
        wide: [Double](repeating: 1, count: shape.count))
    }
    return inputs
  }
}
