import CKernels

/// The backward half of a ``RecurrentScan``: walks back through the steps and gives ∂loss/∂(input's and
/// recurrent product's parts of each gate) for all steps at once; see ``CellBody/blocks``.
///
/// Inputs: what the scan kept, its recurrent kernel, the gradient of a part of what it kept, and the
/// mask if there is one.
struct RecurrentScanGradient: CompiledOp {
  static let name = "recurrent scan gradient"
  static let examples: [OpExample] = []

  let scan: RecurrentScan
  /// Which part of what the scan kept the gradient is of; it is 0 elsewhere.
  let given: Part

  struct Part: Sendable {
    let slots, steps: Range<Int>

    /// All of it, or what a gradient is padded from.
    static func find(_ gradient: Node) -> (part: Part, gradient: Node) {
      let graph = gradient.graph
      let record = graph.records[gradient.id]
      if case .op(let pad as Pad) = record.source, pad.before[2...].allSatisfy({ $0 == 0 }),
        pad.after[2...].allSatisfy({ $0 == 0 })
      {
        let inside = Node(graph: graph, id: record.inputs[0])
        return (
          Part(
            slots: pad.before[0]..<pad.before[0] + inside.shape[0],
            steps: pad.before[1]..<pad.before[1] + inside.shape[1]), inside
        )
      }
      return (Part(slots: 0..<gradient.shape[0], steps: 0..<gradient.shape[1]), gradient)
    }
  }

  /// A cell that was written once can be written again.
  var body: CellBody {
    guard let body = try? CellBody(scan.cell, given: given.slots) else {
      preconditionFailure("the cell of \(scan.cell.kind)")
    }
    return body
  }

  var formula: String { "∂L/∂x[t] = ∂L/∂h[t] · ∂h[t]/∂x[t], from the last step to the first" }

  func shape(_ inputs: [Shape]) throws -> Shape {
    let kept = inputs[0]
    return try Shape(checking: [kept[1], kept[2], body.blocks * kept[3]])
  }

  func value<N: Number>(at cell: Int, _ inputs: [Cells<N>]) -> N {
    let (kept, body) = (inputs[0].shape, body)
    let width = body.blocks * kept[3]
    let step = cell / width / kept[2]
    return rows(inputs, body, batch: cell / width % kept[2], downTo: step)[step][cell % width]
  }

  func values<N: Number>(_ inputs: [Cells<N>], count: Int) -> [N] {
    let (kept, body) = (inputs[0].shape, body)
    let all = (0..<kept[2]).map { rows(inputs, body, batch: $0, downTo: nil) }
    return (0..<kept[1]).flatMap { step in all.flatMap { $0[step] } }
  }

  func derivative(_ backward: Backward) throws -> [Node?] { backward.inputs.map { _ in nil } }

  /// By step, [block, unit] of one example; empty for steps before `last` (in the order of the walk).
  private func rows<N: Number>(
    _ inputs: [Cells<N>], _ body: CellBody, batch: Int, downTo last: Int?
  ) -> [[N]] {
    let kept = inputs[0].shape
    let (steps, units) = (kept[1], kept[3])
    var found = [[N]](repeating: [], count: steps)
    var carry = [[N]](
      repeating: [N](repeating: 0, count: units), count: scan.cell.states.count)
    var productCarry = [N](repeating: 0, count: units)
    for place in stride(from: steps - 1, through: 0, by: -1) {
      let step = scan.step(place, of: steps)
      var row = [N](repeating: 0, count: body.blocks * units)
      var next = carry
      for unit in 0..<units {
        let values: [N] = body.backward.evaluate { leaf in
          switch leaf {
          case .saved(let slot): inputs[0][[slot, step, batch, unit]]
          case .state(let state):
            place == 0
              ? 0 : inputs[0][[state, scan.step(place - 1, of: steps), batch, unit]]
          case .gradient(let slot): gradient(inputs[2], slot, step, batch, unit)
          case .carry(let state): carry[state][unit]
          case .productCarry: productCarry[unit]
          case .mask: inputs[3][[step, batch]]
          case .total, .input, .product, .bias: preconditionFailure("not kept: \(leaf)")
          }
        }
        for block in 0..<body.blocks { row[block * units + unit] = values[block] }
        for state in carry.indices { next[state][unit] = values[body.blocks + state] }
      }
      found[step] = row
      if step == last { break }
      let flows = scan.gradientFlows(intoPlaceBefore: place)
      carry = flows ? next : next.map { $0.map { _ in 0 } }
      let first = body.firstRecurrentBlock * units
      for unit in 0..<units {
        var sum: N = 0
        for gate in 0..<scan.cell.gates * units where flows {
          sum = sum + row[first + gate] * inputs[1][[unit, gate]]
        }
        productCarry[unit] = sum
      }
    }
    return found
  }

