import Engine
import Formatting
import Networks
import Training

/// Makes the sections of a trace from a recorded cycle.
struct TraceWriter {
  let reading: AnnotatedCycle
  let recorded: RecordedCycle
  let selection: TraceSelection
  let names: TraceNames
  var plan: TrainingPlan { reading.plan }
  let first: CellWriter
  let again: CellWriter
  /// The example of the batch that is followed where not all are shown, counted from 0.
  let example: Int
  private let parts = PartCount()

  init(
    _ reading: AnnotatedCycle, _ recorded: RecordedCycle, _ selection: TraceSelection,
    _ names: TraceNames
  ) {
    (self.reading, self.recorded) = (reading, recorded)
    (self.selection, self.names) = (selection, names)
    first = CellWriter(reading: reading, recorded: recorded)
    again = CellWriter(reading: reading, recorded: recorded, isAgain: true)
    example = Self.mostLearned(reading, first)
  }

  /// The example whose answer has the largest gradients.
  private static func mostLearned(_ reading: AnnotatedCycle, _ writer: CellWriter) -> Int {
    guard let last = reading.blocks.last?.nodes.last, let gradient = reading.gradients[last] else {
      return 0
    }
    var sums: [Int: Float] = [:]
    for cell in 0..<reading.graph.records[last].shape.count {
      guard let example = reading.example(of: last, cell) else { return 0 }
      sums[example, default: 0] += writer.value(gradient, cell).magnitude
    }
    return sums.max { ($0.value, -$0.key) < ($1.value, -$1.key) }?.key ?? 0
  }

  func sections() throws -> [Trace.Section] {
    try checkSelection()
    let chosen = reading.blocks.filter { selection.layer == nil || $0.name == selection.layer }
    try checkSize(chosen)
    return [inputs()] + chosen.map(forward) + [answer(by: first), loss()]
      + chosen.reversed().map(backward) + shared()
      + chosen.flatMap { block in block.parameters.compactMap { update($0, block) } }
      + chosen.map(forwardAgain) + [answer(by: again), lossAgain()]
  }

  private func checkSelection() throws {
    guard let layer = selection.layer else { return }
    guard let block = reading.blocks.first(where: { $0.name == layer }) else {
      throw Problem.unknown("layer", layer, among: reading.blocks.map(\.name))
    }
    // A weight has to be there; a neuron may have no weights of its own.
    let nodes = selection.weight == nil ? block.nodes : block.parameters
    guard let places = selection.weight ?? selection.neuron,
      nodes.allSatisfy({ cells($0).shown.isEmpty })
    else { return }
    let shapes = nodes.compactMap { id in
      reading.stepwise[id] != nil
        ? "the steps and units"
        : reading.symbols[id].map { "\($0.base) \(reading.graph.records[id].shape)" }
    }
    throw Problem.data(
      layer, expected: "places counted from 1 within \(shapes.joined(separator: ", "))",
      found: places.map(String.init).joined(separator: ","))
  }

  /// More numbers than anybody reads, and more text than a machine should make of one step.
  private static let mostNumbers = 20_000

  private func checkSize(_ chosen: [AnnotatedCycle.Block]) throws {
    guard selection.showsAll else { return }
    let count = chosen.flatMap { $0.nodes + $0.parameters }.reduce(0) { $0 + cells($1).shown.count }
    guard count > Self.mostNumbers else { return }
    throw Problem.data(
      "everything", expected: "at most \(Self.mostNumbers.grouped) weights and outputs",
      found: "\(count.grouped)", fix: "choose a layer, a neuron or a weight")
  }

  // MARK: Which cells

  static let mostWhole = 12
  static let mostWholeOfWeights = 24
  static let shownOfMany = 6
  /// How many steps and units of a recurrent layer, each with all its gates.
  private static let shownSteps = 2

