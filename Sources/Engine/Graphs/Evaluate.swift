extension Graph {
  /// Computes nodes by the definitions of their ops, one cell at a time: the reference that fast code,
  /// derivatives and explanations are measured against. Slow by design.
  ///
  /// - Parameter feeds: the values of inputs and variables, by name.
  /// - Returns: the values of each of the nodes.
  /// - Throws: ``Problem`` when an input or variable has no value, or a node is of another graph.
  public func evaluate<N: NumericScalar>(
    _ nodes: [Node], feeding feeds: [String: [N]]
  ) throws -> [[N]] {
    guard nodes.allSatisfy({ $0.graph === self }) else {
      throw Problem.shape("evaluate", expected: "nodes of this graph", found: "one of another")
    }
    var values: [Int: [N]] = [:]
    for id in needed(for: nodes.map(\.id)) {
      let record = records[id]
      switch record.source {
      case .input(let name): values[id] = try Self.feed(name, record.shape, feeds)
      case .variable(let variable): values[id] = try Self.feed(variable.name, record.shape, feeds)
      case .constant(let value): values[id] = Array(repeating: N(value), count: record.shape.count)
      case .op(let op):
        let inputs = record.inputs.map { Elements(shape: records[$0].shape, values: values[$0]!) }
        let found = Self.cells(op, record.shape.count, inputs)
        guard found.count == record.shape.count else {
          throw Problem.shape(
            Node(graph: self, id: id).description, expected: "\(record.shape.count) values",
            found: "\(found.count)", fix: "mend `values` of \(type(of: op).name)")
        }
        values[id] = found
      }
    }
    return nodes.map { values[$0.id]! }
  }

  private static func cells<N: NumericScalar>(
    _ op: some Op, _ count: Int, _ inputs: [Elements<N>]
  ) -> [N] {
    if N.self == Double.self, let op = op as? any SpecializedOp {
      // The same types, so nothing is converted.
      let numbers = op.values(of: unsafeBitCast(inputs, to: [Elements<Double>].self), count: count)
      return unsafeBitCast(numbers, to: [N].self)
    }
    return op.values(inputs, count: count)
  }

  private static func feed<N: NumericScalar>(
    _ name: String, _ shape: TensorShape, _ feeds: [String: [N]]
  ) throws -> [N] {
    guard let values = feeds[name], values.count == shape.count else {
      throw Problem.data(
        name, expected: "\(shape.count) values", found: "\(feeds[name]?.count ?? 0)")
    }
    return values
  }

  /// All nodes that the given ones depend on, and these, in the order they can be computed.
  package func needed(for ids: [Int]) -> [Int] {
    var isNeeded = [Bool](repeating: false, count: records.count)
    for id in ids { isNeeded[id] = true }
    for id in stride(from: records.count - 1, through: 0, by: -1) where isNeeded[id] {
      for input in records[id].inputs { isNeeded[input] = true }
    }
    return records.indices.filter { isNeeded[$0] }
  }
}
