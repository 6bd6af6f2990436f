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
    for place in 0..<size.steps {
      let moment = size.moment(scan, place: place, chunk: chunk)
      let gathered = ScanRows(base: scratch, stride: joined.rows)
      size.gather(
        moment, sequences: call.inputs[0], width: joined.width, kept: call.output,
        stateAt: joined.width, into: gathered)
      multiply(gathered, at: moment, scratch)
      cellKernels.run(
        chunk: chunk, count: moment.rows * size.units, scratch: scratch + ends[3], call.kernels,
        input: { operand($0, at: moment, scratch) },
        output: { result in
          ScanOperand(
            call.output + size.kept(result, step: moment.step, first: moment.first), .full)
        })
    }
  }

  private func multiply(
    _ gathered: ScanRows, at moment: ScanMoment, _ scratch: UnsafeMutablePointer<Float>
  ) {
    let product = ScanProduct(
      size: size, moment: moment, scratch: scratch + ends[3], kernels: call.kernels)
    product.run(
      gathered, joined.matrix, at: call.workspace,
      into: ScanRows(base: scratch + ends[0], stride: joined.columns))
    let apart = size.width - joined.columns
    guard apart > 0 else { return }
    func columns(of input: Int) -> ScanRows {
      ScanRows(base: call.inputs[input] + joined.columns, stride: size.width)
    }
    let sequences = ScanRows(
      base: call.inputs[0] + (moment.first * size.steps + moment.step) * joined.width,
      stride: size.steps * joined.width)
    product.run(
      sequences, columns(of: 1), depth: joined.width, columns: apart,
      into: ScanRows(base: scratch + ends[1], stride: apart))
    guard let before = moment.before else { return }
    let states = ScanRows(
      base: call.output + size.kept(0, step: before, first: moment.first), stride: size.units)
    product.run(
      states, columns(of: 2), depth: size.units, columns: apart,
      into: ScanRows(base: scratch + ends[2], stride: apart))
  }

  private func operand(
    _ leaf: CellLeaf, at moment: ScanMoment, _ scratch: UnsafeMutablePointer<Float>
  ) -> ScanOperand? {
    let (units, apart) = (size.units, size.width - joined.columns)
    switch leaf {
    case .total(let gate):
      return ScanOperand(scratch + ends[0] + gate * units, .apart(units, joined.columns))
    case .input(let gate):
      let column = gate * units - joined.columns
      return ScanOperand(scratch + ends[1] + column, .apart(units, apart))
    case .product(let gate):
      guard moment.before != nil else { return nil }
      let column = gate * units - joined.columns
      return ScanOperand(scratch + ends[2] + column, .apart(units, apart))
    case .bias(let row, let gate):
      return ScanOperand(call.inputs[3] + row * size.width + gate * units, .row(units))
    case .state(let state):
      return moment.before.map {
        ScanOperand(call.output + size.kept(state, step: $0, first: moment.first), .full)
      }
    default:
      let mask = call.inputs[call.inputs.count - 1]
      return ScanOperand(mask + moment.step * size.batch + moment.first, .column(units))
    }
  }
}
