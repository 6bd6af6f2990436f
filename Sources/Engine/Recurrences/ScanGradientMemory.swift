import Formatting

/// Where the way back of a scan puts what it works on: by shape alone.
struct ScanGradientMemory {
  /// Columns of the weights' gradients that are one product: of these rows, with these blocks of δ.
  struct Product {
    let rows: Range<Int>
    let run: CellBody.BlockRun
  }

  /// A matrix that δ of these blocks is multiplied with: some of the columns of an input, turned.
  struct Turned {
    let input: Int
    let run: CellBody.BlockRun
    let matrix: ScanMatrix
    /// Where it begins in the workspace.
    let place: Int
  }

  /// Nil if δ itself is wanted.
  let layout: ScanGradientLayout?
  /// The first input of the op that gives δ.
  let firstInput: Int
  let chunks: Int
  let products: [Product]
  /// How many numbers δ of one example at one step has, with what else of it is wanted.
  let width: Int
  /// As many steps as make a deep product whose operands stay in the second cache.
  let stepsAtOnce: Int

  // In the workspace.
  let recurrentKernel: Turned
  /// The kernel, if the gradient reaches the sequences.
  let kernels: [Turned]
  /// Each chunk's gradients of the weights, if there are several.
  let sums: Int
  let count: Int

  // In each worker's scratch, where the product that flows back comes first.
  private let stateCount: Int
  /// δ of some steps.
  let deltas: Int
  /// What the weights were multiplied with at these steps.
  let left: Int
  let scratchCount: Int

  private static let depth = 256

  /// - Parameters:
  ///   - weights: nil if δ itself is wanted.
  ///   - inputs: the shapes of all inputs.
  init(
    _ op: Ops.RecurrentScanGradient, weights: Ops.RecurrentWeightGradient?,
    _ inputs: [TensorShape]
  ) {
    firstInput = weights?.ownInputs ?? 0
    let (body, size) = (op.body, ScanSize(inputs[firstInput], gates: op.scan.cell.gates))
    let layout = weights?.layout(inputs)
    self.layout = layout
    chunks = size.chunks
    products = layout.map { Self.products(body, $0) } ?? []
    let kept = body.blocks + (layout == nil ? body.carriedStates.count : 0)
    width = kept * size.units
    stepsAtOnce = max(1, min(size.steps, Self.depth / size.rows))
    var end = 0
    func turned(_ input: Int, _ run: CellBody.BlockRun, columns: Int) -> Turned {
      let matrix = ScanMatrix(depth: run.count * size.units, columns: columns, rows: size.rows)
      defer { end += matrix.count }
      return Turned(input: input, run: run, matrix: matrix, place: end)
    }
    recurrentKernel = turned(firstInput + 1, body.recurrentRun, columns: size.units)
    let inputRuns = layout?.reachesInput == true ? body.inputRuns : []
    kernels = inputRuns.map { turned(1, $0, columns: layout?.width ?? 0) }
    sums = end
    count = sums + (chunks > 1 ? chunks * (layout?.weights ?? 0) : 0)
    stateCount = Memory.aligned(size.rows * size.units)
    deltas = (1 + op.scan.cell.states.count) * stateCount
    let examples = layout == nil ? 0 : stepsAtOnce * size.rows
    left = deltas + Memory.aligned(examples * width)
    scratchCount = left + Memory.aligned(examples * (layout?.rows ?? 0))
  }

  /// Where the gradient of a state that comes back through the formulas lies.
  func carry(of state: Int) -> Int { (1 + state) * stateCount }

  private static func products(_ body: CellBody, _ layout: ScanGradientLayout) -> [Product] {
    if body.firstRecurrentBlock == 0 {
      return [Product(rows: 0..<layout.rows, run: body.recurrentRun)]
    }
    return body.inputRuns.map { Product(rows: 0..<layout.inputRows, run: $0) }
      + [Product(rows: layout.inputRows..<layout.rows, run: body.recurrentRun)]
  }
}
