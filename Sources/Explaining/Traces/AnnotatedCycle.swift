import Engine
import Networks
import Training

/// A learning cycle as a reader sees it: which nodes have a symbol and a line of their own, which are
/// written inside the formulas of others, and which layer everything belongs to.
struct AnnotatedCycle {
  /// Nodes of the forward pass that belong together: a layer.
  struct Block {
    var name: String
    /// Counted from 1, in the order of the forward pass.
    var number: Int
    /// Nodes with a symbol, in order.
    var nodes: [Int] = []
    /// Variables of the model, in order of first use.
    var parameters: [Int] = []
    /// Nodes of the backward pass that have a symbol of their own, in the order they are computed.
    var between: [Int] = []
  }

  let cycle: LearningCycle
  var graph: Graph { cycle.graph }
  var blocks: [Block] = []
  /// The names of all layers, those included that only move numbers.
  var layers: [String] = []
  /// The network's answer: its output, or the probabilities that the loss makes of it.
  let answer: Int
  /// Nodes that say which steps of a sequence count. What they are made of is not shown: formulas read
  /// their numbers.
  let masks: Set<Int>
  /// Nodes between the network's output and the loss that have a symbol, the loss last.
  var lossNodes: [Int] = []
  /// Nodes whose formula stands inside the formulas of their readers.
  var inlined: Set<Int> = []
  /// Letters and layer of every node with a symbol. Those of a ``StepwiseOp`` have a letter for each cell.
  var symbols: [Int: Symbol] = [:]
  /// By node, the letters of the kinds of its cells.
  var cellLetters: [Int: [String]] = [:]
  /// For each node of a ``StepwiseOp`` and for its gradient, the op.
  var stepwise: [Int: any StepwiseOp] = [:]
  var table = SymbolTable()
  let plan: TrainingPlan
  /// For nodes with a symbol: is the first axis the batch of a single example, and not written?
  let isSingle: Bool
  /// The gradient of each node with a symbol and of each parameter.
  var gradients: [Int: Int] = [:]
  /// New states, counters and parameters, with what they replace.
  var updates: [(variable: Int, value: Int)] = []
  /// For each parameter that is clipped: the gradient as the rule uses it.
  var clipped: [Int: Int] = [:]
  /// Norms that clipping needs.
  var norms: [Int] = []

  /// Nodes that have a value for each example: their first axis is the batch.
  var samples: Set<Int> = []
  let batch: Int
  let needed: [Int]
  let rate: Int
  /// Are all gradients clipped by one norm?
  let sharesNorm: Bool

  /// - Parameter answer: a node of the cycle's graph.
  init(_ cycle: LearningCycle, answer: Int, batch: Int, plan: TrainingPlan) {
    self.cycle = cycle
    self.plan = plan
    self.answer = answer
    self.batch = batch
    isSingle = batch == 1
    let graph = cycle.graph
    let targets = graph.assignments.flatMap { [$0.variable, $0.value] }
    masks = graph.maskNodes
    needed = Self.needed(for: [cycle.loss.id, answer] + targets, in: graph, without: masks)
    rate =
      graph.records.firstIndex {
        if case .input(Optimizer.rateInput) = $0.source { true } else { false }
      } ?? graph.records.count
    if case .globalNorm = plan.optimizer.clipping { sharesNorm = true } else { sharesNorm = false }
    for id in needed { stepwise[id] = op(id) as? any StepwiseOp }
    findSamples()
    findInlined()
    findBlocks()
    nameForward()
    nameBackward()
    nameUpdate()
  }

  /// All nodes whose values have to be known.
  var recorded: [Int] {
    let inputs = needed.filter {
      if case .input = graph.records[$0].source { true } else { false }
    }
    return inputs + masks.sorted() + symbols.keys.sorted().filter { isOp($0) || isConstant($0) }
  }

  private static func needed(
    for targets: [Int], in graph: Graph, without masks: Set<Int>
  ) -> [Int] {
    var found: Set<Int> = []
    var stack = targets
    while let id = stack.popLast() {
      guard !masks.contains(id), found.insert(id).inserted else { continue }
      stack += graph.records[id].inputs
    }
    return found.sorted()
  }

  private mutating func findSamples() {
    let given = [LearningCycle.inputName, LearningCycle.targetName, LearningCycle.weightsName]
    var descendants: Set<Int> = []
    // Gradients have the places of what they are of.
    for id in needed where id <= cycle.loss.id || id == answer {
      let record = graph.records[id]
      switch record.source {
      case .input(let name): if given.contains(name) { descendants.insert(id) }
      case .op(let op):
        if record.inputs.contains(where: descendants.contains), !op.removesFirstAxis {
          descendants.insert(id)
        }
      default: break
      }
      if descendants.contains(id), record.shape.rank > 0, record.shape[0] == batch,
        stepwise[id] == nil
      {
        samples.insert(id)
      }
    }
  }

