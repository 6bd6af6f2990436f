/// The formulas of a cell and of its gradient as plain lists, ready to be evaluated with any kind of
/// number or to be made into element-wise kernels.
package struct CellBody: Sendable {
  /// A list of element-wise ops.
  package struct Formulas: Sendable {
    package enum Source: Sendable {
      case leaf(CellLeaf)
      case constant(Double)
      case op(any ElementwiseOp, [Int])
    }

    package fileprivate(set) var sources: [Source] = []
    /// Which sources are results, in order; nil for one that is always 0.
    package fileprivate(set) var results: [Int?] = []
    /// Sources that are a result where the step counts: its place in ``results``.
    fileprivate(set) var unmasked: [Int: Int] = [:]
  }

  /// From inputs and the states before to what is kept of the step: first the states, then whatever
  /// the gradient needs.
  package let forward: Formulas
  /// From what was kept to the gradients of ``blocks``, then of the states before.
  let backward: Formulas
  /// How many values of each unit are kept.
  let slots: Int
  /// What the kept values are that have a name: the gates, then the states that follow from them, the
  /// output last.
  package let kinds: [CellKind]
  /// For each kept value its place in ``kinds``; nil for one that has no name.
  package let slotPlaces: [Int?]
  /// How many different gradients the input and the recurrent product of a unit have. Those of the
  /// inputs that differ from the recurrent one come first, then those of all recurrent products.
  let blocks: Int
  /// For each gate, the block of its input's gradient.
  let inputBlocks: [Int]
  /// Blocks that lie in the order of their gates.
  struct BlockRun {
    let block, gate, count: Int
  }
  /// ``inputBlocks`` as runs.
  var inputRuns: [BlockRun] {
    inputBlocks.enumerated().reduce(into: []) { runs, next in
      if let last = runs.last, last.block + last.count == next.element {
        runs[runs.count - 1] = BlockRun(block: last.block, gate: last.gate, count: last.count + 1)
      } else {
        runs.append(BlockRun(block: next.element, gate: next.offset, count: 1))
      }
    }
  }
  var recurrentRun: BlockRun {
    BlockRun(block: firstRecurrentBlock, gate: 0, count: inputBlocks.count)
  }
  /// The states whose gradient comes back through the formulas too, not only through the product.
  let carriedStates: [Int]
  /// The first block of the recurrent products' gradients.
  var firstRecurrentBlock: Int { blocks - inputBlocks.count }

  /// A cell of one number a unit, whose ops are all element-wise, can always be written.
  init(writing cell: RecurrentCell, given: Range<Int>) {
    guard let body = try? CellBody(cell, given: given) else {
      preconditionFailure("the cell of \(cell.kind)")
    }
    self = body
  }

  /// - Parameter given: the kept values whose gradients come from outside.
  private init(_ cell: RecurrentCell, given: Range<Int>) throws {
    var writer = CellWriting(cell)
    let written = try writer.writeForward()
    try writer.findSaved(written.states)
    let kept = written.states + writer.saved.map { Node(graph: writer.graph, id: $0) }
    slots = kept.count
    let named =
      Array(zip(written.gates, cell.gateKinds)) + zip(written.states, cell.states).reversed()
    let shown = named.filter { one in kept.contains { $0.id == one.0.id } }
    kinds = shown.map(\.1)
    slotPlaces = kept.map { node in shown.firstIndex { $0.0.id == node.id } }
    forward = writer.formulas(
      kept.map(\.id), replacing: [:], unmasked: written.unmasked.map(\.id))
    let gradients = try writer.gradients(kept, given: given)
    let own = (0..<cell.gates).filter { gradients.inputs[$0].id != gradients.products[$0].id }
    blocks = own.count + cell.gates
    inputBlocks = (0..<cell.gates).map { own.firstIndex(of: $0) ?? own.count + $0 }
    let wanted = own.map { gradients.inputs[$0] } + gradients.products + gradients.states
    let leaves = Dictionary(kept.enumerated().map { ($1.id, CellLeaf.saved($0)) }) { a, _ in a }
    backward = writer.formulas(wanted.map(\.id), replacing: leaves)
    carriedStates = cell.states.indices.filter { [backward, blocks] in
      backward.results[blocks + $0] != nil
    }
  }
}

