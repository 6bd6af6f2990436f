import CKernels

/// The extents of a scan and how its examples are shared out: by shape alone.
struct ScanSize {
  let steps, batch, units, width: Int
  /// Examples in a chunk.
  let rows: Int
  let chunks: Int

  private static let rowsPerChunk = 32

  /// - Parameter kept: the shape of what the scan keeps.
  init(_ kept: TensorShape, gates: Int) {
    (steps, batch, units) = (kept[1], kept[2], kept[3])
    width = gates * units
    chunks = Self.chunks(of: batch)
    rows = Self.rows(of: batch)
  }

  private static func chunks(of batch: Int) -> Int {
    max(1, (batch + rowsPerChunk - 1) / rowsPerChunk)
  }

  /// How many examples a chunk has.
  static func rows(of batch: Int) -> Int {
    max(1, (batch + chunks(of: batch) - 1) / chunks(of: batch))
  }

  func rowCount(_ chunk: Int) -> Int { max(0, min(rows, batch - chunk * rows)) }

  /// Where a kept value of a step begins, from an example on.
  func kept(_ slot: Int, _ step: Int, _ first: Int) -> Int {
    ((slot * steps + step) * batch + first) * units
  }

  /// Puts a step's input and the state before it side by side, with a 1 for each bias: in the column
  /// between them and the one after them, where there is one.
  func gather(
    _ step: Int, _ before: Int?, _ first: Int, _ rows: Int,
    _ sequences: UnsafeMutablePointer<Float>, width: Int, _ kept: UnsafeMutablePointer<Float>,
    stateAt: Int, into result: UnsafeMutablePointer<Float>, columns: Int
  ) {
    for row in 0..<rows {
      let to = result + row * columns
      to.update(from: sequences + ((first + row) * steps + step) * width, count: width)
      if stateAt > width { to[width] = 1 }
      if let before {
        (to + stateAt).update(from: kept + self.kept(0, before, first + row), count: units)
      } else {
        (to + stateAt).update(repeating: 0, count: units)
      }
      if columns > stateAt + units { to[stateAt + units] = 1 }
    }
  }
}

/// Products of some of the examples' rows at a step.
struct ScanProduct {
  private let size: ScanSize
  private let first, rows: Int
  private let scratch: UnsafeMutablePointer<Float>
  private let kernels: Kernels

  init(
    _ size: ScanSize, _ first: Int, _ rows: Int, _ scratch: UnsafeMutablePointer<Float>,
    _ kernels: Kernels
  ) {
    (self.size, self.first, self.rows) = (size, first, rows)
    (self.scratch, self.kernels) = (scratch, kernels)
  }

  /// These rows of a · matrix, as below.
  ///
  /// - Parameter memory: where the matrix begins.
  func run(
    _ a: UnsafePointer<Float>, _ aStride: Int, _ matrix: ScanMatrix,
    at memory: UnsafeMutablePointer<Float>, into result: UnsafeMutablePointer<Float>,
    _ stride: Int, adds: Bool = false
  ) {
    run(
      a, aStride, memory, matrix.columns, depth: matrix.depth, columns: matrix.columns,
      into: result, stride, adds: adds, laid: matrix.laid(memory))
  }

  /// These rows of a · b, written or added from the start of `result` on. The kernel is told of the
  /// whole batch, so that the order of its sums is the same for every chunk.
  ///
  /// - Parameter a: from the row of the chunk's first example on.
  func run(
    _ a: UnsafePointer<Float>, _ aStride: Int, _ b: UnsafePointer<Float>, _ bStride: Int,
    depth: Int, columns: Int, into result: UnsafeMutablePointer<Float>, _ stride: Int,
    adds: Bool = false, laid: UnsafePointer<Float>? = nil
  ) {
    var product = gb_product(
      a: a - first * aStride, b: b, c: result - first * stride, rows: Int64(size.batch),
      columns: Int64(columns),
      depth: Int64(depth), a_row_stride: Int64(aStride), a_depth_stride: 1,
      b_depth_stride: Int64(bStride), b_column_stride: 1, c_row_stride: Int64(stride), adds: adds,
      b_laid: laid)
    kernels.table.product(
      &product, Int64(first), Int64(first + rows), 0, Int64(columns), scratch)
  }
}