  func op(_ id: Int) -> (any Op)? {
    if case .op(let op) = graph.records[id].source { op } else { nil }
  }

  private func isOp(_ id: Int) -> Bool { op(id) != nil }

  private func isConstant(_ id: Int) -> Bool {
    if case .constant = graph.records[id].source { true } else { false }
  }

  // MARK: What stands inside other formulas

  private mutating func findInlined() {
    var readers: [Int: [Int]] = [:]
    for id in needed {
      for input in graph.records[id].inputs { readers[input, default: []].append(id) }
    }
    var fixed: Set<Int> = []
    for id in needed {
      guard let op = op(id) else {
        if isConstant(id) { fixed.insert(id) }
        continue
      }
      let inputs = graph.records[id].inputs
      if inputs.allSatisfy(fixed.contains) { fixed.insert(id) }
      if fixed.contains(id) || Self.onlyMoves(op, inputs.map { graph.records[$0].shape }) {
        inlined.insert(id)
      }
    }
    for id in needed where !inlined.contains(id) {
      guard let op = op(id) else { continue }
      switch id {
      case ...cycle.output.id:
        if !(op is any ElementwiseOp), isBiased(id, readers) { inlined.insert(id) }
      case cycle.loss.id, answer: break
      case ..<cycle.loss.id:
        if op is any ElementwiseOp || op is Ops.Sum || op is Ops.Mean { inlined.insert(id) }
      default: inlined.insert(id)
      }
    }
  }

  /// Does a cell of the op only repeat one of its inputs?
  static func onlyMoves(_ op: any Op, _ shapes: [TensorShape]) -> Bool {
    guard !(op is any ElementwiseOp) || op is Ops.Linear, !(op is Ops.RandomMask),
      !(op is any StepwiseOp)
    else {
      return false
    }
    guard shapes.allSatisfy({ $0.count > 0 }) else { return false }
    let cells = shapes.map { shape in
      Elements<AbbreviatedExpression>(shape: shape) { _ in AbbreviatedExpression(.variable("x", 0))
      }
    }
    return op.value(at: 0, cells).written.isLeaf
  }

  /// Is the node read once in the forward pass, where a parameter is added to it?
  private func isBiased(_ id: Int, _ readers: [Int: [Int]]) -> Bool {
    var last = id
    while true {
      let next = readers[last, default: []].filter { $0 <= cycle.loss.id }
      guard next.count == 1 else { return false }
      if op(next[0]) is Ops.Add {
        let others = graph.records[next[0]].inputs.filter { $0 != last }
        return others.count == 1 && isParameter(others[0])
      }
      guard inlined.contains(next[0]) else { return false }
      last = next[0]
    }
  }

  func isParameter(_ id: Int) -> Bool {
    if case .variable = graph.records[id].source { return true }
    return inlined.contains(id) && graph.records[id].inputs.count == 1
      && isParameter(graph.records[id].inputs[0])
  }

  // MARK: Layers

  private mutating func findBlocks() {
    for id in needed where id <= cycle.output.id {
      let record = graph.records[id]
      switch record.source {
      case .variable: blocks[block(record.layer)].parameters.append(id)
      case .op:
        let place = block(record.layer)
        if !inlined.contains(id) { blocks[place].nodes.append(id) }
      default: break
      }
    }
    layers = blocks.map(\.name)
    blocks.removeAll { $0.nodes.isEmpty && $0.parameters.isEmpty }
    for place in blocks.indices { blocks[place].number = place + 1 }
    lossNodes = needed.filter {
      $0 > cycle.output.id && $0 <= cycle.loss.id && isOp($0) && !inlined.contains($0)
    }
    if !lossNodes.contains(cycle.loss.id) { lossNodes.append(cycle.loss.id) }
  }

  /// The letters of a recurrent layer's gates, in the order of its weights; nil for a weight of
  /// another layer.
  func gates(of parameter: Int) -> [String]? {
    guard let block = blocks.first(where: { $0.parameters.contains(parameter) }) else { return nil }
    for id in block.nodes {
      if let scan = op(id) as? Ops.RecurrentScan { return scan.cell.gateKinds.map(\.letter) }
    }
    return nil
  }

  private mutating func block(_ layer: String) -> Int {
    if let known = blocks.firstIndex(where: { $0.name == layer }) { return known }
    blocks.append(Block(name: layer, number: 0))
    return blocks.count - 1
  }
}

extension Op {
  /// Does the result have no place for the first axis of the input?
  fileprivate var removesFirstAxis: Bool {
    switch self {
    case let op as Ops.Mean: op.axes.contains(0)
    case let op as Ops.Sum: op.axes.contains(0)
    case let op as Ops.Largest: op.axes.contains(0)
    default: false
    }
  }
}