/// Writes a cell as a graph of one unit and reads the lists off it.
private struct CellWriting {
  let cell: RecurrentCell
  let graph = Graph()
  private var nodes: [CellLeaf: Node] = [:]
  private var leaves: [Int: CellLeaf] = [:]
  /// Nodes beside the states that the gradient reads.
  private(set) var saved: [Int] = []
  /// Whether the gradient of each state comes back through the formulas, not only the product.
  private var carries: [Bool]

  init(_ cell: RecurrentCell) {
    self.cell = cell
    carries = cell.states.map { _ in true }
  }

  private mutating func node(_ leaf: CellLeaf) throws -> Node {
    if let node = nodes[leaf] { return node }
    let node = try graph.input("\(leaf)", shape: [1])
    nodes[leaf] = node
    leaves[node.id] = leaf
    return node
  }

  mutating func writeForward() throws -> WrittenCell {
    let (cell, graph) = (cell, graph)
    return try cell.write(in: graph) { try node($0) }
  }

  /// Differentiates once, only to see what the gradient reads.
  mutating func findSaved(_ states: [Node]) throws {
    let end = graph.records.count
    let first = try gradients(states, given: 0..<states.count)
    carries = first.states.map { !isZero($0.id) }
    var isSaved = Set(states.map(\.id))
    func isLost(_ id: Int) -> Bool {
      switch leaves[id] {
      case .total, .input, .product, .bias: return true
      case nil: return isCheap(id) && graph.records[id].inputs.contains(where: isLost)
      default: return false
      }
    }
    func require(_ id: Int) {
      guard id < end, !isSaved.contains(id) else { return }
      if isLost(id) {
        isSaved.insert(id)
      } else if isCheap(id) {
        graph.records[id].inputs.forEach(require)
      } else if leaves[id] == nil, case .op = graph.records[id].source {
        isSaved.insert(id)
      }
    }
    for id in end..<graph.records.count { graph.records[id].inputs.forEach(require) }
    saved = isSaved.subtracting(states.map(\.id)).sorted()
  }

  /// Cheaper to compute again than to keep.
  private func isCheap(_ id: Int) -> Bool {
    guard case .op(let op) = graph.records[id].source else { return false }
    return op is Ops.Add || op is Ops.Subtract || op is Ops.Multiply || op is Ops.Negate
      || op is Ops.Linear
      || op is Ops.Select
  }

  /// The gradients of everything that comes into a step.
  mutating func gradients(_ kept: [Node], given: Range<Int>) throws -> (
    inputs: [Node], products: [Node], states: [Node]
  ) {
    var loss = graph.constant(0, shape: [1])
    for (slot, value) in kept.enumerated() {
      var parts: [CellLeaf] = given.contains(slot) ? [.gradient(slot)] : []
      if slot < cell.states.count, carries[slot] { parts.append(.carry(slot)) }
      if slot == 0 { parts.append(.productCarry) }
      guard let first = parts.first else { continue }
      var total = try node(first)
      for part in parts.dropFirst() { total = try total + node(part) }
      loss = try loss + total * value
    }
    let gates = 0..<cell.gates
    let inputs = try gates.map { try node($0 < cell.joinedGates ? .total($0) : .input($0)) }
    let products = try gates.map { try node($0 < cell.joinedGates ? .total($0) : .product($0)) }
    let states = try cell.states.indices.map { try node(.state($0)) }
    let all = try graph.gradients(of: loss, withRespectTo: inputs + products + states)
    return (
      Array(all[..<gates.count]), Array(all[gates.count..<2 * gates.count]),
      Array(all[(2 * gates.count)...])
    )
  }

