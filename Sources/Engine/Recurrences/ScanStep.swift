import CKernels
import Formatting

/// All steps of a scan for some of the examples at a time. Examples do not meet, so chunks of them run
/// from the first step to the last without waiting for each other.
final class ScanStep: Step {
  private let scan: Ops.RecurrentScan
  private let call: StepCall
  private let size: ScanSize
  private let joined: JoinedKernel
  private let cellKernels: ScanKernels
  /// Where each part of the scratch ends: rows of input, state and 1; totals; inputs; products.
  private let ends: [Int]
  var chunks: Int { size.chunks }
  var kind: String { "scan of \(size.steps) steps" }
  var scratchCount: Int { ends[3] + cellKernels.scratchCount(call.kernels) }

  init(_ scan: Ops.RecurrentScan, _ call: StepCall) {
    self.scan = scan
    self.call = call
    size = ScanSize(call.outputShape, gates: scan.cell.gates)
    joined = JoinedKernel(scan, call.inputShapes)
    cellKernels = ScanKernels(scan.body.forward, chunks: size.chunks)
    let apart = size.width - joined.columns
    var end = 0
    ends = [joined.rows, joined.columns, apart, apart].map { [size] width in
      end += Memory.aligned(size.rows * width)
      return end
    }
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let (first, rows) = (chunk * size.rows, size.rowCount(chunk))
    for place in 0..<size.steps {
      let step = scan.step(place, of: size.steps)
      let before = place == 0 ? nil : scan.step(place - 1, of: size.steps)
      size.gather(
        step, before, first, rows, call.inputs[0], width: joined.width, call.output,
        stateAt: joined.width, into: scratch, columns: joined.rows)
      multiply(step, before, first, rows, scratch)
      cellKernels.run(
        chunk: chunk, count: rows * size.units, scratch: scratch + ends[3], call.kernels,
        input: { operand($0, step, before, first, scratch) },
        output: { result in
          ScanOperand(call.output + size.kept(result, step, first), .full)
        })
    }
  }

  private func multiply(
    _ step: Int, _ before: Int?, _ first: Int, _ rows: Int,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let product = ScanProduct(size, first, rows, scratch + ends[3], call.kernels)
    product.run(
      scratch, joined.rows, joined.matrix, at: call.workspace, into: scratch + ends[0],
      joined.columns)
    let apart = size.width - joined.columns
    guard apart > 0 else { return }
    product.run(
      call.inputs[0] + (first * size.steps + step) * joined.width, size.steps * joined.width,
      call.inputs[1] + joined.columns, size.width, depth: joined.width, columns: apart,
      into: scratch + ends[1], apart)
    guard let before else { return }
    product.run(
      call.output + size.kept(0, before, first), size.units, call.inputs[2] + joined.columns,
      size.width, depth: size.units, columns: apart, into: scratch + ends[2], apart)
  }

  private func operand(
    _ leaf: CellLeaf, _ step: Int, _ before: Int?, _ first: Int,
    _ scratch: UnsafeMutablePointer<Float>
  ) -> ScanOperand? {
    let (units, apart) = (size.units, size.width - joined.columns)
    switch leaf {
    case .total(let gate):
      return ScanOperand(scratch + ends[0] + gate * units, .apart(units, joined.columns))
    case .input(let gate):
      let column = gate * units - joined.columns
      return ScanOperand(scratch + ends[1] + column, .apart(units, apart))
    case .product(let gate):
      guard before != nil else { return nil }
      let column = gate * units - joined.columns
      return ScanOperand(scratch + ends[2] + column, .apart(units, apart))
    case .bias(let row, let gate):
      return ScanOperand(call.inputs[3] + row * size.width + gate * units, .row(units))
    case .state(let state):
      return before.map { ScanOperand(call.output + size.kept(state, $0, first), .full) }
    default:
      let mask = call.inputs[call.inputs.count - 1]
      return ScanOperand(mask + step * size.batch + first, .column(units))
    }
  }
}
