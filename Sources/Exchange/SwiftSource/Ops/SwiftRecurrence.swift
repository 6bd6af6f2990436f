import Engine

extension Ops.RecurrentScan: SwiftOp {
  /// Of what a scan keeps, the states are written; the rest is for gradients.
  func write(_ call: SwiftCall, to writing: inout SwiftWriting) throws -> SwiftWriting.Value {
    let states = cell.states.count
    for (op, _) in writing.readers(of: call.place) {
      guard let slice = op as? Ops.Slice, slice.starts[0] + slice.result[0] <= states else {
        throw Problem.shape(
          Self.name, expected: "that its states alone are read", found: type(of: op).name)
      }
    }
    var places: [SwiftWriting.Location] = []
    for place in call.inputs { places.append(try writing.location(of: place)) }
    let (steps, width) = (call.inputShapes[0][1], call.inputShapes[0][2])
    let units = call.shape[3]
    let loop = SwiftScan(
      scan: self, inputs: places, steps: steps, width: width, units: units,
      sums: writing.reserve([steps, cell.gates * units], "sums"),
      product: writing.reserve([cell.gates * units], "product"),
      state: writing.reserve([states, units], "state"),
      result: writing.reserve([states, steps, 1, units]))
    loop.write(to: &writing)
    for location in places + [loop.sums, loop.product, loop.state, loop.result] {
      writing.touch(location)
    }
    return .numbers(loop.result)
  }
}

/// The loop of a recurrence: for each step the products, then for each unit the cell's own formulas.
private struct SwiftScan {
  let scan: Ops.RecurrentScan
  let inputs: [SwiftWriting.Location]
  let steps, width, units: Int
  let sums, product, state, result: SwiftWriting.Location
  private var gates: Int { scan.cell.gates * units }

  init(
    scan: Ops.RecurrentScan, inputs: [SwiftWriting.Location], steps: Int, width: Int, units: Int,
    sums: SwiftWriting.Location, product: SwiftWriting.Location, state: SwiftWriting.Location,
    result: SwiftWriting.Location
  ) {
    (self.scan, self.inputs, self.steps, self.width) = (scan, inputs, steps, width)
    (self.units, self.sums, self.product) = (units, sums, product)
    (self.state, self.result) = (state, result)
  }

  func write(to writing: inout SwiftWriting) {
    let states = scan.cell.states.count
    writing.uses(["multiply", "fill"])
    writing.emit(
      "multiply(\(inputs[0].text), \(inputs[1].text), into: \(sums.text), rows: \(steps), "
        + "inner: \(width), columns: \(gates))")
    writing.emit("fill(\(state.text), \(states * units)) { _ in 0 }")
    writing.emit("for step in \(scan.isReversed ? "(0..<\(steps)).reversed()" : "0..<\(steps)") {")
    writing.emit(
      "  multiply(\(state.text), \(inputs[2].text), into: \(product.text), rows: 1, "
        + "inner: \(units), columns: \(gates))")
    writing.emit("  for unit in 0..<\(units) {")
    for line in cellLines(&writing) { writing.emit("    \(line)") }
    writing.emit("  }")
    writing.emit("}")
  }

  /// The formulas of one unit, its gates and states by the letters that textbooks give them.
  private func cellLines(_ writing: inout SwiftWriting) -> [String] {
    let formulas = scan.body.forward
    let names = self.names
    var lines: [String] = []
    var reads: [String] = []
    var terms: [SwiftFormula.Term] = []
    for (place, source) in formulas.sources.enumerated() {
      guard case .leaf(let leaf) = source else {
        reads.append(names[place] ?? "")
        continue
      }
      let (text, name) = text(of: leaf)
      if let name { lines.append("let \(name): Float = \(text)") }
      reads.append(name ?? text)
    }
    var text = SwiftFormulaText(reads: reads)
    for (place, source) in formulas.sources.enumerated() {
      switch source {
      case .leaf: terms.append(.input(place))
      case .constant(let number): terms.append(.constant(Float(number).bitPattern))
      case .op(let op, let inputs):
        let term = op.formula.replacing(inputs.map { terms[$0] })
        guard let name = names[place] else {
          terms.append(term)
          continue
        }
        let (lets, result) = text.written(term)
        lines += lets + ["let \(name): Float = \(result)"]
        terms.append(.input(place))
      }
    }
    writing.uses(text.functions)
    for slot in scan.cell.states.indices {
      let value = formulas.results[slot].map { names[$0] ?? reads[$0] } ?? "0"
      let kept = result.moved(by: slot * steps * units).text(at: "step * \(units) + unit")
      lines += [
        "\(state.moved(by: slot * units).text(at: "unit")) = \(value)", "\(kept) = \(value)",
      ]
    }
    return lines
  }

  /// The names of gates and states, and of what several formulas read, by their places in the formulas.
  private var names: [Int: String] {
    let formulas = scan.body.forward
    var names: [Int: String] = [:]
    var counts: [Int: Int] = [:]
    for case .op(_, let inputs) in formulas.sources {
      for input in inputs { counts[input, default: 0] += 1 }
    }
    for (place, source) in formulas.sources.enumerated() {
      if case .op = source, counts[place, default: 0] > 1 { names[place] = "v_\(place)" }
    }
    for (slot, place) in formulas.results.enumerated() {
      guard let place, case .op = formulas.sources[place] else { continue }
      names[place] =
        scan.body.slotPlaces[slot].map { scan.body.kinds[$0].letter } ?? "v_\(place)"
    }
    return names
  }

  /// What a leaf reads, and a name for it where it is a sum.
  private func text(of leaf: CellLeaf) -> (text: String, name: String?) {
    func input(_ gate: Int) -> String {
      sums.moved(by: gate * units).text(at: "step * \(gates) + unit")
    }
    func product(_ gate: Int) -> String {
      self.product.moved(by: gate * units).text(at: "unit")
    }
    func bias(_ row: Int, _ gate: Int) -> String {
      inputs[3].moved(by: row * gates + gate * units).text(at: "unit")
    }
    switch leaf {
    case .total(let gate):
      let rows = (0..<scan.cell.biasRows).map { bias($0, gate) }
      return (([input(gate), product(gate)] + rows).joined(separator: " + "), "sum_\(gate)")
    case .input(let gate): return (input(gate), nil)
    case .product(let gate): return (product(gate), nil)
    case .bias(let row, let gate): return (bias(row, gate), nil)
    case .state(let place): return (state.moved(by: place * units).text(at: "unit"), nil)
    case .mask:
      let mask = inputs[inputs.count - 1]
      return (mask.text(at: "step"), nil)
    case .saved, .gradient, .carry, .productCarry:
      preconditionFailure("\(leaf) in the formulas of a step")
    }
  }
}
