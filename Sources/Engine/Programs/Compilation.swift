import CKernels

/// The way from a graph to steps: lower, fuse, order, plan memory, make the steps.
struct Compilation {
  private let graph: Graph
  /// For each result, its node in the lowered graph.
  private let newNode: [Int: Int]
  private let fusion: Fusion
  private let store: VariableStore
  private let kernels: Kernels
  private let threads: Int
  /// For each node, the node whose memory holds its numbers (reshapes share).
  private let storageOwner: [Int]
  /// Variables that a unit writes in place: value node → variable name.
  private var inPlace: [Int: String] = [:]
  private var lateCopies: [(value: Int, variable: String)] = []
  private var offsets: [Int: Int] = [:]
  private var stepOfUnit: [Int: Int] = [:]
  private let guardUnit: Int?

  let arena: Memory
  private(set) var steps: [any Step] = []
  private(set) var products: [[[Program.Product]]] = []
  private(set) var inputs: [String: UnsafeMutableBufferPointer<Float>] = [:]

  /// - Parameter guarded: no variable is written before this node is known.
  init(
    _ original: Graph, results: [Int], guarded: Int? = nil, store: VariableStore, kernels: Kernels,
    threads: Int
  ) throws {
    let all = results + (guarded.map { [$0] } ?? [])
    (graph, newNode) = try original.lowered(for: all)
    self.store = store
    self.kernels = kernels
    self.threads = threads
    let wanted = all.map { [newNode] in newNode[$0]! }
    let targets = graph.assignments.flatMap { [$0.variable, $0.value] }
    let needed = graph.needed(for: wanted + targets)
    fusion = Fusion(
      graph, needed: needed, results: Set(wanted + graph.assignments.map(\.value)))
    storageOwner = graph.records.indices.map(graph.storageOwner)
    try Self.check(graph.variables, in: store)
    let unitPosition = Self.positions(fusion)
    let lastRead = Self.lastReads(
      graph, fusion, storageOwner, unitPosition, needed: needed, results: Set(wanted))
    guardUnit = guarded.map { [newNode, fusion, storageOwner] in
      fusion.unitOfNode[storageOwner[newNode[$0]!]]
    }
    let guardPosition = guardUnit.map { $0 < 0 ? -1 : unitPosition[$0] } ?? -1
    let placement = VariablePlacement(
      graph, fusion, storageOwner, unitPosition, lastRead, after: guardPosition)
    (inPlace, lateCopies) = placement.assign()
    let reuse = MemoryReuse(graph, fusion, storageOwner, unitPosition, lastRead, except: inPlace)
    let lifetimes = Self.lifetimes(
      graph, storageOwner, fusion, unitPosition, lastRead, needed, inPlace)
    let parts = lifetimes.map { [graph, fusion] lifetime in
      let id = lifetime.node < 0 ? fusion.units[-1 - lifetime.node].members[0] : lifetime.node
      return (name: Node(graph: graph, id: id).description, count: lifetime.count)
    }
    for part in parts { try MemoryLimit.check([part], for: "values of one step") }
    let plan = MemoryPlan(MemoryPlan.joined(lifetimes, owner: reuse.owner))
    offsets = plan.offsets
    for (value, owner) in reuse.owner { offsets[value] = plan.offsets[owner] }
    try MemoryLimit.check(parts, total: plan.count, for: "values of one step")
    arena = Memory(count: plan.count)
    prepareInputs(needed)
    for unit in fusion.order { makeSteps(unit) }
    for (value, variable) in lateCopies { copy(value, to: variable) }
  }

  // MARK: What others ask

  /// The memory of a result, a node of the original graph.
  func buffer(of originalNode: Int) -> UnsafeBufferPointer<Float> {
    let id = newNode[originalNode]!
    return UnsafeBufferPointer(start: pointer(id), count: graph.records[id].shape.count)
  }

  /// The last step of the unit that makes a result; -1 if nothing has to run.
  func step(making originalNode: Int) -> Int {
    stepOfUnit[fusion.unitOfNode[storageOwner[newNode[originalNode]!]]] ?? -1
  }

  // MARK: Planning

