/// One value of a ``Graph``: what layers and formulas pass around while a network is written down.
public struct Node {
  /// The graph this node belongs to.
  public let graph: Graph
  package let id: Int

  package init(graph: Graph, id: Int) {
    self.graph = graph
    self.id = id
  }

  /// Its extents.
  public var shape: TensorShape { graph.records[id].shape }

  /// The name of the variable it is; nil for any other node.
  public var variableName: String? {
    if case .variable(let variable) = graph.records[id].source { variable.name } else { nil }
  }

  /// For a sequence of shape [batch, steps, …]: which steps count, 1 or 0 in shape [batch, steps]; nil
  /// if all do. Layers that read sequences leave the others out.
  public var mask: Node? {
    get { graph.mask(of: id) }
    nonmutating set { graph.setMask(newValue?.id, of: id) }
  }

  /// This node, with the mask of the sequence it was made from if it still has the same steps.
  public func keepingMask(of source: Node) -> Node {
    guard mask == nil, let known = source.mask, shape.rank >= 3,
      Array(shape.extents[..<2]) == known.shape.extents
    else { return self }
    mask = known
    return self
  }

  /// The path of the layer that made it, and what it is.
  public var description: String {
    let record = graph.records[id]
    let what =
      switch record.source {
      case .input(let name): "input \(name)"
      case .variable(let variable): "variable \(variable.name)"
      case .constant(let value): "constant \(value)"
      case .op(let op): type(of: op).name
      }
    return record.path.isEmpty ? what : "\(record.path): \(what)"
  }
}

extension Op {
  /// Adds this op to the graph of its inputs.
  /// - Throws: ``Problem`` at the path of the layer being built.
  public func callAsFunction(_ inputs: Node...) throws -> Node { try apply(to: inputs) }

  /// Adds this op to the graph of its inputs, given as a list of at least one node.
  public func apply(to inputs: [Node]) throws -> Node {
    let graph = inputs[0].graph
    precondition(inputs.allSatisfy { $0.graph === graph }, "nodes of different graphs")
    do {
      let shape = try shape(inputs.map(\.shape))
      return graph.append(.op(self), inputs: inputs.map(\.id), shape: shape)
    } catch let problem as Problem where problem.kind == .shape {
      let place = graph.path.isEmpty ? Self.name : "\(graph.path): \(Self.name)"
      throw Problem.shape(
        place, expected: problem.expected, found: problem.found, fix: problem.fix)
    }
  }
}

extension Node {
  /// Sum, with smaller shapes repeated as in ``Node/repeated(to:)``.
  public static func + (a: Node, b: Node) throws -> Node { try binary(Ops.Add(), a, b) }
  /// Difference.
  public static func - (a: Node, b: Node) throws -> Node { try binary(Ops.Subtract(), a, b) }
  /// Product, element by element.
  public static func * (a: Node, b: Node) throws -> Node { try binary(Ops.Multiply(), a, b) }
  /// Quotient.
  public static func / (a: Node, b: Node) throws -> Node { try binary(Ops.Divide(), a, b) }
  /// Sum with a number.
  public static func + (a: Node, b: Double) throws -> Node { try a + a.graph.constant(b) }
  /// Difference with a number.
  public static func - (a: Node, b: Double) throws -> Node { try a - a.graph.constant(b) }
  /// Product with a number.
  public static func * (a: Node, b: Double) throws -> Node { try a * a.graph.constant(b) }
  /// Quotient with a number.
  public static func / (a: Node, b: Double) throws -> Node { try a / a.graph.constant(b) }

  private static func binary(_ op: some Op, _ a: Node, _ b: Node) throws -> Node {
    if a.shape == b.shape { return try op(a, b) }
    if a.shape.rank < b.shape.rank { return try op(a.repeated(to: b.shape), b) }
    return try op(a, b.repeated(to: a.shape))
  }

  /// Repeats a value whose axes are the last axes of `shape` (or a scalar) along the leading axes.
  public func repeated(to shape: TensorShape) throws -> Node {
    if shape == self.shape { return self }
    let first = max(0, shape.rank - self.shape.rank)
    return try Ops.Broadcast(to: shape, axes: Array(first..<(first + self.shape.rank)))(self)
  }

  /// The same numbers in another shape.
  public func reshaped(to shape: TensorShape) throws -> Node {
    shape == self.shape ? self : try Ops.Reshape(to: shape)(self)
  }
}
