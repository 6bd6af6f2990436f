import Engine
import Networks

/// Adds what an ONNX graph computes to a graph of the engine, for a batch that is known: extents are plain
/// numbers then, and what is computed from them is computed here.
///
/// Networks for images have their channels first there and last here. A value keeps the form in which it was made,
/// and is brought into the other when something asks for it.
struct GraphImport {
  let graph: Graph
  let opset: Int
  /// Weights that were used, in the form in which they are used.
  private(set) var weights: [(name: String, tensor: Tensor)] = []
  private var places: [String: String] = [:]
  private var values: [String: ImportedValue] = [:]
  /// The numbers of inputs of a graph that only serves to compute with known numbers.
  private var feeds: [String: [Double]] = [:]

  init(_ graph: Graph, opset: Int) { (self.graph, self.opset) = (graph, opset) }

  /// Adds all nodes.
  ///
  /// - Parameters:
  ///   - inputs: the values of the graph's inputs, by their names.
  ///   - outputs: the names of what is asked for; nodes that they do not need are left out.
  /// - Throws: `Problem` (of all operators together that are not known) where nodes cannot be read.
  mutating func read(
    _ source: ONNXGraph, inputs: [String: ImportedValue], outputs: [String]
  ) throws -> [ImportedValue] {
    for tensor in source.initializers { values[tensor.name] = .known(tensor) }
    values.merge(inputs) { $1 }
    let needed = source.needed(for: outputs, given: Set(inputs.keys))
    try ONNXOperators.check(needed.map { source.nodes[$0] }, opset: opset)
    for place in needed { try add(source.nodes[place]) }
    return try outputs.map { try value($0, of: "the graph") }
  }

  private func value(_ name: String, of place: String) throws -> ImportedValue {
    guard let value = values[name] else {
      throw Problem(
        .malformed, place, expected: "a value `\(name)` that is made before it is read",
        found: "none", fix: "the file is damaged; fetch or write it again")
    }
    return value
  }

  private mutating func add(_ node: ONNXNode) throws {
    let place = node.place
    let inputs = try node.inputs.map { $0.isEmpty ? nil : try value($0, of: place) }
    let results = try result(of: node, inputs, at: place)
    for (name, result) in zip(node.outputs, results) where !name.isEmpty { values[name] = result }
  }

  private mutating func result(
    of node: ONNXNode, _ inputs: [ImportedValue?], at place: String
  ) throws -> [ImportedValue] {
    let translate = ONNXOperators.all[node.operation]!
    do {
      if let known = try folded(node, inputs, translate) { return known }
      var call = OperatorCall(node, inputs, self)
      let results = try translate(&call)
      self = call.context
      return results
    } catch let problem as Problem {
      throw Problem(
        problem.kind == .shape ? .malformed : problem.kind,
        problem.location.hasPrefix(place) ? problem.location : "\(place): \(problem.location)",
        expected: problem.expected, found: problem.found, fix: problem.fix)
    }
  }

  /// The most numbers that are computed while reading, by the definitions of the engine's ops.
  private static let mostFolded = 1 << 16

  /// What a node makes of known numbers; nil if it is not asked only of these, or of many.
  private func folded(
    _ node: ONNXNode, _ inputs: [ImportedValue?], _ translate: ONNXOperators.Operator
  ) throws -> [ImportedValue]? {
    var count = 0
    for case let input? in inputs {
      guard case .known(let tensor) = input else { return nil }
      count += tensor.elements.count
    }
    guard count <= Self.mostFolded, !inputs.isEmpty else { return nil }
    var call = OperatorCall(node, inputs, GraphImport(Graph(), opset: opset), isFolding: true)
    let results = try translate(&call)
    let feeds = call.context.feeds
    return try results.map { result in
      guard case .computed(let value) = result else { return result }
      let node = try call.context.inOrder(value)
      guard node.shape.count <= Self.mostFolded else {
        throw Problem.shape(
          "constants", expected: "at most \(Self.mostFolded) numbers made of constants",
          found: "\(node.shape)")
      }
      let numbers: [[Double]] = try node.graph.evaluate([node], feeding: feeds)
      return .known(
        ONNXTensor(extents: node.shape.extents, type: value.type, wide: numbers[0]))
    }
  }

  // MARK: Nodes

  /// A value with its axes in the order that it has there.
  mutating func inOrder(_ value: ImportedValue.Computed) throws -> Node {
    guard value.isChannelsLast else { return value.node }
    let shape = value.node.shape
    let rank = shape.rank
    // Where all other axes have extent 1 nothing moves.
    if shape.extents[1..<(rank - 1)].allSatisfy({ $0 == 1 }) {
      return try value.node.reshaped(to: try value.shape)
    }
    return try value.node.transposed(order: [0, rank - 1] + Array(1..<(rank - 1)))
  }

  /// A value with its channels last.
  mutating func channelsLast(_ value: ImportedValue.Computed) throws -> Node {
    let rank = value.node.shape.rank
    guard !value.isChannelsLast, rank >= 3 else { return value.node }
    return try value.node.transposed(order: [0] + Array(2..<rank) + [1])
  }

  /// Known numbers as a node: the same number everywhere as a constant, others as a weight that learns.
  ///
  /// - Parameter change: brings the numbers into the form in which they are used; the same words for the same form.
  mutating func node(
    of tensor: ONNXTensor, as form: String = "", isTrainable: Bool = true, isFolding: Bool = false,
    _ change: (Tensor) throws -> Tensor = { $0 }
  ) throws -> Node {
    guard let floats = tensor.floats else {
      throw Problem.shape("constant", expected: "numbers", found: "texts")
    }
    let whole = try change(Tensor(TensorShape(checking: tensor.extents), floats))
    if isFolding {
      let name = "known \(feeds.count)"
      let wide = form.isEmpty ? tensor.doubles! : whole.values.map(Double.init)
      feeds[name] = wide
      return try graph.input(name, shape: whole.shape)
    }
    if let first = whole.values.first,
      whole.values.allSatisfy({ $0.bitPattern == first.bitPattern }),
      tensor.name.isEmpty || whole.shape.count == 1
    {
      return graph.constant(Double(first), shape: whole.shape)
    }
    let base = tensor.name.isEmpty ? "constant" : tensor.name
    let key = tensor.name.isEmpty ? "constant \(weights.count)" : "\(tensor.name) \(form)"
    let name = places[key] ?? unique(base)
    if places[key] == nil {
      places[key] = name
      weights.append((name, whole))
    }
    return try graph.parameter(
      name, shape: whole.shape, .glorotUniform,
      isTrainable: isTrainable && !tensor.type.isWhole)
  }

  private func unique(_ name: String) -> String {
    let names = Set(weights.map(\.name))
    if !names.contains(name) { return name }
    return (2...).lazy.map { "\(name)_\($0)" }.first { !names.contains($0) }!
  }
}

extension ONNXNode {
  /// What messages call it.
  var place: String { name.isEmpty ? operation : "\(operation) `\(name)`" }
}

extension ONNXGraph {
  /// The places of the nodes that values depend on, in the order of the file.
  ///
  /// - Parameter given: values that are known, whatever makes them.
  func needed(for outputs: [String], given: Set<String>) -> [Int] {
    var names = Set(outputs)
    var needed: [Int] = []
    for (place, node) in nodes.enumerated().reversed()
    where node.outputs.contains(where: names.contains) {
      needed.append(place)
      names.formUnion(node.inputs.filter { !given.contains($0) })
    }
    return needed.reversed()
  }
}
