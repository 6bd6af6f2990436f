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
  let tally: TraceTally
  /// The example of the batch that is followed where not all are shown, counted from 0.
  let example: Int
  private let parts = PartCount()

  init(
    _ reading: AnnotatedCycle, _ recorded: RecordedCycle, _ selection: TraceSelection,
    _ names: TraceNames, book: CellWriter.PlaceBook? = nil,
    progress: ((_ done: Int, _ of: Int) -> Void)? = nil
  ) {
    (self.reading, self.recorded) = (reading, recorded)
    (self.selection, self.names) = (selection, names)
    tally = TraceTally(progress)
    first = CellWriter(reading: reading, recorded: recorded, book: book)
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
    tally.expected = chosen.reduce(0) { $0 + lineCount($1) }
    var sections = [try inputs()]
    sections += try chosen.map(forward) + [try answer(by: first), try loss()]
    sections += try chosen.reversed().map(backward) + shared()
    sections += try chosen.flatMap { block in
      try block.parameters.compactMap { try update($0, block) }
    }
    return sections + (try chosen.map(forwardAgain) + [try answer(by: again), try lossAgain()])
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

  // MARK: Lines

  func line(
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
    let (short, parts) = written.namingRepeatedParts(parts.next)
    line.formula = short
    line.parts = parts.map { Trace.Part(symbol: $0.symbol, formula: $0.part) }
    return line
  }

  func lines(
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

  private func backward(_ block: AnnotatedCycle.Block) throws -> Trace.Section {
    var result: [Trace.Line] = []
    var leftOut = 0
    if block.number == reading.blocks.count {
      let losses = reading.lossNodes.dropLast().compactMap { reading.gradients[$0] }
      result += try lines(losses, by: first).lines
    }
    let between = try lines(block.between, by: first)
    result += between.lines.filter { $0.formula != .constant(0) }
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
      lines: lines, note: note(leftOut, block))
  }

  private func lossAgain() throws -> Trace.Section {
    Trace.Section(
      kind: .again, title: "Loss, with the new weights", layer: nil,
      lines: try lines(reading.lossNodes, by: again).lines, note: "")
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
