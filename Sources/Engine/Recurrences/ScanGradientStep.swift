import CKernels

/// The way back of a scan, for some of the examples at a time.
///
/// Where the gradients of the weights are wanted, a few steps' δ and what the weights were multiplied
/// with lie side by side until their product is added to these gradients, which each chunk sums up for
/// itself.
final class ScanGradientStep: Step {
  private let op: Ops.RecurrentScanGradient
  private let call: StepCall
  /// The first of the op's own inputs.
  private let firstInput: Int
  private let body: CellBody
  private let size: ScanSize
  private let memory: ScanGradientMemory
  private let cellKernels: ScanKernels
  var chunks: Int { size.chunks }
  var kind: String { "way back of a scan of \(size.steps) steps" }
  var scratchCount: Int { memory.scratchCount + cellKernels.scratchCount(call.kernels) }

  private init(_ op: Ops.RecurrentScanGradient, _ call: StepCall, _ memory: ScanGradientMemory) {
    self.op = op
    self.call = call
    self.memory = memory
    firstInput = memory.firstInput
    body = op.body
    size = ScanSize(call.inputShapes[firstInput], gates: op.scan.cell.gates)
    cellKernels = ScanKernels(body.backward, chunks: size.chunks)
  }

  /// The whole work.
  ///
  /// - Parameter weights: nil if δ itself is the output.
  static func steps(
    _ op: Ops.RecurrentScanGradient, _ call: StepCall, weights: Ops.RecurrentWeightGradient?
  ) -> [any Step] {
    let memory = ScanGradientMemory(op, weights, call.inputShapes)
    var steps = ([memory.recurrentKernel] + memory.kernels).flatMap { turn($0, call) }
    steps.append(ScanGradientStep(op, call, memory))
    if let layout = memory.layout, memory.chunks > 1 {
      steps.append(
        ReduceStep(
          kernel: GB_SUM, outer: 1, extent: memory.chunks, inner: layout.weights,
          source: call.workspace + memory.sums, destination: call.output, kernels: call.kernels))
    }
    return steps
  }

  /// Turns and lays out, once for all steps, what δ of each is multiplied with.
  private static func turn(_ turned: ScanGradientMemory.Turned, _ call: StepCall) -> [any Step] {
    let matrix = turned.matrix
    let width = call.inputShapes[turned.input][1]
    let copy = CopyStep(
      extents: [matrix.depth, matrix.columns],
      source: call.inputs[turned.input] + turned.run.gate * (matrix.depth / turned.run.count),
      sourceStrides: [1, width], destination: call.workspace + turned.place,
      destinationStrides: [matrix.columns, 1], kernels: call.kernels)
    return [copy] + matrix.steps(call.workspace + turned.place, call.kernels)
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
      let deltas =
        memory.layout == nil
        ? call.output + (step * size.batch + first) * memory.width
        : scratch + memory.deltas + done * rows * memory.width
      cellKernels.run(
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
      guard let layout = memory.layout else {
        keepCarried(rows, scratch, deltas)
        continue
      }
      if layout.reachesInput { reachInput(product, deltas, step, first, layout) }
      size.gather(
        step, before, first, rows, call.inputs[0], width: layout.width, call.inputs[firstInput],
        stateAt: layout.inputRows, into: scratch + memory.left + done * rows * layout.rows,
        columns: layout.rows)
      if place == 0 || done == memory.stepsAtOnce - 1 {
        let isFirst = place + done == size.steps - 1
        addWeightGradients(chunk, steps: done + 1, rows, scratch, inner, layout, isFirst: isFirst)
      }
    }
  }

  /// Puts what comes back to the states beside δ.
  private func keepCarried(
    _ rows: Int, _ scratch: UnsafeMutablePointer<Float>, _ deltas: UnsafeMutablePointer<Float>
  ) {
    for (place, state) in body.carriedStates.enumerated() {
      let from = scratch + memory.carry(of: state)
      for row in 0..<rows {
        (deltas + row * memory.width + (body.blocks + place) * size.units)
          .update(from: from + row * size.units, count: size.units)
      }
    }
  }

  /// The step's part of the gradient of the sequences.
  private func reachInput(
    _ product: ScanProduct, _ deltas: UnsafeMutablePointer<Float>, _ step: Int, _ first: Int,
    _ layout: ScanGradientLayout
  ) {
    let stride = size.steps * layout.width
    let gradient = call.output + layout.weights + first * stride + step * layout.width
    for (place, turned) in memory.kernels.enumerated() {
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

  private func addWeightGradients(
    _ chunk: Int, steps: Int, _ rows: Int, _ scratch: UnsafeMutablePointer<Float>,
    _ inner: UnsafeMutablePointer<Float>, _ layout: ScanGradientLayout, isFirst: Bool
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
      return ScanOperand(call.inputs[firstInput] + size.kept(slot, step, first), .full)
    case .state(let state):
      return before.map {
        ScanOperand(call.inputs[firstInput] + size.kept(state, $0, first), .full)
      }
    case .gradient(let slot):
      guard op.given.steps.contains(step) else { return nil }
      let (slot, place) = (slot - op.given.slots.lowerBound, step - op.given.steps.lowerBound)
      let row = (slot * op.given.steps.count + place) * size.batch + first
      return ScanOperand(call.inputs[firstInput + 2] + row * size.units, .full)
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
