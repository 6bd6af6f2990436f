import CKernels

/// Some of the examples at one step of a scan.
struct ScanMoment {
  let step: Int
  /// The step that was walked before; nil at the first.
  let before: Int?
  /// The first of the examples, and how many they are.
  let first, rows: Int
}

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

  /// The examples of a chunk at a place of the walk.
  func moment(_ scan: Ops.RecurrentScan, place: Int, chunk: Int) -> ScanMoment {
    ScanMoment(
      step: scan.step(place, of: steps),
      before: place == 0 ? nil : scan.step(place - 1, of: steps), first: chunk * rows,
      rows: max(0, min(rows, batch - chunk * rows)))
  }

  /// Where a kept value of a step begins, from an example on.
  func kept(_ slot: Int, step: Int, first: Int) -> Int {
    ((slot * steps + step) * batch + first) * units
  }

  /// Puts a step's input and the state before it side by side, with a 1 for each bias: in the column
  /// between them and the one after them, where there is one.
  func gather(
    _ moment: ScanMoment, sequences: UnsafeMutablePointer<Float>, width: Int,
    kept: UnsafeMutablePointer<Float>, stateAt: Int, into result: ScanRows
  ) {
    let columns = result.stride
    for row in 0..<moment.rows {
      let (to, example) = (result.base + row * columns, moment.first + row)
      to.update(from: sequences + (example * steps + moment.step) * width, count: width)
      if stateAt > width { to[width] = 1 }
      if let before = moment.before {
        (to + stateAt).update(
          from: kept + self.kept(0, step: before, first: example), count: units)
      } else {
        (to + stateAt).update(repeating: 0, count: units)
      }
      if columns > stateAt + units { to[stateAt + units] = 1 }
    }
  }
}

/// Rows of numbers that stand so far apart.
struct ScanRows {
  let base: UnsafeMutablePointer<Float>
  let stride: Int
}

/// Products of some of the examples' rows at a step.
struct ScanProduct {
  let size: ScanSize
  let moment: ScanMoment
  let scratch: UnsafeMutablePointer<Float>
  let kernels: Kernels

  /// These rows of a · matrix, as below.
  ///
  /// - Parameter memory: where the matrix begins.
  func run(
    _ a: ScanRows, _ matrix: ScanMatrix, at memory: UnsafeMutablePointer<Float>,
    into result: ScanRows, adds: Bool = false
  ) {
    run(
      a, ScanRows(base: memory, stride: matrix.columns), depth: matrix.depth,
      columns: matrix.columns, into: result, adds: adds, laid: matrix.laid(memory))
  }

  /// These rows of a · b, written or added from the start of `result` on. The kernel is told of the
  /// whole batch, so that the order of its sums is the same for every chunk.
  ///
  /// - Parameter a: from the row of the chunk's first example on.
  func run(
    _ a: ScanRows, _ b: ScanRows, depth: Int, columns: Int, into result: ScanRows,
    adds: Bool = false, laid: UnsafePointer<Float>? = nil
  ) {
    let (first, rows) = (moment.first, moment.rows)
    var product = gb_product(
      a: a.base - first * a.stride, b: b.base, c: result.base - first * result.stride,
      rows: Int64(size.batch), columns: Int64(columns), depth: Int64(depth),
      a_row_stride: Int64(a.stride), a_depth_stride: 1, b_depth_stride: Int64(b.stride),
      b_column_stride: 1, c_row_stride: Int64(result.stride), adds: adds, b_laid: laid)
    kernels.table.product(
      &product, Int64(first), Int64(first + rows), 0, Int64(columns), scratch)
  }
}
