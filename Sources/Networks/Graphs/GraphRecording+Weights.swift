package import Engine

extension GraphRecording {
  /// The numbers of a value that depends on weights alone, computed by the ops' own programs.
  ///
  /// - Parameters:
  ///   - batch: at which its shape is wanted.
  ///   - weights: by their names.
  /// - Throws: `Problem` for a value that depends on the input; what `weights` throws.
  package func tensor(
    at place: Int, batch: Int, weights: (String) throws -> Tensor
  ) throws -> Tensor {
    if case .variable(let variable) = entries[place].source { return try weights(variable.name) }
    let graph = Graph()
    var (nodes, feeds): ([Int: Node], [(input: Node, numbers: [Float])]) = ([:], [])
    for part in needed(for: place) {
      let entry = entries[part]
      let shape = try entry.extents.shape(batch: batch)
      switch entry.source {
      case .input(let name):
        throw Problem.shape(name, expected: "weights alone", found: "what is computed from inputs")
      case .variable(let variable):
        let input = try graph.input(variable.name, shape: shape)
        nodes[part] = input
        feeds.append((input, try weights(variable.name).values))
      case .constant(let number): nodes[part] = graph.constant(number, shape: shape)
      case .op(let op): nodes[part] = try op.of(shape).apply(to: entry.inputs.map { nodes[$0]! })
      }
    }
    return try Program.tensors(of: [nodes[place]!], in: graph, feeding: feeds)[0]
  }

  /// The places of what a value is computed from, and its own, in order.
  private func needed(for place: Int) -> [Int] {
    var (needed, open): (Set<Int>, [Int]) = ([place], [place])
    while let next = open.popLast() {
      for input in entries[next].inputs where needed.insert(input).inserted { open.append(input) }
    }
    return needed.sorted()
  }
}

extension Op {
  /// The same op, with the result's shape where that is one of its settings.
  func of(_ shape: TensorShape) -> any Op {
    guard var shaped = self as? any ShapedOp else { return self }
    shaped.result = shape
    return shaped
  }
}
