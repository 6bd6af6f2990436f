import CKernels

/// The way back of a scan, for some of the examples at a time.
///
/// A few steps' δ and what the weights were multiplied with lie side by side until their product is
/// added to the gradients of the weights, which each chunk sums up for itself.
final class ScanGradientStep: Step {
  private let op: RecurrentScanGradient
  private let call: StepCall
  private let body: CellBody
  private let size: ScanSize
  private let layout: ScanGradientLayout
  private let memory: ScanGradientMemory
  private let recipes: ScanRecipes
  var chunks: Int { size.chunks }
  var kind: String { "way back of a scan of \(size.steps) steps" }
  var scratchCount: Int { memory.scratchCount + recipes.scratchCount(call.kernels) }

  init(_ op: RecurrentScanGradient, _ call: StepCall) {
    self.op = op
    self.call = call
    body = op.body
    size = ScanSize(call.inputShapes[0], gates: op.scan.cell.gates)
    memory = ScanGradientMemory(op, call.inputShapes)
    layout = memory.layout
    recipes = ScanRecipes(body.backward, chunks: size.chunks)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let (first, rows) = (chunk * size.rows, size.rowCount(chunk))
    let inner = scratch + memory.scratchCount
    let product = ScanProduct(size, first, rows, inner, call.kernels)
    var flows = false
    for place in stride(from: size.steps - 1, through: 0, by: -1) {
      let step = op.scan.step(place, of: size.steps)
      let before = place == 0 ? nil : op.scan.step(place - 1, of: size.steps)
      let done = (size.steps - 1 - place) % memory.stepsAtOnce
      let deltas = scratch + memory.deltas + done * rows * memory.width
      recipes.run(
        chunk: chunk, count: rows * size.units, scratch: inner, call.kernels,
        input: { operand($0, step, before, first, flows ? scratch : nil) },
        output: { result in
          result < body.blocks
            ? ScanOperand(deltas + result * size.units, .apart(size.units, memory.width))
            : ScanOperand(scratch + memory.carry(of: result - body.blocks), .full)
        })
      flows = before != nil && op.scan.gradientFlows(intoPlaceBefore: place)
      if flows {
        multiply(product, deltas, memory.recurrentKernel, into: scratch, size.units)
      }
      if op.reachesInput { reachInput(product, deltas, step, first) }
      gather(step, before, first, rows, into: scratch + memory.left + done * rows * layout.rows)
      if place == 0 || done == memory.stepsAtOnce - 1 {
        let isFirst = place + done == size.steps - 1
        addWeightGradients(chunk, steps: done + 1, rows, scratch, inner, isFirst: isFirst)
      }
    }
  }

  /// The step's part of the gradient of the sequences.
  private func reachInput(
    _ product: ScanProduct, _ deltas: UnsafeMutablePointer<Float>, _ step: Int, _ first: Int
  ) {
    let stride = size.steps * layout.width
    let gradient = call.output + layout.weights + first * stride + step * layout.width
    for (place, turned) in memory.kernel.enumerated() {
      multiply(product, deltas, turned, into: gradient, stride, adds: place > 0)
    }
  }

  private func multiply(
    _ product: ScanProduct, _ deltas: UnsafeMutablePointer<Float>,
    _ turned: ScanGradientMemory.Turned, into result: UnsafeMutablePointer<Float>, _ stride: Int,
    adds: Bool = false
  ) {
    product.run(
      deltas + turned.run.block * size.units, memory.width, turned.matrix,
      at: call.workspace + turned.place, into: result, stride, adds: adds)
  }

  /// Puts the step's input, the state before it and a 1 for each bias side by side.
  private func gather(
    _ step: Int, _ before: Int?, _ first: Int, _ rows: Int,
    into left: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<rows {
      let to = left + row * layout.rows
      let sequence = call.inputs[3] + ((first + row) * size.steps + step) * layout.width
      to.update(from: sequence, count: layout.width)
      if layout.inputRows > layout.width { to[layout.width] = 1 }
      let state = to + layout.inputRows
      if let before {
        state.update(from: call.inputs[0] + size.kept(0, before, first + row), count: size.units)
      } else {
        state.update(repeating: 0, count: size.units)
      }
      if layout.stateRows > size.units { state[size.units] = 1 }
    }
  }

  private func addWeightGradients(
    _ chunk: Int, steps: Int, _ rows: Int, _ scratch: UnsafeMutablePointer<Float>,
    _ inner: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    let sums =
      memory.chunks == 1
      ? call.output : call.workspace + memory.sums + chunk * layout.weights
    for part in memory.products {
      let (row, run) = (part.rows.lowerBound, part.run)
      let width = Int64(layout.gateWidth)
      var product = gb_product(
        a: scratch + memory.left + row, b: scratch + memory.deltas + run.block * size.units,
        c: sums + (row * layout.gateWidth + run.gate * size.units), rows: Int64(part.rows.count),
        columns: Int64(run.count * size.units), depth: Int64(steps * rows), a_row_stride: 1,
        a_depth_stride: Int64(layout.rows), b_depth_stride: Int64(memory.width),
        b_column_stride: 1, c_row_stride: width, adds: !isFirst, b_laid: nil)
      call.kernels.table.product(&product, 0, product.rows, 0, product.columns, inner)
    }
  }

  /// - Parameter carried: nil where nothing comes back from the step after.
  private func operand(
    _ leaf: CellLeaf, _ step: Int, _ before: Int?, _ first: Int,
    _ carried: UnsafeMutablePointer<Float>?
  ) -> ScanOperand? {
    switch leaf {
    case .saved(let slot):
      return ScanOperand(call.inputs[0] + size.kept(slot, step, first), .full)
    case .state(let state):
      return before.map { ScanOperand(call.inputs[0] + size.kept(state, $0, first), .full) }
    case .gradient(let slot):
      guard op.given.steps.contains(step) else { return nil }
      let (slot, place) = (slot - op.given.slots.lowerBound, step - op.given.steps.lowerBound)
      let row = (slot * op.given.steps.count + place) * size.batch + first
      return ScanOperand(call.inputs[2] + row * size.units, .full)
    case .productCarry: return carried.map { ScanOperand($0, .full) }
    case .carry(let state):
      // The formulas write this memory only where the state before is read by them.
      guard let carried, body.backward.results[body.blocks + state] != nil else { return nil }
      return ScanOperand(carried + memory.carry(of: state), .full)
    case .total, .input, .product, .bias: preconditionFailure("not kept: \(leaf)")
    case .mask:
      let mask = call.inputs[call.inputs.count - 1]
      return ScanOperand(mask + step * size.batch + first, .column(size.units))
    }
  }
}
