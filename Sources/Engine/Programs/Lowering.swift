extension Graph {
  /// A copy of what the results need, with composed ops replaced by the simpler ops they stand for.
  ///
  /// - Returns: the new graph and, for each result, its node there.
  func lowered(for results: [Int]) throws -> (graph: Graph, results: [Int: Int]) {
    let copy = Graph(isTraining: isTraining)
    var new: [Int: Int] = [:]
    for id in needed(for: results + assignments.flatMap { [$0.variable, $0.value] }) {
      let record = records[id]
      try copy.within(layerOf: record) {
        let inputs = record.inputs.map { Node(graph: copy, id: new[$0]!) }
        new[id] =
          switch record.source {
          case .op(let op as any ComposedOp): try op.composed(inputs).id
          case .op(let op): try Self.simplified(op, inputs).id
          default: copy.append(record.source, shape: record.shape).id
          }
      }
    }
    let changing = Set(assignments.map { new[$0.variable]! })
    for (variable, value) in assignments {
      try copy.assign(
        Node(graph: copy, id: new[variable]!),
        copy.kept(Node(graph: copy, id: new[value]!), changing))
    }
    var kept: [Int: Int] = [:]
    for id in results where kept[id] == nil {
      kept[id] = try copy.kept(Node(graph: copy, id: new[id]!), changing).id
    }
    return (copy, kept)
  }

  /// A value that is wanted after the run: where it is the old number of a variable that changes, a
  /// copy of it.
  private func kept(_ node: Node, _ changing: Set<Int>) throws -> Node {
    changing.contains(storageOwner(of: node.id)) ? try Ops.Linear()(node) : node
  }

  /// The node whose memory holds the numbers of a node: reshapes share.
  func storageOwner(of id: Int) -> Int {
    if case .op(_ as Ops.Reshape) = records[id].source {
      return storageOwner(of: records[id].inputs[0])
    }
    return id
  }

  /// A repeated constant is a constant.
  private static func simplified(_ op: any Op, _ inputs: [Node]) throws -> Node {
    if let broadcast = op as? Ops.Broadcast,
      case .constant(let value) = inputs[0].graph.records[inputs[0].id].source
    {
      return inputs[0].graph.constant(value, shape: broadcast.result)
    }
    return try op.apply(to: inputs)
  }
}
