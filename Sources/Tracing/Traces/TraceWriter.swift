import Engine
import Formatting
import Networks

/// Makes the sections of a trace from a recorded cycle.
struct TraceWriter {
  let reading: AnnotatedCycle
  let recorded: RecordedCycle
  let selection: TraceSelection
  let names: TraceNames
  let first: CellWriter
  let again: CellWriter
  private let tally: TraceTally

  init(
    _ reading: AnnotatedCycle, _ recorded: RecordedCycle, _ selection: TraceSelection,
    _ names: TraceNames, progress: ((_ done: Int, _ of: Int) -> Void)? = nil
  ) {
    (self.reading, self.recorded) = (reading, recorded)
    (self.selection, self.names) = (selection, names)
    tally = TraceTally(progress)
    first = CellWriter(reading: reading, recorded: recorded)
    again = CellWriter(reading: reading, recorded: recorded, isAgain: true)
  }

  func sections() throws -> [Trace.Section] {
    try checkSelection()
    let chosen = reading.blocks.filter { selection.layer == nil || $0.name == selection.layer }
    try checkSize(chosen)
    tally.expected = chosen.reduce(0) { $0 + lineCount($1) }
    var sections = [try inputs()]
    sections += try chosen.map(forward) + [loss()] + chosen.reversed().map(backward) + shared()
    sections += try chosen.flatMap { block in
      try block.parameters.compactMap { try update($0, block) }
    }
    return sections + (try chosen.map(forwardAgain) + [lossAgain()])
  }

