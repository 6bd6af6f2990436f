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
  let weights: ImportedWeights
  private var values: [String: ImportedValue] = [:]
  /// Values that are read as places in a table, and those that are read in another way.
  private var places: Set<String> = []
  private var others: Set<String> = []

  init(_ graph: Graph, opset: Int) {
    (self.graph, self.opset) = (graph, opset)
    weights = ImportedWeights()
  }

  /// One in which a node's known numbers are computed with.
  private init(folding outer: GraphImport) {
    (graph, opset) = (Graph(), outer.opset)
    weights = ImportedWeights(sharing: outer.weights.budget)
  }

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
    note(needed.map { source.nodes[$0] }, outputs)
    for place in needed {
      try add(source.nodes[place])
      guard graph.records.count <= Self.mostOps else {
        throw Problem(
          .malformed, source.nodes[place].place, expected: "at most \(Self.mostOps) ops",
          found: "more", fix: "import a part of the network")
      }
    }
    return try outputs.map { try value($0, of: "the graph") }
  }

  /// Notes what values are read as.
  private mutating func note(_ nodes: [ONNXNode], _ outputs: [String]) {
    others.formUnion(outputs)
    for node in nodes {
      for (place, name) in node.inputs.enumerated() {
        if node.operation == "Gather", place == 1 {
          places.insert(name)
        } else {
          others.insert(name)
        }
      }
    }
  }

  /// Whether a value is read as places in a table alone: numbers that are no whole ones are no places, here or
  /// there.
  func areOnlyPlaces(_ name: String) -> Bool { places.contains(name) && !others.contains(name) }

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
    let translate = ONNXOperators.all[node.key]!
    do {
      if let known = try folded(node, inputs, translate) { return known }
      var call = OperatorCall(node, inputs, self)
      return try translate(&call)
    } catch let problem as Problem {
      throw Problem(
        problem.kind == .shape ? .malformed : problem.kind,
        problem.location.hasPrefix(place)
          ? problem.location : "\(place), operators of version \(opset): \(problem.location)",
        expected: problem.expected, found: problem.found, fix: problem.fix)
    }
  }

  /// The most ops of one network.
  private static let mostOps = 400_000

  /// What a node makes of known numbers; nil if it is not asked only of these, or of many.
  private func folded(
    _ node: ONNXNode, _ inputs: [ImportedValue?], _ translate: ONNXOperators.Operator
  ) throws -> [ImportedValue]? {
    guard !inputs.isEmpty, ONNXOperators.products[node.key] == nil,
      ONNXOperators.windows[node.key] == nil, ONNXOperators.recurrences[node.key] == nil
    else { return nil }
    // A weight that is repeated, for each example perhaps, stays one weight.
    if ["Expand", "Tile"].contains(node.operation), inputs.first??.type.isWhole == false {
      return nil
    }
    var count = 0
    for case let input? in inputs {
      guard case .known(let tensor) = input else { return nil }
      count += tensor.elements.count
    }
    guard weights.budget.take(count) else { return nil }
    var call = OperatorCall(node, inputs, GraphImport(folding: self), isFolding: true)
    let results = try translate(&call)
    let work = call.graph.records.reduce(0.0) { $0 + Double($1.shape.count) }
    guard let cells = Int(exactly: work), weights.budget.take(cells) else { return nil }
    return try results.map { result in
      guard case .computed(let value) = result else { return result }
      let node = try call.context.inOrder(value)
      let numbers: [[Double]] = try node.graph.evaluate([node], feeding: call.context.weights.feeds)
      return .known(
        ONNXTensor(extents: node.shape.extents, type: value.type, wide: numbers[0]))
    }
  }

  // MARK: Nodes

  /// A value with its axes in the order that it has there.
  func inOrder(_ value: ImportedValue.Computed) throws -> Node {
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
  func channelsLast(_ value: ImportedValue.Computed) throws -> Node {
    let rank = value.node.shape.rank
    guard !value.isChannelsLast, rank >= 3 else { return value.node }
    return try value.node.transposed(order: [0] + Array(2..<rank) + [1])
  }

  /// Known numbers as a node: the same number everywhere as a constant, others as a weight that learns.
  ///
  /// - Parameters:
  ///   - form: what `change` makes of them; the same words for the same form.
  ///   - isWeight: whether a single number of the file is a weight too, as the bias of one filter is.
  ///   - change: brings them into the form in which they are used.
  func node(
    of tensor: ONNXTensor, as form: String = "", isTrainable: Bool = true, isFolding: Bool = false,
    isWeight: Bool = false, _ change: (Node) throws -> Node = { $0 }
  ) throws -> Node {
    let shape = try TensorShape(checking: tensor.extents)
    if case .texts = tensor.elements {
      throw Problem.shape("constant", expected: "numbers", found: "texts")
    }
    if isFolding { return try change(weights.known(tensor, shape, in: graph)) }
    if tensor.name.isEmpty || shape.count == 0 || shape.count == 1 && !isWeight,
      let number = tensor.onlyNumber
    {
      let changed = try change(Graph().input("constant", shape: shape)).shape
      return graph.constant(number, shape: changed)
    }
    let (name, changed) = try weights.name(of: tensor, shape, as: form, change)
    return try graph.parameter(
      name, shape: changed, .glorotUniform, isTrainable: isTrainable && !tensor.type.isWhole)
  }
}

extension ONNXNode {
  /// What messages call it.
  var place: String { name.isEmpty ? operation : "\(operation) `\(name)`" }

  /// The operator's name with that of its set, if this is not ONNX's own.
  var key: String { domain.isEmpty ? operation : "\(domain).\(operation)" }
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
