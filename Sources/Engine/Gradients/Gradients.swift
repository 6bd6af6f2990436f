extension Graph {
  /// Adds the nodes that compute ∂loss/∂node for each of the nodes: reverse-mode differentiation
  /// (Linnainmaa 1970; Rumelhart, Hinton, Williams 1986).
  ///
  /// - Parameter loss: a scalar.
  /// - Returns: one node of the same shape for each; zeros where the loss does not depend on it.
  /// - Throws: ``Problem`` if the loss is not a scalar.
  public func gradients(of loss: Node, withRespectTo nodes: [Node]) throws -> [Node] {
    guard loss.shape.count == 1 else {
      throw Problem.shape(
        "gradient", expected: "a loss that is one number", found: "shape \(loss.shape)",
        fix: "take its mean or sum")
    }
    let needed = dependents(of: Set(nodes.map(\.id)), upTo: loss.id)
    var gradients: [Int: Node] = [loss.id: constant(1, shape: loss.shape)]
    for id in stride(from: loss.id, through: 0, by: -1) where needed.contains(id) {
      guard let gradient = gradients[id], case .op(let op) = records[id].source else { continue }
      let record = records[id]
      let inputs = record.inputs.map { Node(graph: self, id: $0) }
      try within(record.path) {
        let backward = BackwardContext(
          inputs: inputs, output: Node(graph: self, id: id), gradient: gradient,
          isNeeded: record.inputs.map(needed.contains))
        for (input, part) in zip(record.inputs, try op.derivative(backward)) {
          guard let part, needed.contains(input) else { continue }
          gradients[input] = try gradients[input].map { try $0 + part } ?? part
        }
      }
    }
    gradientNodes = gradients.mapValues(\.id)
    return nodes.map { gradients[$0.id] ?? constant(0, shape: $0.shape) }
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
