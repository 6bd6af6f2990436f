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
    let memory = ScanGradientMemory(op, weights: weights, call.inputShapes)
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
    let inner = scratch + memory.scratchCount
    var flows = false
    for place in stride(from: size.steps - 1, through: 0, by: -1) {
      let moment = size.moment(op.scan, place: place, chunk: chunk)
      let product = ScanProduct(
        size: size, moment: moment, scratch: inner, kernels: call.kernels)
      let done = (size.steps - 1 - place) % memory.stepsAtOnce
      let deltas =
        memory.layout == nil
        ? call.output + (moment.step * size.batch + moment.first) * memory.width
        : scratch + memory.deltas + done * moment.rows * memory.width
      cellKernels.run(
        chunk: chunk, count: moment.rows * size.units, scratch: inner, call.kernels,
        input: { operand($0, at: moment, carried: flows ? scratch : nil) },
        output: { result in
          result < body.blocks
            ? ScanOperand(deltas + result * size.units, .apart(size.units, memory.width))
            : ScanOperand(scratch + memory.carry(of: result - body.blocks), .full)
        })
      flows = moment.before != nil && op.scan.gradientFlows(intoPlaceBefore: place)
      if flows {
        multiply(
          product, deltas, memory.recurrentKernel,
          into: ScanRows(base: scratch, stride: size.units))
      }
      guard let layout = memory.layout else {
        keepCarried(moment.rows, from: scratch, in: deltas)
        continue
      }
      if layout.reachesInput { reachInput(product, deltas, layout) }
      let left = scratch + memory.left + done * moment.rows * layout.rows
      size.gather(
        moment, sequences: call.inputs[0], width: layout.width, kept: call.inputs[firstInput],
        stateAt: layout.inputRows, into: ScanRows(base: left, stride: layout.rows))
      if place == 0 || done == memory.stepsAtOnce - 1 {
        let isFirst = place + done == size.steps - 1
        addWeightGradients(
          of: (done + 1) * moment.rows, chunk: chunk, layout, scratch, isFirst: isFirst)
      }
    }
  }

  /// Puts what comes back to the states beside δ.
  private func keepCarried(
    _ rows: Int, from scratch: UnsafeMutablePointer<Float>,
    in deltas: UnsafeMutablePointer<Float>
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
    _ product: ScanProduct, _ deltas: UnsafeMutablePointer<Float>, _ layout: ScanGradientLayout
  ) {
    let (stride, moment) = (size.steps * layout.width, product.moment)
    let start = layout.weights + moment.first * stride + moment.step * layout.width
    for (place, turned) in memory.kernels.enumerated() {
      multiply(
        product, deltas, turned, into: ScanRows(base: call.output + start, stride: stride),
        adds: place > 0)
    }
  }

  private func multiply(
    _ product: ScanProduct, _ deltas: UnsafeMutablePointer<Float>,
    _ turned: ScanGradientMemory.Turned, into result: ScanRows, adds: Bool = false
  ) {
    product.run(
      ScanRows(base: deltas + turned.run.block * size.units, stride: memory.width),
      turned.matrix, at: call.workspace + turned.place, into: result, adds: adds)
  }

  /// - Parameter rows: how many examples at how many steps lie side by side.
  private func addWeightGradients(
    of rows: Int, chunk: Int, _ layout: ScanGradientLayout,
    _ scratch: UnsafeMutablePointer<Float>, isFirst: Bool
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
        columns: Int64(run.count * size.units), depth: Int64(rows), a_row_stride: 1,
        a_depth_stride: Int64(layout.rows), b_depth_stride: Int64(memory.width),
        b_column_stride: 1, c_row_stride: width, adds: !isFirst, b_laid: nil)
      call.kernels.table.product(
        &product, 0, product.rows, 0, product.columns,
        scratch + memory.scratchCount)
    }
  }

  /// - Parameter carried: nil where nothing comes back from the step after.
  private func operand(
    _ leaf: CellLeaf, at moment: ScanMoment, carried: UnsafeMutablePointer<Float>?
  ) -> ScanOperand? {
    let (step, first) = (moment.step, moment.first)
    switch leaf {
    case .saved(let slot):
      return ScanOperand(
        call.inputs[firstInput] + size.kept(slot, step: step, first: first), .full)
    case .state(let state):
      return moment.before.map {
        ScanOperand(call.inputs[firstInput] + size.kept(state, step: $0, first: first), .full)
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