  /// How many lines a layer has in all parts together.
  private func lineCount(_ block: AnnotatedCycle.Block) -> Int {
    let own = block.nodes + block.parameters
    let gradients = own.filter { reading.gradients[$0] != nil } + block.between
    let updated = block.parameters.flatMap { parameter in
      updates(of: parameter).map { _ in parameter }
    }
    return (block.nodes + block.nodes + gradients + updated).reduce(0) {
      $0 + cells($1).shown.count
    }
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
      reading.symbols[id].map { "\($0.base) \(reading.graph.records[id].shape)" }
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

  private static let mostWhole = 12
  private static let mostWholeOfWeights = 24
  private static let shownOfMany = 6

  /// The cells that are shown and how many of the chosen ones are not.
  private func cells(_ id: Int) -> (shown: [Int], leftOut: Int) {
    if let known = tally.cells[id] { return known }
    let found = chosenCells(id)
    tally.cells[id] = found
    return found
  }

  private func chosenCells(_ id: Int) -> (shown: [Int], leftOut: Int) {
    let shape = reading.graph.records[id].shape
    let isParameter = recorded.before[Node(graph: reading.graph, id: id).variableName ?? ""] != nil
    var all = Array(0..<shape.count)
    // Losses are shown whatever is chosen.
    if reading.lossNodes.contains(id) { return (all, 0) }
    if let weight = selection.weight {
      all = all.filter { cell in
        let position = shape.position(ofFlatIndex: cell).map { $0 + 1 }
        if !isParameter { return position.last == weight.last }
        return position == weight
      }
    } else if let neuron = selection.neuron {
      all = all.filter { cell in
        let position = shape.position(ofFlatIndex: cell).map { $0 + 1 }
        // A neuron's weights stand in the last axis, whatever the place of its output.
        return isParameter
          ? position.last == neuron.last : position.suffix(neuron.count) == neuron[...]
      }
    }
    let most = isParameter ? Self.mostWholeOfWeights : Self.mostWhole
    guard !selection.showsAll else { return (all, 0) }
    let candidates = isParameter ? ofShownNeurons(id, all) : all
    guard candidates.count > most else { return (candidates, all.count - candidates.count) }
    let node = importance(id)
    let shown = Self.largest(Self.shownOfMany, of: candidates) { first.value(node, $0).magnitude }
    return (shown, all.count - shown.count)
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

  /// The cells of a parameter that belong to neurons which are shown; all where a layer's last axis is
  /// not that of its neurons.
  private func ofShownNeurons(_ parameter: Int, _ all: [Int]) -> [Int] {
    let records = reading.graph.records
    let block = reading.blocks.first { $0.parameters.contains(parameter) }
    guard selection.neuron == nil, selection.weight == nil,
      let width = records[parameter].shape.extents.last,
      let node = block?.nodes.last(where: { records[$0].shape.extents.last == width })
    else { return all }
    let (shown, leftOut) = cells(node)
    if leftOut == 0 { return all }
    let columns = Set(shown.map { $0 % width })
    return all.filter { columns.contains($0 % width) }
  }

  /// The node whose size decides. Of one layer, the same neurons are shown at each step: those whose sum
  /// has the largest gradients.
  private func importance(_ id: Int) -> Int {
    let block = reading.blocks.first { $0.nodes.contains(id) }
    let count = reading.graph.records[id].shape.count
    let key = block?.nodes.first { other in
      reading.gradients[other] != nil && reading.graph.records[other].shape.count == count
    }
    return reading.gradients[key ?? id] ?? id
  }

  private func note(_ leftOut: Int, _ what: String, _ by: String) -> String {
    leftOut == 0 ? "" : "\(leftOut) more \(what) not shown; these have the largest \(by)."
  }

  // MARK: Lines

  private func line(
    _ id: Int, _ cell: Int, by writer: CellWriter, states: [Int] = []
  ) throws -> Trace.Line {
    let symbol = writer.symbol(id, cell)
    var line = Trace.Line(symbol: symbol, value: writer.value(id, cell))
    defer { tally.wrote(line) }
    try tally.check()
    guard reading.op(id) != nil else { return line }
    func formula(_ id: Int) -> SymbolicExpression {
      selection.showsAll ? writer.whole(id, cell) : writer.shortened(id, cell)
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
    let (short, parts) = written.namingRepeatedParts()
    line.formula = short
    line.parts = parts.map { Trace.Part(symbol: $0.symbol, formula: $0.part) }
    return line
  }

  private func lines(
    _ ids: [Int], by writer: CellWriter
  ) throws -> (lines: [Trace.Line], leftOut: Int) {
    var lines: [Trace.Line] = []
    var leftOut = 0
    for id in ids {
      let (shown, more) = cells(id)
      lines += try shown.map { try line(id, $0, by: writer) }
      leftOut = max(leftOut, more)
    }
    return (lines, leftOut)
  }

  // MARK: Sections

  private func inputs() throws -> Trace.Section {
    var lines: [Trace.Line] = []
    var leftOut = 0
    for (id, record) in reading.graph.records.enumerated() {
      guard case .input(let name) = record.source, name != Optimizer.rateInput,
        reading.symbols[id] != nil, recorded.values[id] != nil, name != Ops.RandomMask.keyName
      else { continue }
      let isWhole = selection.showsAll || record.shape.count <= Self.mostWholeOfWeights
      let shown =
        isWhole
        ? Array(0..<record.shape.count)
        : Self.largest(Self.shownOfMany, of: Array(0..<record.shape.count)) {
          first.value(id, $0).magnitude
        }
      leftOut += record.shape.count - shown.count
      for cell in shown {
        var line = try line(id, cell, by: first)
        line.meaning = names.meaning(of: name, cell, value: line.value)
        lines.append(line)
      }
    }
    return Trace.Section(
      kind: .inputs, title: "Input and target", layer: nil, lines: lines,
      note: note(leftOut, "inputs are", "values"))
  }

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

  private func forward(_ block: AnnotatedCycle.Block) throws -> Trace.Section {
    let (lines, leftOut) = try lines(block.nodes, by: first)
    return Trace.Section(
      kind: .forward, title: title(block), layer: block.name, lines: lines,
      note: note(leftOut, "neurons are", "gradients"))
  }

  private func loss() throws -> Trace.Section {
    Trace.Section(
      kind: .loss, title: "Loss", layer: nil, lines: try lines(reading.lossNodes, by: first).lines,
      note: "")
  }

  private func backward(_ block: AnnotatedCycle.Block) throws -> Trace.Section {
    var result: [Trace.Line] = []
    var leftOut = 0
    if block.number == reading.blocks.count {
      let losses = reading.lossNodes.dropLast().compactMap { reading.gradients[$0] }
      result += try lines(losses, by: first).lines
    }
    let between = try lines(block.between, by: first)
    result += between.lines
    leftOut += between.leftOut
    for id in block.nodes.reversed() + block.parameters {
      guard let gradient = reading.gradients[id] else { continue }
      let (shown, more) = cells(id)
      leftOut += more
      for cell in shown { result.append(try gradientLine(id, gradient, cell)) }
    }
    return Trace.Section(
      kind: .backward, title: "Layer \(block.name), backwards", layer: block.name, lines: result,
      note: note(leftOut, "gradients are", "size"))
  }

  /// Where two values have one gradient, because one is a sum the other stands in, the second says so.
  private func gradientLine(_ id: Int, _ gradient: Int, _ cell: Int) throws -> Trace.Line {
    var line = try line(gradient, cell, by: first)
    let own = Symbol("∂L/∂" + (reading.symbols[id]?.base ?? ""))
    if var symbol = reading.symbol(id, cell), reading.symbols[gradient]?.base != own.base {
      symbol.base = own.base
      let same = SymbolicExpression.variable(line.symbol, Double(line.value))
      line = Trace.Line(symbol: symbol.text, value: line.value, formula: same)
    }
    return line
  }

  /// Norms and counters, which all parameters have in common.
  private func shared() throws -> [Trace.Section] {
    let counters = reading.updates.map(\.value).filter { reading.op($0) is CounterUpdate }
    let ids = reading.norms + counters
    guard !ids.isEmpty else { return [] }
    return [
      Trace.Section(
        kind: .update, title: "Update: what all weights share", layer: nil,
        lines: try ids.map { try line($0, 0, by: first) }, note: "")
    ]
  }

  private func updates(of parameter: Int) -> [Int] {
    reading.updates.filter { update in
      reading.op(update.value) is ParameterUpdate
        ? reading.graph.records[update.value].inputs[0] == parameter : update.variable == parameter
    }.map(\.value)
  }

  private func update(_ parameter: Int, _ block: AnnotatedCycle.Block) throws -> Trace.Section? {
    let own = updates(of: parameter)
    guard !own.isEmpty else { return nil }
    let (shown, leftOut) = cells(parameter)
    guard !shown.isEmpty else { return nil }
    let states = Array(own.dropFirst())
    let order = (reading.clipped[parameter].map { [$0] } ?? []) + states + [own[0]]
    let name = Node(graph: reading.graph, id: parameter).variableName ?? ""
    return Trace.Section(
      kind: .update, title: "Update: \(name)", layer: block.name,
      lines: try shown.flatMap { cell in
        try order.map { try line($0, cell, by: first, states: states) }
      }, note: note(leftOut, "weights are", "gradients"))
  }

  private func forwardAgain(_ block: AnnotatedCycle.Block) throws -> Trace.Section {
    let (lines, leftOut) = try lines(block.nodes, by: again)
    return Trace.Section(
      kind: .again, title: "Layer \(block.name), with the new weights", layer: block.name,
      lines: lines, note: note(leftOut, "neurons are", "gradients"))
  }

  private func lossAgain() throws -> Trace.Section {
    Trace.Section(
      kind: .again, title: "Loss, with the new weights", layer: nil,
      lines: try lines(reading.lossNodes, by: again).lines, note: "")
  }
}
