import CKernels

/// The way back of a scan, for some of the examples at a time.
final class ScanGradientStep: Step {
  private let op: RecurrentScanGradient
  private let call: StepCall
  private let body: CellBody
  private let size: ScanSize
  private let recipes: ScanRecipes
  private var rowsOfUnits: Int { Memory.aligned(size.rows * size.units) }
  var chunks: Int { size.chunks }
  var kind: String { "way back of a scan of \(size.steps) steps" }
  /// What comes back through the product and, for each state, through the formulas.
  var scratchCount: Int {
    (1 + op.scan.cell.states.count) * rowsOfUnits + recipes.scratchCount(call.kernels)
  }

  init(_ op: RecurrentScanGradient, _ call: StepCall) {
    self.op = op
    self.call = call
    body = op.body
    size = ScanSize(call.inputShapes[0], gates: op.scan.cell.gates)
    recipes = ScanRecipes(body.backward, chunks: size.chunks)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let (first, rows) = (chunk * size.rows, size.rowCount(chunk))
    let inner = scratch + (1 + op.scan.cell.states.count) * rowsOfUnits
    let width = body.blocks * size.units
    var flows = false
    for place in stride(from: size.steps - 1, through: 0, by: -1) {
      let step = op.scan.step(place, of: size.steps)
      let before = place == 0 ? nil : op.scan.step(place - 1, of: size.steps)
      let row = call.output + step * size.batch * width
      recipes.run(
        chunk: chunk, count: rows * size.units, scratch: inner, call.kernels,
        input: { operand($0, step, before, first, flows ? scratch : nil) },
        output: { result in
          result < body.blocks
            ? ScanOperand(row + first * width + result * size.units, .apart(size.units, width))
            : ScanOperand(scratch + (1 + result - body.blocks) * rowsOfUnits, .full)
        })
      flows = before != nil && op.scan.gradientFlows(intoPlaceBefore: place)
      if flows {
        ScanProduct(size, first, rows, inner, call.kernels).run(
          row + body.firstRecurrentBlock * size.units, width, call.workspace, size.units,
          depth: size.width, columns: size.units, into: scratch)
      }
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
      return ScanOperand(carried + (1 + state) * rowsOfUnits, .full)
    case .total, .input, .product, .bias: preconditionFailure("not kept: \(leaf)")
    case .mask: return ScanOperand(call.inputs[3] + step * size.batch + first, .column(size.units))
    }
  }
}
