/// Which value of a graph is needed when: what runs together, in which order, and who reads a value
/// last.
struct Liveness {
  let graph: Graph
  let fusion: Fusion
  /// What has to be there, in an order in which it can be computed.
  let needed: [Int]
  /// For each node, the node whose memory holds its numbers (reshapes share).
  let storageOwner: [Int]
  /// The owners of the values that variables take when the run ends.
  let assigned: Set<Int>
  /// When each unit runs.
  let position: [Int]
  /// The position of the last unit that reads each owner; -1 if none does, `.max` for results.
  let lastRead: [Int]

  init(_ graph: Graph, results: [Int]) {
    self.graph = graph
    let values = graph.assignments.map(\.value)
    needed = graph.needed(for: results + graph.assignments.map(\.variable) + values)
    fusion = Fusion(graph, needed: needed, results: Set(results + values))
    storageOwner = graph.records.indices.map(graph.storageOwner)
    assigned = Set(values.map(graph.storageOwner))
    position = Self.positions(fusion)
    lastRead = Self.lastReads(fusion, position, storageOwner, results: results)
  }

  private static func positions(_ fusion: Fusion) -> [Int] {
    var positions = [Int](repeating: -1, count: fusion.units.count)
    for (position, unit) in fusion.order.enumerated() {
      // What may run as one step has one position, so that neither overwrites what the other reads.
      positions[unit] = fusion.host[unit].map { positions[$0] } ?? position
    }
    return positions
  }

  private static func lastReads(
    _ fusion: Fusion, _ position: [Int], _ storageOwner: [Int], results: [Int]
  ) -> [Int] {
    var last = [Int](repeating: -1, count: storageOwner.count)
    for (unit, position) in zip(fusion.units, position) {
      for input in unit.members.flatMap({ fusion.graph.records[$0].inputs }) {
        let owner = storageOwner[unit.isElementwise ? fusion.operand(input).node : input]
        last[owner] = max(last[owner], position)
      }
    }
    for id in results { last[storageOwner[id]] = .max }
    return last
  }

  /// The unit that makes the numbers of a node; nil if nothing has to run for them.
  func unit(making id: Int) -> Int? { fusion.unitOfNode[storageOwner[id]] }

  /// Who needs memory in the arena, and how long.
  ///
  /// - Parameter inPlace: values that live in a variable's memory.
  func lifetimes(inPlace: [Int: String]) -> [MemoryPlan.Lifetime] {
    let fromMemory = readFromMemory()
    return fusion.order.compactMap(workspace)
      + needed.compactMap { id in
        guard storageOwner[id] == id, inPlace[id] == nil,
          let positions = positions(of: id, isReadFromMemory: fromMemory.contains(id))
        else { return nil }
        return .init(
          tenant: .node(id), count: graph.records[id].shape.count, positions: positions)
      }
  }

  /// Loops over elements carry a constant in their code; other readers need it in memory.
  private func readFromMemory() -> Set<Int> {
    Set(
      needed.flatMap { id -> [Int] in
        guard case .op(let op) = graph.records[id].source, !(op is any ElementwiseOp) else {
          return []
        }
        return graph.records[id].inputs
      })
  }

  private func workspace(of unit: Int) -> MemoryPlan.Lifetime? {
    let record = graph.records[fusion.units[unit].members[0]]
    guard case .op(let op as any CompiledOp) = record.source else { return nil }
    let count = op.workspaceCount(record.inputs.map { graph.records[$0].shape }, record.shape)
    guard count > 0 else { return nil }
    return .init(
      tenant: .workspace(unit: unit), count: count, positions: position[unit]...position[unit])
  }

  /// From the unit that writes an owner to the last that reads it; nil if it needs no memory.
  private func positions(of id: Int, isReadFromMemory: Bool) -> ClosedRange<Int>? {
    let isAssigned = assigned.contains(id)
    switch graph.records[id].source {
    case .variable: return nil
    case .constant where !isReadFromMemory && !isAssigned && lastRead[id] != .max: return nil
    // Filled from outside or once for all, so never shared.
    case .input, .constant: return -1 ... .max
    case .op:
      guard let unit = fusion.unitOfNode[id] else { return nil }
      if isAssigned { return position[unit] ... .max }
      if fusion.units[unit].isElementwise, lastRead[id] <= position[unit] { return nil }
      return position[unit]...max(lastRead[id], position[unit])
    }
  }
}
