extension Graph {
  /// A copy of what the results need, with composed ops replaced by the simpler ops they stand for.
  ///
  /// - Returns: the new graph and, for each old node, the new one.
  func lowered(for results: [Int]) throws -> (graph: Graph, nodes: [Int: Int]) {
    let copy = Graph(isTraining: isTraining)
    var new: [Int: Int] = [:]
    for id in needed(for: results + assignments.flatMap { [$0.variable, $0.value] }) {
      let record = records[id]
      try copy.within(record.path) {
        let inputs = record.inputs.map { Node(graph: copy, id: new[$0]!) }
        new[id] =
          switch record.source {
          case .op(let op as any ComposedOp): try op.composed(inputs).id
          case .op(let op): try Self.simplified(op, inputs).id
          default: copy.append(record.source, shape: record.shape).id
          }
      }
    }
    for (variable, value) in assignments {
      try copy.assign(Node(graph: copy, id: new[variable]!), Node(graph: copy, id: new[value]!))
    }
    return (copy, new)
  }

  /// A repeated constant is a constant.
  private static func simplified(_ op: any Op, _ inputs: [Node]) throws -> Node {
    if let broadcast = op as? Broadcast,
      case .constant(let value) = inputs[0].graph.records[inputs[0].id].source
    {
      return inputs[0].graph.constant(value, shape: broadcast.result)
    }
    return try op.apply(to: inputs)
  }
}
