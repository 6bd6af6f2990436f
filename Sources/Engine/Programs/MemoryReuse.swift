/// Which values are written over an input that nobody reads afterwards, so that a chain of units that
/// go cell by cell walks through one piece of memory.
struct MemoryReuse {
  /// For each value that takes over memory, the value whose memory it is.
  private(set) var owner: [Int: Int] = [:]

  /// - Parameter inPlace: values that live in a variable's memory.
  init(_ liveness: Liveness, inPlace: [Int: String]) {
    let (graph, fusion) = (liveness.graph, liveness.fusion)
    let hosts = Set(fusion.host.values)
    for unit in fusion.order {
      let isElementwise = fusion.units[unit].isElementwise
      let first = graph.records[fusion.units[unit].members[0]]
      // What follows in the same step may still read the input of the unit it follows.
      if !isElementwise, !Self.canOverwrite(first) || hosts.contains(unit) { continue }
      let position = liveness.position[unit]
      // What the unit before reads while this one already writes, chunk by chunk.
      let stillRead = fusion.host[unit].map { host in
        fusion.units[host].members.flatMap { graph.records[$0].inputs }.map {
          liveness.storageOwner[$0]
        }
      }
      let count = first.shape.count
      func isFree(_ id: Int) -> Bool {
        guard case .op = graph.records[id].source, let maker = fusion.unitOfNode[id] else {
          return false
        }
        return liveness.lastRead[id] == position && graph.records[id].shape.count == count
          && !liveness.assigned.contains(id) && inPlace[id] == nil && maker != unit
          && stillRead?.contains(id) != true
      }
      let operands =
        isElementwise
        ? fusion.operands(of: unit).filter { $0.layout == .full }.map(\.node) : [first.inputs[0]]
      var free = Set(operands.map { liveness.storageOwner[$0] }.filter(isFree)).sorted(by: >)
      for member in fusion.units[unit].members {
        let isKept = liveness.lastRead[member] > position || liveness.assigned.contains(member)
        guard isKept, inPlace[member] == nil, let donor = free.popLast() else { continue }
        owner[member] = owner[donor] ?? donor
      }
    }
  }

  private static func canOverwrite(_ record: Graph.Record) -> Bool {
    guard case .op(let op as any CompiledOp) = record.source else { return false }
    return op.canOverwrite
  }
}
