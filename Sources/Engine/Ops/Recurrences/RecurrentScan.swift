/// Runs a ``RecurrentCell`` over the steps of sequences and keeps the states of every step, and what
/// the gradient needs.
///
/// h₍ₜ₎, … = cell(x₍ₜ₎, h₍ₜ₋₁₎ · U, …), from zero states. The gradient walks back through the same steps
/// (back-propagation through time; Werbos 1990), or through some of them if truncated.
public struct RecurrentScan: CompiledOp {
  public static let name = "recurrent scan"

  public let cell: RecurrentCell
  /// Does it begin with the last step?
  public let isReversed: Bool
  /// The gradient does not flow past every so many steps; nil for all the way.
  public let truncation: Int?

  public var formula: String { cell.formula }

  /// Inputs are the input's part of every gate, of shape [steps, batch, gates · units]; the recurrent
  /// kernel, [units, gates · units]; the bias if the cell has one, [gates · units] or [2, gates · units];
  /// the mask if it has one, [steps, batch]. The result is [kept values, steps, batch, units], the
  /// states first.
  public init(_ cell: RecurrentCell, isReversed: Bool = false, truncation: Int? = nil) {
    self.cell = cell
    self.isReversed = isReversed
    self.truncation = truncation
  }

  var body: CellBody {
    guard let body = try? CellBody(cell, given: 0..<1) else {
      preconditionFailure("the cell of \(cell.kind)")
    }
    return body
  }

  /// The step at a place of the walk.
  func step(_ place: Int, of steps: Int) -> Int { isReversed ? steps - 1 - place : place }

  func gradientFlows(intoPlaceBefore place: Int) -> Bool {
    truncation.map { place % $0 != 0 } ?? true
  }

  public func shape(_ inputs: [Shape]) throws -> Shape {
    let gates = cell.gates
    var expected = ["[steps, batch, \(gates) · units]", "[units, \(gates) · units]"]
    if cell.hasBias { expected.append("bias") }
    if cell.isMasked { expected.append("mask [steps, batch]") }
    guard inputs.count == expected.count, inputs[0].rank == 3, inputs[1].rank == 2,
      inputs[0][0] > 0, inputs[0][2] == gates * inputs[1][0], inputs[1][1] == inputs[0][2],
      !cell.hasBias || inputs[2].count == cell.biasRows * inputs[0][2],
      !cell.isMasked || inputs[inputs.count - 1].extents == Array(inputs[0].extents[..<2]),
      truncation ?? 1 > 0
    else {
      throw ShapeProblem(
        Self.name, expected: expected.joined(separator: ", "),
        found: inputs.map(\.description).joined(separator: " and "))
    }
    return try Shape(checking: [body.slots, inputs[0][0], inputs[0][1], inputs[1][0]])
  }

  public func value<N: Number>(at cell: Int, _ inputs: [Cells<N>]) -> N {
    let (steps, batch, units) = (inputs[0].shape[0], inputs[0].shape[1], inputs[1].shape[0])
    let slot = cell / (steps * batch * units)
    let step = cell / (batch * units) % steps
    let rows = rows(inputs, body, batch: cell / units % batch, upTo: step)
    return rows[step][slot * units + cell % units]
  }

  public func values<N: Number>(_ inputs: [Cells<N>], count: Int) -> [N] {
    let (shape, units, body) = (inputs[0].shape, inputs[1].shape[0], body)
    let all = (0..<shape[1]).map { rows(inputs, body, batch: $0, upTo: nil) }
    return (0..<body.slots).flatMap { slot in
      (0..<shape[0]).flatMap { step in
        all.flatMap { $0[step][slot * units..<(slot + 1) * units] }
      }
    }
  }

