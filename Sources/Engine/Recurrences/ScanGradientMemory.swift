/// Where the way back of a scan puts what it works on: by shape alone.
struct ScanGradientMemory {
  /// Columns of the weights' gradients that are one product: of these rows, with these blocks of δ.
  struct Product {
    let rows: Range<Int>
    let run: CellBody.BlockRun
  }

  let layout: ScanGradientLayout
  let chunks: Int
  let products: [Product]
  /// How many numbers δ of one example at one step has.
  let width: Int
  /// As many steps as make a deep product whose operands stay in the second cache.
  let stepsAtOnce: Int

  // In the workspace, where the turned recurrent kernel comes first.
  let turnedKernel: Int
  /// Of each chunk's weights' gradients, if there are several.
  let sums: Int
  let count: Int

  // In each worker's scratch, where the product that flows back comes first.
  private let stateCount: Int
  /// δ of some steps.
  let deltas: Int
  /// What the weights were multiplied with at these steps.
  let left: Int
  let scratchCount: Int

  private static let depth = 128

  init(_ op: RecurrentScanGradient, _ inputs: [Shape]) {
    let (body, size) = (op.body, ScanSize(inputs[0], gates: op.scan.cell.gates))
    layout = op.layout(inputs)
    chunks = size.chunks
    products = Self.products(body, layout)
    width = body.blocks * size.units
    stepsAtOnce = max(1, min(size.steps, Self.depth / size.rows))
    turnedKernel = size.units * size.width
    sums = turnedKernel + (op.reachesInput ? layout.width * size.width : 0)
    count = sums + (chunks > 1 ? chunks * layout.weights : 0)
    stateCount = Memory.aligned(size.rows * size.units)
    deltas = (1 + op.scan.cell.states.count) * stateCount
    left = deltas + Memory.aligned(stepsAtOnce * size.rows * width)
    scratchCount = left + Memory.aligned(stepsAtOnce * size.rows * layout.rows)
  }

  /// Where the gradient of a state that comes back through the formulas lies.
  func carry(of state: Int) -> Int { (1 + state) * stateCount }

  private static func products(_ body: CellBody, _ layout: ScanGradientLayout) -> [Product] {
    let all = CellBody.BlockRun(
      block: body.firstRecurrentBlock, gate: 0, count: body.inputBlocks.count)
    if body.firstRecurrentBlock == 0 { return [Product(rows: 0..<layout.rows, run: all)] }
    return body.inputRuns.map { Product(rows: 0..<layout.inputRows, run: $0) }
      + [Product(rows: layout.inputRows..<layout.rows, run: all)]
  }
}
