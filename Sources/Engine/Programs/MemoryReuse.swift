/// Which values are written over an input that nobody reads afterwards, so that a chain of element-wise
/// units walks through one piece of memory.
struct MemoryReuse {
  /// For each value that takes over memory, the value whose memory it is.
  private(set) var owner: [Int: Int] = [:]

  /// - Parameter inPlace: values that live in a variable's memory.
  init(
    _ graph: Graph, _ fusion: Fusion, _ holder: [Int], _ unitPosition: [Int], _ lastRead: [Int],
    except inPlace: [Int: String]
  ) {
    let assigned = Set(graph.assignments.map { holder[$0.value] })
    for unit in fusion.order where fusion.units[unit].isElementwise {
      let position = unitPosition[unit]
      // What the unit before reads while this one already writes, chunk by chunk.
      let stillRead = fusion.host[unit].map { host in
        fusion.units[host].members.flatMap { graph.records[$0].inputs }.map { holder[$0] }
      }
      let count = graph.records[fusion.units[unit].members[0]].shape.count
      func isFree(_ id: Int) -> Bool {
        guard case .op = graph.records[id].source else { return false }
        return lastRead[id] == position && graph.records[id].shape.count == count
          && !assigned.contains(id) && inPlace[id] == nil && fusion.unitOfNode[id] >= 0
          && fusion.unitOfNode[id] != unit && stillRead?.contains(id) != true
      }
      let operands = fusion.operands(of: unit).filter { $0.layout == .full }.map { holder[$0.node] }
      var free = Set(operands.filter(isFree)).sorted(by: >)
      for member in fusion.units[unit].members {
        let isKept = lastRead[member] > position || assigned.contains(member)
        guard isKept, inPlace[member] == nil, let donor = free.popLast() else { continue }
        owner[member] = owner[donor] ?? donor
      }
    }
  }
}