  /// The part of the graph that some nodes need.
  ///
  /// - Parameters:
  ///   - known: nodes whose values come from outside.
  ///   - unmasked: what the first results are where the step counts.
  func formulas(
    _ results: [Int], replacing known: [Int: CellLeaf], unmasked: [Int] = []
  ) -> CellBody.Formulas {
    var formulas = CellBody.Formulas()
    var places: [Int: Int] = [:]
    func place(_ id: Int) -> Int {
      if let place = places[id] { return place }
      let source: CellBody.Formulas.Source
      let record = graph.records[id]
      if let leaf = known[id] ?? leaves[id] {
        source = .leaf(leaf)
      } else {
        switch record.source {
        case .op(let op as any ElementwiseOp): source = .op(op, record.inputs.map(place))
        case .constant(let value): source = .constant(value)
        default: preconditionFailure("a cell of element-wise ops only")
        }
      }
      formulas.sources.append(source)
      places[id] = formulas.sources.count - 1
      return formulas.sources.count - 1
    }
    formulas.results = results.map { id in
      isZero(id) ? nil : place(id)
    }
    for (result, id) in unmasked.enumerated() { formulas.unmasked[place(id)] = result }
    return formulas
  }

  private func isZero(_ id: Int) -> Bool {
    if case .constant(0) = graph.records[id].source { true } else { false }
  }
}

extension CellBody.Formulas {
  /// The leaves that are read.
  var leaves: [CellLeaf] {
    sources.compactMap { if case .leaf(let leaf) = $0 { leaf } else { nil } }
  }

  /// The results for given leaves.
  func evaluate<N: NumericScalar>(_ leaf: (CellLeaf) -> N) -> [N] {
    var values: [N] = []
    values.reserveCapacity(sources.count)
    for source in sources {
      switch source {
      case .leaf(let name): values.append(leaf(name))
      case .constant(let constant): values.append(N(constant))
      case .op(let op, let inputs): values.append(Self.value(op, inputs.map { values[$0] }))
      }
    }
    return results.map { $0.map { values[$0] } ?? 0 }
  }

  private static func value<N: NumericScalar>(_ op: some ElementwiseOp, _ inputs: [N]) -> N {
    op.value(inputs)
  }

  /// One result for given leaves, going on from the other results.
  ///
  /// - Parameters:
  ///   - counts: does the step count?
  ///   - other: the value of another result; nil where it is to be written out.
  func evaluate<N: NumericScalar>(
    result: Int, counts: Bool, other: (Int) -> N?, _ leaf: (CellLeaf) -> N
  ) -> N {
    guard let last = results[result] else { return 0 }
    var values: [Int: N] = [:]
    func value(_ place: Int) -> N {
      if let known = values[place] { return known }
      let found: N
      if place != last,
        let other = shown(place, counts: counts).flatMap({ $0 == result ? nil : other($0) })
      {
        found = other
      } else {
        switch sources[place] {
        case .leaf(let name): found = leaf(name)
        case .constant(let constant): found = N(constant)
        case .op(let op, let inputs): found = Self.value(op, inputs.map(value))
        }
      }
      values[place] = found
      return found
    }
    return value(last)
  }

  private func shown(_ place: Int, counts: Bool) -> Int? {
    results.firstIndex(of: place) ?? (counts ? unmasked[place] : nil)
  }

  /// The results as one element-wise kernel, whose inputs are ``leaves`` in order.
  func code() -> ElementwiseCode.Code {
    var code = ElementwiseCode()
    var values: [ElementwiseCode.Value] = []
    var next = 0
    for source in sources {
      switch source {
      case .leaf:
        values.append(code.input(next))
        next += 1
      case .constant(let constant): values.append(code.constant(constant))
      case .op(let op, let inputs):
        values.append(code.formula(op.formula, inputs.map { values[$0] }))
      }
    }
    return code.code(outputs: results.compactMap { $0.map { values[$0] } })
  }
}
