import Engine
import Networks

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
    /// Names of the ops, for the heading.
    var ops: [String] = []
  }

  let cycle: LearningCycle
  var graph: Graph { cycle.graph }
  private(set) var blocks: [Block] = []
  /// Nodes between the network's output and the loss that have a symbol, the loss last.
  private(set) var lossNodes: [Int] = []
  /// Nodes whose formula stands inside the formulas of their readers.
  private(set) var inlined: Set<Int> = []
  /// Letters and layer of every node with a symbol.
  private(set) var symbols: [Int: Symbol] = [:]
  /// For nodes with a symbol: is the first axis the batch of a single example, and not written?
  private let isSingle: Bool
  /// The gradient of each node with a symbol and of each parameter.
  private(set) var gradients: [Int: Int] = [:]
  /// New states, counters and parameters, with what they replace.
  private(set) var updates: [(variable: Int, value: Int)] = []
  /// For each parameter that is clipped: the gradient as the rule uses it.
  private(set) var clipped: [Int: Int] = [:]
  /// Norms that clipping needs.
  private(set) var norms: [Int] = []

  /// Nodes that have a value for each example: their first axis is the batch.
  private var samples: Set<Int> = []
  private let needed: [Int]
  private let rate: Int
  /// Are all gradients clipped by one norm?
  private let sharesNorm: Bool

  init(_ cycle: LearningCycle, batch: Int, sharesNorm: Bool) {
    self.cycle = cycle
    isSingle = batch == 1
    let graph = cycle.graph
    let targets = graph.assignments.flatMap { [$0.variable, $0.value] }
    needed = graph.needed(for: [cycle.loss.id] + targets)
    rate =
      graph.records.firstIndex {
        if case .input(Optimizer.rateInput) = $0.source { true } else { false }
      } ?? graph.records.count
    self.sharesNorm = sharesNorm
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
    return inputs + symbols.keys.sorted().filter { isOp($0) || isConstant($0) }
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
      case cycle.loss.id: break
      case ..<cycle.loss.id:
        if op is any ElementwiseOp || op is Ops.Sum || op is Ops.Mean { inlined.insert(id) }
      default: inlined.insert(id)
      }
    }
  }

  /// Does a cell of the op only repeat one of its inputs?
  private static func onlyMoves(_ op: any Op, _ shapes: [TensorShape]) -> Bool {
    guard !(op is any ElementwiseOp) || op is Ops.Linear, !(op is Ops.RandomMask) else {
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

  private func isParameter(_ id: Int) -> Bool {
    if case .variable = graph.records[id].source { return true }
    return inlined.contains(id) && graph.records[id].inputs.count == 1
      && isParameter(graph.records[id].inputs[0])
  }

  // MARK: Layers

  private mutating func findBlocks() {
    for id in needed where id <= cycle.output.id {
      let record = graph.records[id]
      switch record.source {
      case .variable: blocks[block(record.path)].parameters.append(id)
      case .op(let op) where !(op is Ops.Reshape) || record.path.isEmpty:
        if inlined.contains(id), op is Ops.Broadcast { continue }
        let place = block(record.path)
        blocks[place].ops.append(type(of: op).name)
        if !inlined.contains(id) { blocks[place].nodes.append(id) }
      default: break
      }
    }
    blocks.removeAll { $0.nodes.isEmpty && $0.parameters.isEmpty }
    for place in blocks.indices {
      blocks[place].number = place + 1
      if blocks[place].name.isEmpty {
        let first = blocks[place].ops[0]
        blocks[place].name = first == Ops.RandomMask.name ? Dropout.kind : first
      }
    }
    lossNodes = needed.filter {
      $0 > cycle.output.id && $0 <= cycle.loss.id && isOp($0) && !inlined.contains($0)
    }
    if !lossNodes.contains(cycle.loss.id) { lossNodes.append(cycle.loss.id) }
  }

  private mutating func block(_ path: String) -> Int {
    if path.isEmpty {
      if let last = blocks.last, last.name.isEmpty { return blocks.count - 1 }
    } else if let known = blocks.firstIndex(where: { $0.name == path }) {
      return known
    }
    blocks.append(Block(name: path, number: 0))
    return blocks.count - 1
  }

  // MARK: Symbols

  private mutating func nameForward() {
    for id in needed {
      guard case .input(let name) = graph.records[id].source else { continue }
      let letters = [
        LearningCycle.inputName: "x", LearningCycle.targetName: "y",
        LearningCycle.weightsName: "ω", Optimizer.rateInput: "η",
      ]
      symbols[id] = Symbol(letters[name] ?? "key")
      if letters[name] != nil, name != Optimizer.rateInput { samples.insert(id) }
    }
    for block in blocks {
      let layer = blocks.count > 1 ? block.number : nil
      var taken: Set<String> = []
      func unique(_ base: String) -> String {
        let names = [base] + "bcdefghijklmnopqrstuvwxyz".map { base + String($0) }
        let free = names.first { !taken.contains($0) } ?? base
        taken.insert(free)
        return free
      }
      for id in block.parameters {
        let name = Node(graph: graph, id: id).variableName ?? ""
        let short = String(name.split(separator: "/").last ?? "")
        symbols[id] = Symbol(unique(Graph.parameterLetters[short] ?? short), layer: layer)
      }
      for id in block.nodes {
        samples.insert(id)
        symbols[id] = Symbol(unique(letter(id, isLast: id == block.nodes.last)), layer: layer)
      }
    }
    for id in lossNodes {
      samples.insert(id)
      symbols[id] = Symbol(id == cycle.loss.id ? "L" : id == lossNodes.first ? "s" : "sb")
    }
  }

  private func letter(_ id: Int, isLast: Bool) -> String {
    let isWeightedSum = graph.records[id].inputs.contains { source in
      var id = source
      while inlined.contains(id) {
        guard let op = op(id) else { return false }
        if !Self.onlyMoves(op, graph.records[id].inputs.map { graph.records[$0].shape }) {
          return true
        }
        guard graph.records[id].inputs.count == 1 else { return false }
        id = graph.records[id].inputs[0]
      }
      return false
    }
    let isSum = op(id).map { !($0 is any ElementwiseOp) } ?? false
    if isWeightedSum || isSum && graph.records[id].inputs.contains(where: isParameter) {
      return "z"
    }
    if op(id) is Ops.RandomMask { return "d" }
    return isLast ? "a" : "h"
  }

  private mutating func nameBackward() {
    let forward = blocks.flatMap { $0.parameters + $0.nodes } + lossNodes.dropLast()
    // A gradient that no update needs, such as that of a mask, is never computed.
    let computed = Set(needed)
    for id in forward.sorted(by: >) {
      guard let gradient = graph.gradientNodes[id], computed.contains(gradient),
        var symbol = symbols[id]
      else { continue }
      gradients[id] = gradient
      guard symbols[gradient] == nil else { continue }
      symbol.base = "∂L/∂" + symbol.base
      symbols[gradient] = symbol
      if samples.contains(id) { samples.insert(gradient) }
      inlined.remove(gradient)
    }
    for id in needed where id > cycle.loss.id {
      guard let letter = op(id).flatMap({ type(of: $0).letter }) else { continue }
      guard let block = blocks.firstIndex(where: { $0.name == graph.records[id].path }) else {
        continue
      }
      let others = blocks[block].between.count
      let name = letter + String(repeating: "′", count: others)
      symbols[id] = Symbol(name, layer: blocks.count > 1 ? blocks[block].number : nil)
      blocks[block].between.append(id)
      inlined.remove(id)
    }
  }

  private mutating func nameUpdate() {
    for (variable, value) in graph.assignments {
      updates.append((variable, value))
      guard let update = op(value) as? ParameterUpdate else {
        if let count = op(value) as? CounterUpdate {
          symbols[variable] = Symbol(count.rule.counters[count.place])
          symbols[value] = Symbol(count.rule.counters[count.place] + "′")
          inlined.remove(value)
        } else if var symbol = symbols[variable] {
          // Kept by the layer itself, such as running statistics.
          symbol.base += "′"
          symbols[value] = symbol
          inlined.remove(value)
        }
        continue
      }
      let inputs = graph.records[value].inputs
      guard var symbol = symbols[inputs[0]] else { continue }
      let given = inputs[1]
      if gradients[inputs[0]] != given, symbols[given] == nil {
        clipped[inputs[0]] = given
        symbols[given] = Symbol("ĝ(" + symbol.base, layer: symbol.layer)
        inlined.remove(given)
        nameNorm(given, symbol)
      }
      if update.result > 0 {
        let name = update.rule.state[update.result - 1].name
        symbols[variable] = Symbol("\(name)(\(symbol.base)", layer: symbol.layer)
        symbols[value] = Symbol("\(name)′(\(symbol.base)", layer: symbol.layer)
      } else {
        symbol.base += "′"
        symbols[value] = symbol
      }
      inlined.remove(value)
    }
  }

  private mutating func nameNorm(_ clipped: Int, _ parameter: Symbol) {
    var stack = [clipped]
    while let id = stack.popLast() {
      guard id > rate, let op = op(id) else { continue }
      if op is Ops.SquareRoot {
        guard symbols[id] == nil else { continue }
        symbols[id] =
          sharesNorm
          ? Symbol("‖g‖") : Symbol("‖g‖(" + parameter.base, layer: parameter.layer)
        inlined.remove(id)
        if !sharesNorm || norms.isEmpty { norms.append(id) }
        continue
      }
      stack += graph.records[id].inputs
    }
  }

  /// The symbol of one cell: places counted from 1, without the batch when it is one example.
  func symbol(_ id: Int, _ cell: Int) -> Symbol? {
    guard var symbol = symbols[id] else { return nil }
    let shape = graph.records[id].shape
    var position = shape.position(ofFlatIndex: cell).map { $0 + 1 }
    if isSingle, !position.isEmpty, shape[0] == 1, samples.contains(id) { position.removeFirst() }
    symbol.places = position
    return symbol
  }
}
