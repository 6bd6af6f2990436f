import CKernels

/// Which nodes are computed together: chains and siblings of element-wise ops of one size become one
/// unit, so that their intermediate values never leave the innermost cache.
struct Fusion {
  /// Nodes that run as one. More than one only if all are element-wise.
  struct Unit {
    var members: [Int]
    let isElementwise: Bool
  }

  /// An input of an element-wise op as the loops can read it.
  struct Operand: Hashable {
    let node: Int
    let layout: Layout
  }

  /// How a smaller tensor lies over a larger one; see `gb_layout`.
  enum Layout: Hashable {
    case full, scalar
    case row(columns: Int)
    case column(columns: Int)
  }

  let graph: Graph
  private(set) var units: [Unit] = []
  /// The unit of each node; nil for inputs, variables, constants, reshapes and folded broadcasts.
  private(set) var unitOfNode: [Int?]
  /// Units in an order in which they can run.
  private(set) var order: [Int] = []
  /// For an element-wise unit that follows right behind the maker of one of its operands, that maker:
  /// they may run as one step, chunk by chunk.
  private(set) var host: [Int: Int] = [:]

  private static let maximumMembers = 24
  private static let maximumOperands = 20
  /// Numbers of a value that costs little memory while it waits.
  private static let smallCount = 4096

  init(_ graph: Graph, needed: [Int], results: Set<Int>) {
    self.graph = graph
    unitOfNode = [Int?](repeating: nil, count: graph.records.count)
    let materialised = broadcastsToMaterialise(needed).union(results)
    for id in needed {
      guard case .op(let op) = graph.records[id].source else { continue }
      if op is any ElementwiseOp {
        join(id)
      } else if !(op is Ops.Reshape), !(op is Ops.Broadcast) || materialised.contains(id) {
        units.append(Unit(members: [id], isElementwise: false))
        unitOfNode[id] = units.count - 1
      }
    }
    sort()
    attachEpilogues()
  }

  /// What a unit reads from outside itself, and how.
  func operands(of unit: Int) -> [Operand] {
    let inside = Set(units[unit].members)
    return units[unit].members.flatMap { graph.records[$0].inputs }.map(operand)
      .filter { !inside.contains($0.node) }
  }

  /// What an element-wise op reads for an input: the broadcast's own input where the loops can repeat
  /// it themselves.
  func operand(_ id: Int) -> Operand {
    guard case .op(let op as Ops.Broadcast) = graph.records[id].source, let layout = Self.layout(op)
    else { return Operand(node: id, layout: .full) }
    return Operand(node: graph.records[id].inputs[0], layout: layout)
  }

  static func layout(_ broadcast: Ops.Broadcast) -> Layout? {
    let (axes, result) = (broadcast.axes, broadcast.result)
    let counts = axes.map { result[$0] }
    if counts.allSatisfy({ $0 == 1 }) { return .scalar }
    if axes.last == result.rank - 1, axes.first == result.rank - axes.count {
      return .row(columns: counts.reduce(1, *))
    }
    if axes.first == 0, axes.last == axes.count - 1 {
      return .column(columns: result.extents[axes.count...].reduce(1, *))
    }
    return nil
  }

  private func broadcastsToMaterialise(_ needed: [Int]) -> Set<Int> {
    var found: Set<Int> = []
    for id in needed {
      guard case .op(let op) = graph.records[id].source else { continue }
      for input in graph.records[id].inputs
      where !(op is any ElementwiseOp) || operand(input).layout == .full {
        found.insert(input)
      }
    }
    return found
  }

  /// Puts an element-wise node into the unit of a neighbour, or into a new one.
  private mutating func join(_ id: Int) {
    let count = graph.records[id].shape.count
    let operands = Set(graph.records[id].inputs.map { operand($0).node })
    for unit in candidates(operands, count) where canJoin(unit, id) {
      units[unit].members.append(id)
      unitOfNode[id] = unit
      return
    }
    units.append(Unit(members: [id], isElementwise: true))
    unitOfNode[id] = units.count - 1
  }

  /// Units of the same size that make one of the operands, then recent ones that share an operand.
  private func candidates(_ operands: Set<Int>, _ count: Int) -> [Int] {
    let fits = { (unit: Int) -> Bool in
      units[unit].isElementwise && graph.records[units[unit].members[0]].shape.count == count
    }
    let makers = Set(operands.compactMap { unitOfNode[$0] }).filter(fits)
    var found = makers.sorted(by: >)
    for unit in units.indices.suffix(6).reversed() where fits(unit) && !makers.contains(unit) {
      let shared = units[unit].members.contains { member in
        graph.records[member].inputs.contains { operands.contains(operand($0).node) }
      }
      if shared { found.append(unit) }
    }
    return found
  }