  /// The cells that are shown and how many of the chosen ones are not.
  func cells(_ id: Int) -> (shown: [Int], leftOut: Int) {
    let shape = reading.graph.records[id].shape
    let isParameter = recorded.before[Node(graph: reading.graph, id: id).variableName ?? ""] != nil
    var all = Array(0..<shape.count)
    // Losses are shown whatever is chosen.
    if reading.lossNodes.contains(id) { return (all, 0) }
    if !isParameter { all = all.filter { !reading.isWithoutName(id, $0) } }
    if selection.weight != nil || selection.neuron != nil {
      all = all.filter { isChosen(id, $0, isParameter: isParameter) }
    }
    let most = isParameter ? Self.mostWholeOfWeights : Self.mostWhole
    guard !selection.showsAll else { return (all, 0) }
    let counted = isParameter ? all : all.filter { counts(id, $0) }
    guard counted.count > most else { return (inOrder(id, counted), 0) }
    let own = counted.filter { reading.example(of: id, $0) ?? example == example }
    let shown =
      reading.stepwise[id] == nil
      ? own.count <= most
        ? own : Self.largest(Self.shownOfMany, of: own) { importance(id, $0) }
      : mostLearnedSteps(id, own)
    return (inOrder(id, shown), counted.count - shown.count)
  }

  private func isChosen(_ id: Int, _ cell: Int, isParameter: Bool) -> Bool {
    let shape = reading.graph.records[id].shape
    let position = shape.position(ofFlatIndex: cell).map { $0 + 1 }
    if let weight = selection.weight, isParameter { return position == weight }
    guard let neuron = selection.weight?.suffix(1) ?? selection.neuron?[...] else { return true }
    if let place = reading.stepwise[id]?.place(of: cell, in: shape) {
      return [place.step + 1, place.unit + 1].suffix(neuron.count) == neuron
    }
    // A neuron's weights stand in the last axis, whatever the place of its output; those of the gates of
    // a recurrent layer one after the other.
    guard isParameter else { return position.suffix(neuron.count) == neuron }
    let units = reading.gates(of: id).map { (shape.extents.last ?? 1) / $0.count }
    return ((position.last ?? 1) - 1) % (units ?? .max) + 1 == neuron.last
  }

  /// Does the step that a cell belongs to count, or is it padding?
  func counts(_ id: Int, _ cell: Int) -> Bool {
    guard let mask = reading.masks.min(), let step = reading.step(of: id, cell),
      let example = reading.example(of: id, cell)
    else { return true }
    let steps = reading.graph.records[mask].shape[1]
    return step >= steps || first.value(mask, example * steps + step) > 0.5
  }

  /// All cells of those steps and units of a recurrent layer that learn most.
  private func mostLearnedSteps(_ id: Int, _ all: [Int]) -> [Int] {
    struct Place: Hashable { var step, unit: Int }
    func place(_ id: Int, _ cell: Int) -> Place? {
      reading.stepwise[id].map { op in
        let place = op.place(of: cell, in: reading.graph.records[id].shape)
        return Place(step: place.step, unit: place.unit)
      }
    }
    let block = reading.blocks.first { $0.nodes.contains(id) || $0.between.contains(id) }
    let deltas = block?.between.first ?? id
    var sizes: [Place: Float] = [:]
    for cell in 0..<reading.graph.records[deltas].shape.count
    where reading.example(of: deltas, cell) == example && counts(deltas, cell) {
      guard let place = place(deltas, cell) else { continue }
      sizes[place, default: 0] += first.value(deltas, cell).magnitude
    }
    let largest = sizes.sorted {
      ($1.value, $0.key.step, $0.key.unit) < ($0.value, $1.key.step, $1.key.unit)
    }
    let shown = Set(largest.prefix(Self.shownSteps).map(\.key))
    return all.filter { cell in place(id, cell).map(shown.contains) ?? true }
  }

