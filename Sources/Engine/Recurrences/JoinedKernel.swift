/// Kernel, recurrent kernel and bias of the gates that need only the sum of their parts, below each
/// other: one product of [input, state, 1] with it gives the sums.
struct JoinedKernel {
  /// How wide the input is.
  let width: Int
  let rows, columns: Int
  let matrix: ScanMatrix

  /// - Parameter inputs: the shapes of the scan's inputs.
  init(_ scan: Ops.RecurrentScan, _ inputs: [TensorShape]) {
    let units = inputs[2][0]
    width = inputs[0][2]
    rows = width + units + (scan.cell.hasBias ? 1 : 0)
    columns = scan.cell.joinedGates * units
    matrix = ScanMatrix(
      depth: rows, columns: columns, rows: ScanSize.rows(of: inputs[0][0]))
  }
}

/// Lays it out, once for all steps.
final class JoinedKernelStep: Step {
  private let joined: JoinedKernel
  private let call: StepCall
  private let biasRows: Int
  let chunks = 1

  init(_ scan: Ops.RecurrentScan, _ call: StepCall) {
    joined = JoinedKernel(scan, call.inputShapes)
    self.call = call
    biasRows = scan.cell.biasRows
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let all = call.inputShapes[1][1]
    for row in 0..<joined.rows {
      let to = call.workspace + row * joined.columns
      if row < joined.width {
        to.update(from: call.inputs[1] + row * all, count: joined.columns)
      } else if row < joined.width + call.inputShapes[2][0] {
        to.update(from: call.inputs[2] + (row - joined.width) * all, count: joined.columns)
      } else {
        for column in 0..<joined.columns {
          var sum = call.inputs[3][column]
          for more in 1..<max(1, biasRows) { sum += call.inputs[3][more * all + column] }
          to[column] = sum
        }
      }
    }
  }
}