  private static func check(_ variables: [Variable], in store: VariableStore) throws {
    for variable in variables where store.pointer(variable.name) == nil {
      throw Problem.shape(
        variable.name, expected: "a variable of the model", found: "an unknown name")
    }
  }

  private static func positions(_ fusion: Fusion) -> [Int] {
    var positions = [Int](repeating: -1, count: fusion.units.count)
    for (position, unit) in fusion.order.enumerated() {
      // What may run as one step has one position, so that neither overwrites what the other reads.
      positions[unit] = fusion.host[unit].map { positions[$0] } ?? position
    }
    return positions
  }

  /// The position of the last unit that reads each holder; `.max` for results.
  private static func lastReads(
    _ graph: Graph, _ fusion: Fusion, _ storageOwner: [Int], _ unitPosition: [Int], needed: [Int],
    results: Set<Int>
  ) -> [Int] {
    var last = [Int](repeating: -1, count: graph.records.count)
    for unit in fusion.units.indices {
      for member in fusion.units[unit].members {
        for input in graph.records[member].inputs {
          let source =
            fusion.units[unit].isElementwise ? fusion.operand(input).node : input
          last[storageOwner[source]] = max(last[storageOwner[source]], unitPosition[unit])
        }
      }
    }
    for id in results { last[storageOwner[id]] = .max }
    return last
  }

  private static func lifetimes(
    _ graph: Graph, _ storageOwner: [Int], _ fusion: Fusion, _ unitPosition: [Int],
    _ lastRead: [Int],
    _ needed: [Int], _ inPlace: [Int: String]
  ) -> [MemoryPlan.Lifetime] {
    let assigned = Set(graph.assignments.map { storageOwner[$0.value] })
    // Loops over elements carry a constant in their code; other readers need it in memory.
    let readFromMemory = Set(
      needed.flatMap { id -> [Int] in
        guard case .op(let op) = graph.records[id].source, !(op is any ElementwiseOp) else {
          return []
        }
        return graph.records[id].inputs
      })
    let workspaces = fusion.order.compactMap { unit -> MemoryPlan.Lifetime? in
      let record = graph.records[fusion.units[unit].members[0]]
      guard case .op(let op as any CompiledOp) = record.source else { return nil }
      let count = op.workspaceCount(
        record.inputs.map { graph.records[$0].shape }, record.shape)
      let position = unitPosition[unit]
      return count == 0
        ? nil
        : MemoryPlan.Lifetime(
          node: Self.workspace(of: unit), count: count, first: position, last: position)
    }
    return workspaces
      + needed.compactMap { id in
        guard storageOwner[id] == id, inPlace[id] == nil else { return nil }
        let count = graph.records[id].shape.count
        switch graph.records[id].source {
        case .variable: return nil
        case .constant
        where !readFromMemory.contains(id) && !assigned.contains(id) && lastRead[id] != .max:
          return nil
        case .input, .constant:
          // Filled from outside or once for all, so never shared.
          return MemoryPlan.Lifetime(node: id, count: count, first: -1, last: .max)
        case .op:
          let unit = fusion.unitOfNode[id]
          guard unit >= 0 else { return nil }
          let inside = fusion.units[unit].isElementwise && lastRead[id] <= unitPosition[unit]
          if inside, !assigned.contains(id) { return nil }
          let last = assigned.contains(id) ? Int.max : max(lastRead[id], unitPosition[unit])
          return MemoryPlan.Lifetime(node: id, count: count, first: unitPosition[unit], last: last)
        }
      }
  }

  // MARK: Memory

  /// Under which number the memory plan knows the workspace of a unit.
  private static func workspace(of unit: Int) -> Int { -1 - unit }

  private func pointer(_ id: Int) -> UnsafeMutablePointer<Float> {
    let id = storageOwner[id]
    if let name = inPlace[id] { return store.pointer(name)! }
    if case .variable(let variable) = graph.records[id].source {
      return store.pointer(variable.name)!
    }
    return arena.base + offsets[id]!
  }

  private mutating func prepareInputs(_ needed: [Int]) {
    for id in needed where storageOwner[id] == id {
      let count = graph.records[id].shape.count
      switch graph.records[id].source {
      case .input(let name):
        inputs[name] = UnsafeMutableBufferPointer(start: pointer(id), count: count)
      case .constant(let value) where offsets[id] != nil:
        pointer(id).update(repeating: Float(value), count: count)
      default: break
      }
    }
  }