  /// Steps one after the other, and in each the gates before the states that follow from them.
  private func inOrder(_ id: Int, _ cells: [Int]) -> [Int] {
    guard let op = reading.stepwise[id] else { return cells }
    let shape = reading.graph.records[id].shape
    func key(_ cell: Int) -> [Int] {
      let place = op.place(of: cell, in: shape)
      return [place.example, place.step, place.unit, place.kind ?? 0]
    }
    return cells.map { (key($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }

  /// The places with the largest numbers, in their order.
  static func largest(_ count: Int, of all: [Int], by size: (Int) -> Float) -> [Int] {
    var best: [(cell: Int, size: Float)] = []
    for cell in all {
      let size = size(cell)
      guard best.count < count || size > best[best.count - 1].size else { continue }
      let place = best.firstIndex { $0.size < size } ?? best.count
      best.insert((cell, size), at: place)
      if best.count > count { best.removeLast() }
    }
    return best.map(\.cell).sorted()
  }

  /// Of one layer, the same neurons are shown at each step: those whose sum has the largest gradients.
  func importance(_ id: Int, _ cell: Int) -> Float {
    let block = reading.blocks.first { $0.nodes.contains(id) }
    let count = reading.graph.records[id].shape.count
    let key = block?.nodes.first { other in
      reading.gradients[other] != nil && reading.graph.records[other].shape.count == count
    }
    return first.value(reading.gradients[key ?? id] ?? id, cell).magnitude
  }

  func note(_ leftOut: Int, _ what: String, _ by: String) -> String {
    leftOut == 0 ? "" : "\(leftOut) more \(what) not shown; these have the largest \(by)."
  }

  // MARK: Lines

  func line(
    _ id: Int, _ cell: Int, by writer: CellWriter, states: [Int] = []
  ) -> Trace.Line {
    let symbol = writer.symbol(id, cell)
    var line = Trace.Line(symbol: symbol, value: writer.value(id, cell))
    guard reading.op(id) != nil else { return line }
    func formula(_ id: Int) -> SymbolicExpression {
      selection.showsAll ? writer.full(id, cell) : writer.folded(id, cell)
    }
    var written = formula(id)
    for state in states where state != id {
      let value = Double(writer.value(state, cell))
      written = written.replacing([formula(state): .variable(writer.symbol(state, cell), value)])
    }
    if let rule = ChainRule(written, symbol: symbol) {
      line.chain = rule.chain
      line.factors = rule.factors
    }
    let (short, parts) = written.namingRepeatedParts(parts.next)
    line.formula = short
    line.parts = parts.map { Trace.Part(symbol: $0.symbol, formula: $0.part) }
    return line
  }

  func lines(
    _ ids: [Int], by writer: CellWriter
  ) -> (lines: [Trace.Line], leftOut: Int) {
    var lines: [Trace.Line] = []
    var leftOut = 0
    for id in ids {
      let (shown, more) = cells(id)
      lines += shown.map { line(id, $0, by: writer) }
      leftOut = max(leftOut, more)
    }
    return (lines, leftOut)
  }

  // MARK: Sections

  private func title(_ block: AnnotatedCycle.Block) -> String {
    var parts: [String] = []
    for id in block.parameters {
      let shape = reading.graph.records[id].shape
      if let symbol = reading.symbols[id] {
        parts.append("\(symbol.text) \(shape.extents.map(String.init).joined(separator: "×"))")
      }
    }
    let weights = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    return (reading.blocks.count > 1 ? "Layer \(block.number), " : "Layer ") + block.name + weights
  }

  private func forward(_ block: AnnotatedCycle.Block) -> Trace.Section {
    let (lines, leftOut) = lines(block.nodes, by: first)
    return Trace.Section(
      kind: .forward, title: title(block), layer: block.name, lines: lines,
      note: [gates(block), note(leftOut, block)].filter { !$0.isEmpty }.joined(separator: " "))
  }

  private func note(_ leftOut: Int, _ block: AnnotatedCycle.Block) -> String {
    block.nodes.contains { reading.stepwise[$0] != nil }
      ? note(leftOut, "numbers of other steps and units are", "gradients")
      : note(leftOut, "neurons are", "gradients")
  }

  /// How the weights of a recurrent layer belong to its gates.
  private func gates(_ block: AnnotatedCycle.Block) -> String {
    guard let parameter = block.parameters.first, let gates = reading.gates(of: parameter),
      gates.count > 1, let width = reading.graph.records[parameter].shape.extents.last
    else { return "" }
    let letters = block.parameters.compactMap { reading.symbols[$0]?.base }
    return
      "The columns of \(letters.joined(separator: ", ")) belong to \(gates.joined(separator: ", ")) "
      + "in this order, \(width / gates.count) for each."
  }

  private func backward(_ block: AnnotatedCycle.Block) -> Trace.Section {
    var result: [Trace.Line] = []
    var leftOut = 0
    if block.number == reading.blocks.count {
      let losses = reading.lossNodes.dropLast().compactMap { reading.gradients[$0] }
      result += lines(losses, by: first).lines
    }
    let between = lines(block.between, by: first)
    result += between.lines.filter { $0.formula != .constant(0) }
    leftOut += between.leftOut
    for id in block.nodes.reversed() + block.parameters {
      guard let gradient = reading.gradients[id] else { continue }
      let (shown, more) = cells(id)
      leftOut += more
      for cell in shown { result.append(gradientLine(id, gradient, cell)) }
    }
    return Trace.Section(
      kind: .backward, title: "Layer \(block.name), backwards", layer: block.name, lines: result,
      note: note(leftOut, "gradients are", "size"))
  }

  /// Where two values have one gradient, because one is a sum the other stands in, the second says so.
  private func gradientLine(_ id: Int, _ gradient: Int, _ cell: Int) -> Trace.Line {
    var line = line(gradient, cell, by: first)
    let own = Symbol("∂L/∂" + (reading.symbols[id]?.base ?? ""))
    if var symbol = reading.symbol(id, cell), reading.symbols[gradient]?.base != own.base {
      symbol.base = own.base
      let same = SymbolicExpression.variable(line.symbol, Double(line.value))
      line = Trace.Line(symbol: symbol.text, value: line.value, formula: same)
    }
    return line
  }

  /// Norms and counters, which all parameters have in common.
  private func shared() -> [Trace.Section] {
    let counters = reading.updates.map(\.value).filter { reading.op($0) is CounterUpdate }
    let ids = reading.norms + counters
    guard !ids.isEmpty else { return [] }
    return [
      Trace.Section(
        kind: .update, title: "Update: what all weights share", layer: nil,
        lines: ids.map { line($0, 0, by: first) }, note: "")
    ]
  }

  private func update(_ parameter: Int, _ block: AnnotatedCycle.Block) -> Trace.Section? {
    let own = reading.updates.filter { update in
      reading.op(update.value) is ParameterUpdate
        ? reading.graph.records[update.value].inputs[0] == parameter : update.variable == parameter
    }.map(\.value)
    guard !own.isEmpty else { return nil }
    let (shown, leftOut) = cells(parameter)
    guard !shown.isEmpty else { return nil }
    let states = Array(own.dropFirst())
    let order = (reading.clipped[parameter].map { [$0] } ?? []) + states + [own[0]]
    let name = Node(graph: reading.graph, id: parameter).variableName ?? ""
    return Trace.Section(
      kind: .update, title: "Update: \(name)", layer: block.name,
      lines: shown.flatMap { cell in
        order.map { line($0, cell, by: first, states: states) }
      }, note: note(leftOut, "weights are", "gradients"))
  }

  private func forwardAgain(_ block: AnnotatedCycle.Block) -> Trace.Section {
    let (lines, leftOut) = lines(block.nodes, by: again)
    return Trace.Section(
      kind: .again, title: "Layer \(block.name), with the new weights", layer: block.name,
      lines: lines, note: note(leftOut, block))
  }

  private func lossAgain() -> Trace.Section {
    Trace.Section(
      kind: .again, title: "Loss, with the new weights", layer: nil,
      lines: lines(reading.lossNodes, by: again).lines, note: "")
  }
}

/// Numbers the parts of formulas that have a symbol of their own, so that none has two meanings.
private final class PartCount {
  private var count = 0

  func next() -> String {
    count += 1
    return Symbol(AnnotatedCycle.partLetter, places: [count]).text
  }
}