  private func gradient<N: Number>(
    _ input: Cells<N>, _ slot: Int, _ step: Int, _ batch: Int, _ unit: Int
  ) -> N {
    guard given.steps.contains(step) else { return 0 }
    return input[[slot - given.slots.lowerBound, step - given.steps.lowerBound, batch, unit]]
  }

  // MARK: Fast

  func workspaceCount(_ inputs: [Shape], _ output: Shape) -> Int { inputs[1].count }

  func steps(_ call: StepCall) -> [any Step] {
    let kernel = call.inputShapes[1]
    // Turned once, so that the product of every step reads it in order.
    return [
      CopyStep(
        extents: [kernel[1], kernel[0]], source: call.inputs[1], sourceStrides: [1, kernel[1]],
        destination: call.workspace, destinationStrides: [kernel[0], 1], kernels: call.kernels),
      ScanGradientStep(self, call),
    ]
  }
}

/// ∂loss/∂(recurrent kernel) of a ``RecurrentScan``: Σₜ h₍ₜ₋₁₎ᵀ · ∂loss/∂r₍ₜ₎ as one product over all
/// steps and examples.
struct RecurrentKernelGradient: CompiledOp {
  static let name = "recurrent kernel gradient"
  static let examples: [OpExample] = []

  let scan: RecurrentScan
  /// The first column of the recurrent products' gradients.
  let firstColumn: Int

  var formula: String { "y[i, j] = Σₜ h[t-1, i] · ∂L/∂r[t, j]" }

  func shape(_ inputs: [Shape]) throws -> Shape {
    try Shape(checking: [inputs[0][3], inputs[1][2] - firstColumn])
  }

  func value<N: Number>(at cell: Int, _ inputs: [Cells<N>]) -> N {
    let (kept, gradients) = (inputs[0], inputs[1])
    let width = gradients.shape[2] - firstColumn
    let steps = kept.shape[1]
    var sum: N = 0
    for place in 1..<max(1, steps) {
      let (before, step) = (scan.step(place - 1, of: steps), scan.step(place, of: steps))
      for batch in 0..<kept.shape[2] {
        sum =
          sum + kept[[0, before, batch, cell / width]]
          * gradients[[step, batch, firstColumn + cell % width]]
      }
    }
    return sum
  }

  func derivative(_ backward: Backward) throws -> [Node?] { backward.inputs.map { _ in nil } }

  func steps(_ call: StepCall) -> [any Step] {
    let kept = call.inputShapes[0]
    let (batch, units, width) = (kept[2], kept[3], call.inputShapes[1][2])
    let (before, after) = scan.isReversed ? (1, 0) : (0, 1)
    let product = gb_product(
      a: call.inputs[0] + before * batch * units,
      b: call.inputs[1] + after * batch * width + firstColumn, c: call.output,
      rows: Int64(units), columns: Int64(call.outputShape[1]), depth: Int64((kept[1] - 1) * batch),
      a_row_stride: 1, a_depth_stride: Int64(units), b_depth_stride: Int64(width),
      b_column_stride: 1, c_row_stride: Int64(call.outputShape[1]))
    return [ProductStep(product, kernels: call.kernels)]
  }
}
