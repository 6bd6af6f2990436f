/// One value of a ``Graph``: what layers and formulas pass around while a network is written down.
public struct Node {
  /// The graph this node belongs to.
  public let graph: Graph
  /// Its place in ``Graph/nodes``.
  public let id: Int

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
  /// if all do. Layers that read sequences leave the others out. A node of another graph masks nothing.
  public var mask: Node? {
    get { graph.mask(of: id) }
    nonmutating set { graph.setMask(newValue, of: id) }
  }

  /// This node, with the mask of the sequence it was made from if it still has the same steps.
  public func keepingMask(of source: Node) -> Node {
    guard mask == nil, let known = source.mask, shape.rank >= 3,
      Array(shape.extents[..<2]) == known.shape.extents
    else { return self }
    mask = known
    return self
  }

  /// For the mean answer of several networks in one, [batch, …]: the answer of each, [batch, members, …],
  /// all of which learn; nil for any other node. See ``mask`` for nodes of other graphs.
  public var members: Node? {
    get { graph.members(of: id) }
    nonmutating set { graph.setMembers(newValue, of: id) }
  }

  /// The path of the layer that made it, and what it is.
  public var description: String {
    let record = graph.records[id]
    return record.path.isEmpty ? record.name : "\(record.path): \(record.name)"
  }
}

extension Op {
  /// Adds this op to the graph of its inputs.
  /// - Throws: ``Problem`` at the path of the layer being built: for shapes that do not fit, no input at all,
  ///   or inputs of different graphs.
  public func callAsFunction(_ inputs: Node...) throws -> Node { try apply(to: inputs) }

  /// Adds this op to the graph of its inputs, given as a list of at least one node.
  public func apply(to inputs: [Node]) throws -> Node {
    let graph = try Graph.shared(by: inputs, of: Self.name)
    do {
      for input in inputs { try input.shape.check(at: Self.name) }
      let shape = try shape(inputs.map(\.shape))
      try shape.check(at: Self.name)
      return graph.append(.op(self), inputs: inputs.map(\.id), shape: shape)
    } catch {
      throw graph.placed(error, of: Self.name)
    }
  }
}

// Not generic, so that not every op brings a copy of them.
extension Graph {
  private func place(ofOp name: String) -> String { path.isEmpty ? name : "\(path): \(name)" }

  /// The one graph of an op's inputs.
  fileprivate static func shared(by inputs: [Node], of op: String) throws -> Graph {
    guard let graph = inputs.first?.graph else {
      throw Problem.shape(op, expected: "an input", found: "none")
    }
    guard inputs.allSatisfy({ $0.graph === graph }) else {
      throw Problem.shape(
        graph.place(ofOp: op), expected: "inputs of one graph", found: "nodes of different graphs",
        fix: "build everything of one computation in one graph")
    }
    return graph
  }

  /// What is wrong with an op's shapes, with the place where it was to be added.
  fileprivate func placed(_ error: any Error, of op: String) -> any Error {
    guard let problem = error as? Problem, problem.kind == .shape else { return error }
    return Problem.shape(
      place(ofOp: op), expected: problem.expected, found: problem.found, fix: problem.fix)
  }
}
