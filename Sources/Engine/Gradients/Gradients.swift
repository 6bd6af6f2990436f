extension Graph {
  /// Adds the nodes that compute ∂loss/∂node for each of the nodes: reverse-mode differentiation
  /// (Linnainmaa 1970; Rumelhart, Hinton, Williams 1986).
  ///
  /// - Parameter loss: a scalar.
  /// The gradients are nodes like any other: their own gradients are second derivatives.
  ///
  /// - Returns: one node of the same shape for each; zeros where the loss does not depend on it.
  /// - Throws: ``Problem`` if the loss is not a scalar, or depends on a node through an op whose
  ///   derivative is not written.
  public func gradients(of loss: Node, withRespectTo nodes: [Node]) throws -> [Node] {
    guard loss.shape.count == 1 else {
      throw Problem.shape(
        "gradient", expected: "a loss that is one number", found: "shape \(loss.shape)",
        fix: "take its mean or sum")
    }
    guard ([loss] + nodes).allSatisfy({ $0.graph === self }) else {
      throw Problem.shape(
        "gradient", expected: "nodes of this graph", found: "a node of another graph")
    }
    let needed = dependents(of: Set(nodes.map(\.id)), upTo: loss.id)
    var gradients: [Int: Node] = [loss.id: constant(1, shape: loss.shape)]
    for id in stride(from: loss.id, through: 0, by: -1) where needed.contains(id) {
      guard let gradient = gradients[id], case .op(let op) = records[id].source else { continue }
      let record = records[id]
      let inputs = record.inputs.map { Node(graph: self, id: $0) }
      try within(layerOf: record) {
        let backward = BackwardContext(
          inputs: inputs, output: Node(graph: self, id: id), gradient: gradient,
          isNeeded: record.inputs.map(needed.contains))
        for (input, part) in zip(record.inputs, try parts(of: op, backward)) {
          guard let part, needed.contains(input) else { continue }
          gradients[input] = try gradients[input].map { try $0 + part } ?? part
        }
      }
    }
    gradientNodes = gradients.mapValues(\.id)
    return nodes.map { gradients[$0.id] ?? constant(0, shape: $0.shape) }
  }

  /// What is found where a derivative is asked for that is not written.
  static let noDerivative = "an op without one"

  /// The op's gradients with respect to each input; nil where they are zero or nobody asks.
  /// - Throws: ``Problem`` where one that is asked for is not written or has another shape.
  private func parts(of op: any Op, _ backward: BackwardContext) throws -> [Node?] {
    let (name, place) = (type(of: op).name, backward.output.description)
    let parts = try op.derivative(backward)
    guard parts.count == backward.inputs.count else {
      throw Problem.shape(
        place, expected: "a derivative for each of \(backward.inputs.count) inputs",
        found: "\(parts.count)", fix: "let `derivative` of \(name) say `.zero` where there is none")
    }
    return try parts.indices.map { index in
      switch parts[index] {
      case .zero: return nil
      case .notWritten:
        guard backward.isNeeded[index] else { return nil }
        throw Problem.shape(
          place, expected: "a derivative with respect to input \(index)",
          found: Graph.noDerivative,
          fix:
            "write `derivative` for \(name), or say `.zero` if its result does not change with it")
      case .node(let node):
        guard node.graph === self, node.shape == backward.inputs[index].shape else {
          throw Problem.shape(
            place, expected: "a gradient of shape \(backward.inputs[index].shape) in this graph",
            found: "shape \(node.shape)", fix: "mend `derivative` of \(name)")
        }
        return node
      }
    }
  }

  /// The nodes that depend on any of the given ones.
  private func dependents(of sources: Set<Int>, upTo last: Int) -> Set<Int> {
    var found = sources
    for id in 0...last where records[id].inputs.contains(where: found.contains) {
      found.insert(id)
    }
    return found
  }
}