  /// By step, [slot, unit] of one example; empty for steps after `last` (in the order of the walk).
  private func rows<N: Number>(
    _ inputs: [Cells<N>], _ body: CellBody, batch: Int, upTo last: Int?
  ) -> [[N]] {
    let (steps, units) = (inputs[0].shape[0], inputs[1].shape[0])
    let width = cell.gates * units
    var found = [[N]](repeating: [], count: steps)
    var states = [N](repeating: 0, count: cell.states.count * units)
    for place in 0..<steps {
      let step = step(place, of: steps)
      var row = [N](repeating: 0, count: body.slots * units)
      for unit in 0..<units {
        let values: [N] = body.forward.evaluate { leaf in
          switch leaf {
          case .input(let gate): return inputs[0][[step, batch, gate * units + unit]]
          case .product(let gate):
            var sum: N = 0
            for from in 0..<units where place > 0 {
              sum = sum + states[from] * inputs[1][[from, gate * units + unit]]
            }
            return sum
          case .bias(let row, let gate):
            return inputs[2][flat: row * width + gate * units + unit]
          case .state(let state): return states[state * units + unit]
          default: return inputs[inputs.count - 1][[step, batch]]
          }
        }
        for slot in 0..<body.slots { row[slot * units + unit] = values[slot] }
      }
      found[step] = row
      if step == last { break }
      for place in states.indices {
        let name = "\(cell.states[place / units])[\(step + 1),\(batch + 1),\(place % units + 1)]"
        states[place] = N.named(name, row[place])
      }
    }
    return found
  }

  public func derivative(_ backward: Backward) throws -> [Node?] {
    let (kept, kernel) = (backward.output, backward.inputs[1])
    let (part, gradient) = RecurrentScanGradient.Part.find(backward.gradient)
    let op = RecurrentScanGradient(scan: self, given: part)
    let mask = cell.isMasked ? [backward.inputs[backward.inputs.count - 1]] : []
    let all = try op.apply(to: [kept, kernel, gradient] + mask)
    let (body, units) = (op.body, kernel.shape[0])
    let first = body.firstRecurrentBlock * units
    let kernelGradient = try RecurrentKernelGradient(scan: self, firstColumn: first)(kept, all)
    var gradients: [Node?] = [
      try Self.columns(body.inputBlocks, of: all, units: units), kernelGradient,
    ]
    if cell.hasBias {
      let sums = try Sum(axes: 0..<2)(all)
      var rows = [try Self.columns(body.inputBlocks, of: sums, units: units)]
      if cell.biasRows == 2 {
        let products = Array(body.firstRecurrentBlock..<body.blocks)
        rows.append(try Self.columns(products, of: sums, units: units))
      }
      let row = rows.count == 1 ? rows[0] : try Concatenate(axis: 0).apply(to: rows)
      gradients.append(try row.reshaped(to: backward.inputs[2].shape))
    }
    return gradients + mask.map { _ in nil }
  }

  /// Blocks of the last axis in another order.
  private static func columns(_ blocks: [Int], of node: Node, units: Int) throws -> Node {
    let axis = node.shape.rank - 1
    if blocks == Array(0..<node.shape[axis] / units) { return node }
    let parts = try blocks.map { block in
      var starts = [Int](repeating: 0, count: axis + 1)
      starts[axis] = block * units
      let extents = node.shape.extents.dropLast() + [units]
      return try Slice(from: starts, shape: Shape(checking: Array(extents)))(node)
    }
    return parts.count == 1 ? parts[0] : try Concatenate(axis: axis).apply(to: parts)
  }

  func steps(_ call: StepCall) -> [any Step] { [ScanStep(self, call)] }

  public static let examples: [OpExample] = {
    func example(
      _ cell: RecurrentCell, steps: Int = 3, batch: Int = 2, units: Int = 3,
      isReversed: Bool = false
    ) -> OpExample {
      let width = cell.gates * units
      var inputs: [OpExample.Input] = [
        .numbers(Shape([steps, batch, width]), in: -2...2),
        .numbers(Shape([units, width]), in: -1...1),
      ]
      if cell.hasBias {
        inputs.append(.numbers(Shape(cell.biasRows == 2 ? [2, width] : [width]), in: -1...1))
      }
      if cell.isMasked { inputs.append(.indices(Shape([steps, batch]), below: 2)) }
      return OpExample(RecurrentScan(cell, isReversed: isReversed), inputs: inputs)
    }
    return [
      example(RecurrentCell(.simple)),
      example(RecurrentCell(.simple, activation: SiLU(), hasBias: false, isMasked: true)),
      example(RecurrentCell(.lstm)), example(RecurrentCell(.lstm), steps: 1, batch: 1, units: 1),
      example(RecurrentCell(.lstm, isMasked: true), steps: 4, isReversed: true),
      example(RecurrentCell(.gru)),
      example(RecurrentCell(.gru, hasBias: false, isMasked: true), isReversed: true),
      // More rows than one chunk has, and rows of whole vectors.
      example(RecurrentCell(.lstm), steps: 2, batch: 35, units: 1),
      example(RecurrentCell(.gru), steps: 2, batch: 1, units: 8),
    ]
  }()
}