  // MARK: Steps

  private mutating func makeSteps(_ unit: Int) {
    let members = fusion.units[unit].members
    if fusion.units[unit].isElementwise {
      appendElementwise(unit)
    } else {
      let record = graph.records[members[0]]
      guard case .op(let op) = record.source else { return }
      let call = StepCall(
        inputs: record.inputs.map(pointer),
        inputShapes: record.inputs.map { graph.records[$0].shape },
        output: pointer(members[0]), outputShape: record.shape,
        workspace: arena.base + (offsets[Self.workspace(of: unit)] ?? 0), kernels: kernels,
        threads: threads)
      let new = (op as? any CompiledOp)?.steps(call) ?? [DefinitionStep(op, call)]
      for step in new.dropLast() { append(step, []) }
      append(new.last!, members)
    }
    stepOfUnit[unit] = steps.count - 1
  }

  /// An element-wise kernel, as the epilogue of the step before where that is possible.
  private mutating func appendElementwise(_ unit: Int) {
    let members = fusion.units[unit].members
    let step = elementwiseStep(members)
    let finished = members.filter { offsets[$0] != nil || inPlace[$0] != nil }
    guard let host = fusion.host[unit], stepOfUnit[host] == steps.count - 1, host != guardUnit,
      let joined = EpilogueStep(steps[steps.count - 1], step)
    else { return append(step, finished) }
    steps[steps.count - 1] = joined
    products[steps.count - 1].append(finished.map(product))
  }

  private mutating func append(_ step: any Step, _ finished: [Int]) {
    steps.append(step)
    products.append([finished.map(product)])
  }

  private func product(_ id: Int) -> Program.Product {
    Program.Product(
      description: Node(graph: graph, id: id).description,
      values: UnsafeBufferPointer(start: pointer(id), count: graph.records[id].shape.count))
  }

  private func elementwiseStep(_ members: [Int]) -> ElementwiseStep {
    var code = ElementwiseCode()
    var values: [Int: ElementwiseCode.Value] = [:]
    var operands: [Fusion.Operand] = []
    for member in members {
      guard case .op(let op as any ElementwiseOp) = graph.records[member].source else { continue }
      let arguments = graph.records[member].inputs.map(fusion.operand).map { operand in
        if let value = values[operand.node] { return value }
        if case .constant(let number) = graph.records[operand.node].source {
          return code.constant(number)
        }
        if let known = operands.firstIndex(of: operand) { return code.input(known) }
        operands.append(operand)
        return code.input(operands.count - 1)
      }
      let recorded = Self.record(op)
      values[member] = code.formula(recorded.term, arguments)
    }
    let outputs = members.filter { offsets[$0] != nil || inPlace[$0] != nil }
    let uniform = Set(operands.indices.filter { operands[$0].layout == .scalar })
    return ElementwiseStep(
      code.code(outputs: outputs.map { values[$0]! }, uniformInputs: uniform),
      operands: operands.map(laidOut),
      outputs: outputs.map(pointer), count: graph.records[members[0]].shape.count,
      kernels: kernels)
  }

  private static func record(_ op: some ElementwiseOp) -> ElementwiseKernel {
    op.value((0..<op.argumentCount).map(ElementwiseKernel.input))
  }

  private func laidOut(_ operand: Fusion.Operand) -> ElementwiseStep.Operand {
    let base = pointer(operand.node)
    return switch operand.layout {
    case .full: .init(base: base, layout: GB_FULL, columns: 1)
    case .scalar: .init(base: base, layout: GB_SCALAR, columns: 1)
    case .row(let columns): .init(base: base, layout: GB_ROW, columns: columns)
    case .column(let columns): .init(base: base, layout: GB_COLUMN, columns: columns)
    }
  }

  private mutating func copy(_ value: Int, to variable: String) {
    let count = graph.records[value].shape.count
    append(
      CopyStep(
        extents: [count], source: pointer(value), sourceStrides: [1],
        destination: store.pointer(variable)!, destinationStrides: [1], kernels: kernels), [])
  }
}
