import CKernels

/// The way from a graph to steps: lower, fuse, order, plan memory, make the steps.
struct Compilation {
  private let graph: Graph
  /// For each result, its node in the lowered graph.
  private let newNode: [Int: Int]
  private let liveness: Liveness
  private let store: VariableStore
  private let kernels: Kernels
  private let threads: Int
  /// Variables that a unit writes in place: value node → variable name.
  private let inPlace: [Int: String]
  private let offsets: [MemoryPlan.Tenant: Int]
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
    let (graph, newNode) = try original.lowered(for: all)
    (self.graph, self.newNode) = (graph, newNode)
    (self.store, self.kernels, self.threads) = (store, kernels, threads)
    try Self.check(graph.variables, in: store)
    let liveness = Liveness(graph, results: all.map { newNode[$0]! })
    self.liveness = liveness
    guardUnit = guarded.flatMap { liveness.unit(making: newNode[$0]!) }
    let placement = VariablePlacement(liveness, after: guardUnit)
    inPlace = placement.inPlace
    let lifetimes = liveness.lifetimes(inPlace: inPlace)
    let parts = lifetimes.map { lifetime in
      let id =
        switch lifetime.tenant {
        case .workspace(let unit): liveness.fusion.units[unit].members[0]
        case .node(let id): id
        }
      return (name: Node(graph: graph, id: id).description, count: lifetime.count)
    }
    for part in parts { try MemoryLimit.check([part], for: "values of one step") }
    let plan = MemoryPlan(lifetimes, owner: MemoryReuse(liveness, inPlace: inPlace).owner)
    offsets = plan.offsets
    try MemoryLimit.check(parts, total: plan.count, for: "values of one step")
    arena = Memory(count: plan.count)
    prepareInputs()
    for unit in liveness.fusion.order { makeSteps(unit) }
    for (value, variable) in placement.late { copy(value, to: variable) }
  }

  // MARK: What others ask

  /// The memory of a result, a node of the original graph.
  func buffer(of originalNode: Int) -> UnsafeBufferPointer<Float> {
    let id = newNode[originalNode]!
    return UnsafeBufferPointer(start: pointer(id), count: graph.records[id].shape.count)
  }

  /// The last step of the unit that makes a result; nil if nothing has to run.
  func step(making originalNode: Int) -> Int? {
    liveness.unit(making: newNode[originalNode]!).flatMap { stepOfUnit[$0] }
  }

  // MARK: Memory

  private static func check(_ variables: [Variable], in store: VariableStore) throws {
    for variable in variables where store.pointer(variable.name) == nil {
      throw Problem.shape(
        variable.name, expected: "a variable of the model", found: "an unknown name")
    }
  }

  private func pointer(_ id: Int) -> UnsafeMutablePointer<Float> {
    let id = liveness.storageOwner[id]
    if let name = inPlace[id] { return store.pointer(name)! }
    if case .variable(let variable) = graph.records[id].source {
      return store.pointer(variable.name)!
    }
    return arena.base + offsets[.node(id)]!
  }

  private mutating func prepareInputs() {
    for id in liveness.needed where liveness.storageOwner[id] == id {
      let count = graph.records[id].shape.count
      switch graph.records[id].source {
      case .input(let name):
        inputs[name] = UnsafeMutableBufferPointer(start: pointer(id), count: count)
      case .constant(let value) where offsets[.node(id)] != nil:
        pointer(id).update(repeating: Float(value), count: count)
      default: break
      }
    }
  }

  // MARK: Steps

  private mutating func makeSteps(_ unit: Int) {
    let members = liveness.fusion.units[unit].members
    if liveness.fusion.units[unit].isElementwise {
      appendElementwise(unit)
    } else {
      let record = graph.records[members[0]]
      guard case .op(let op) = record.source else { return }
      let call = StepCall(
        inputs: record.inputs.map(pointer),
        inputShapes: record.inputs.map { graph.records[$0].shape },
        output: pointer(members[0]), outputShape: record.shape,
        workspace: arena.base + (offsets[.workspace(unit: unit)] ?? 0), kernels: kernels,
        threads: threads)
      let new = (op as? any CompiledOp)?.steps(call) ?? [DefinitionStep(op, call)]
      for step in new.dropLast() { append(step, []) }
      append(new.last!, members)
    }
    stepOfUnit[unit] = steps.count - 1
  }

  /// An element-wise kernel, as the epilogue of the step before where that is possible.
  private mutating func appendElementwise(_ unit: Int) {
    let members = liveness.fusion.units[unit].members
    let step = elementwiseStep(members)
    let finished = members.filter(isKept)
    guard let host = liveness.fusion.host[unit], stepOfUnit[host] == steps.count - 1,
      host != guardUnit,
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

  /// Has a value memory of its own?
  private func isKept(_ id: Int) -> Bool { offsets[.node(id)] != nil || inPlace[id] != nil }

  private func elementwiseStep(_ members: [Int]) -> ElementwiseStep {
    var code = ElementwiseCode()
    var values: [Int: ElementwiseCode.Value] = [:]
    var operands: [Fusion.Operand] = []
    for member in members {
      guard case .op(let op as any ElementwiseOp) = graph.records[member].source else { continue }
      let arguments = graph.records[member].inputs.map(liveness.fusion.operand).map { operand in
        if let value = values[operand.node] { return value }
        if case .constant(let number) = graph.records[operand.node].source {
          return code.constant(number)
        }
        if let known = operands.firstIndex(of: operand) { return code.input(known) }
        operands.append(operand)
        return code.input(operands.count - 1)
      }
      values[member] = code.formula(op.formula, arguments)
    }
    let outputs = members.filter(isKept)
    let uniform = Set(operands.indices.filter { operands[$0].layout == .scalar })
    return ElementwiseStep(
      code.code(outputs: outputs.map { values[$0]! }, uniformInputs: uniform),
      operands: operands.map(laidOut),
      outputs: outputs.map(pointer), count: graph.records[members[0]].shape.count,
      kernels: kernels)
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