  private func canJoin(_ unit: Int, _ id: Int) -> Bool {
    let members = units[unit].members
    guard members.count < Self.maximumMembers else { return false }
    let inside = Set(members)
    var operands: Set<Operand> = []
    for node in members + [id] {
      for input in graph.records[node].inputs.map(operand) where !inside.contains(input.node) {
        operands.insert(input)
      }
      // A member may be read element by element only.
      let bent = graph.records[node].inputs.map(operand).contains {
        inside.contains($0.node) && $0.layout != .full
      }
      if bent { return false }
    }
    guard operands.count <= Self.maximumOperands else { return false }
    return !dependsThroughOthers(graph.records[id].inputs, on: unit)
  }

  /// Would a unit have to wait for itself? True if some input, outside the unit, depends on it.
  private func dependsThroughOthers(_ inputs: [Int], on unit: Int) -> Bool {
    var seen = Set<Int>()
    var stack = inputs.filter { unitOfNode[$0] != unit }
    while let id = stack.popLast() {
      if unitOfNode[id] == unit { return true }
      guard seen.insert(id).inserted else { continue }
      let members = unitOfNode[id].map { units[$0].members } ?? [id]
      for member in members {
        seen.insert(member)
        stack += graph.records[member].inputs
      }
    }
    return false
  }

  /// Depth-first, by first appearance: a valid order that stays close to the order of writing.
  private mutating func sort() {
    let waitsFor = units.map { unit in
      Set(unit.members.flatMap { graph.records[$0].inputs }.flatMap(makers))
    }
    var isDone = [Bool](repeating: false, count: units.count)
    for first in unitsOfVariables(waitsFor) + units.indices {
      var stack = [first]
      while let unit = stack.last {
        let pending = waitsFor[unit].filter { $0 != unit && !isDone[$0] }
        if pending.isEmpty || isDone[unit] {
          stack.removeLast()
          if !isDone[unit] { order.append(unit) }
          isDone[unit] = true
        } else {
          stack += pending.sorted(by: >)
        }
      }
    }
  }

  /// Small element-wise units that read nothing but variables and constants, such as the slopes of a
  /// normalisation. They come first, so that whoever reads them may follow right behind what else it reads.
  private func unitsOfVariables(_ waitsFor: [Set<Int>]) -> [Int] {
    var found = Set<Int>()
    for (number, unit) in units.enumerated() {
      let isSmall = graph.records[unit.members[0]].shape.count <= Self.smallCount
      guard unit.isElementwise, isSmall,
        waitsFor[number].allSatisfy({ $0 == number || found.contains($0) }),
        !unit.members.flatMap({ graph.records[$0].inputs }).contains(where: readsInput)
      else { continue }
      found.insert(number)
    }
    return found.sorted()
  }

  /// Is a node an input, or a view of one?
  private func readsInput(_ id: Int) -> Bool {
    guard unitOfNode[id] == nil else { return false }
    if case .input = graph.records[id].source { return true }
    return graph.records[id].inputs.contains(where: readsInput)
  }

  /// Moves element-wise units right behind a unit whose whole result they read, where all else they
  /// need is there already. Units that give variables their new values stay where they are.
  private mutating func attachEpilogues() {
    let assigned = Set(graph.assignments.map { graph.storageOwner(of: $0.value) })
    var position: [Int: Int] = [:]
    for (place, unit) in order.enumerated() { position[unit] = place }
    var follower: [Int: Int] = [:]
    for unit in order where units[unit].isElementwise {
      guard !units[unit].members.contains(where: assigned.contains) else { continue }
      let makers = Set(units[unit].members.flatMap { graph.records[$0].inputs }.flatMap(makers))
        .subtracting([unit])
      guard let last = makers.max(by: { position[$0]! < position[$1]! }),
        !units[last].isElementwise, follower[last] == nil, readsWhole(unit, last)
      else { continue }
      follower[last] = unit
      host[unit] = last
    }
    order = order.filter { host[$0] == nil }.flatMap { unit in
      [unit] + (follower[unit].map { [$0] } ?? [])
    }
  }

  private func readsWhole(_ unit: Int, _ maker: Int) -> Bool {
    let (reader, made) = (units[unit].members[0], units[maker].members[0])
    return graph.records[reader].shape.count == graph.records[made].shape.count
      && operands(of: unit).contains {
        $0.layout == .full && graph.storageOwner(of: $0.node) == made
      }
  }

  /// The units that must have run before a node can be read.
  private func makers(of id: Int) -> [Int] {
    if let unit = unitOfNode[id] { return [unit] }
    return graph.records[id].inputs.flatMap(makers)
  }
}
