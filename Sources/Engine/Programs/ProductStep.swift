import CKernels

/// One product, cut into blocks of the result. How it is cut changes no bit, so that depends on the
/// number of workers too.
final class ProductStep: Step {
  private let product: gb_product
  private let rowBlock, columnBlock, columnChunks: Int
  private let kernels: Kernels
  let chunks: Int
  var scratchCount: Int { Int(kernels.table.product_scratch) }

  init(_ product: gb_product, _ call: StepCall) {
    self.product = product
    kernels = call.kernels
    let (rows, columns) = (Int(product.rows), Int(product.columns))
    // A chunk should be worth handing to another core, about half a million multiplications, and in
    // large products be much more, since each chunk reads and packs for itself.
    let multiplications = rows * columns * Int(product.depth)
    let most = call.threads == 1 ? 1 : max(16, 4 * call.threads)
    let wanted = max(1, min(most, multiplications >> 19))
    let rowUnit = Int(kernels.table.product_row_block)
    let columnUnit = Int(kernels.table.product_column_block)
    let rowUnits = max(1, (rows + rowUnit - 1) / rowUnit)
    let columnUnits = max(1, (columns + columnUnit - 1) / columnUnit)
    // Columns first: each column block of b is then packed once.
    let columnParts = min(columnUnits, wanted)
    let rowParts = min(rowUnits, max(1, wanted / columnParts))
    columnBlock = (columnUnits + columnParts - 1) / columnParts * columnUnit
    rowBlock = (rowUnits + rowParts - 1) / rowParts * rowUnit
    columnChunks = max(1, (columns + columnBlock - 1) / columnBlock)
    chunks = columnChunks * max(1, (rows + rowBlock - 1) / rowBlock)
  }

  var kind: String { "product \(product.rows) x \(product.columns), depth \(product.depth)" }

  func outputRange(ofChunk chunk: Int) -> Range<Int>? {
    guard columnChunks == 1, product.c_row_stride == product.columns else { return nil }
    let (rows, columns) = (Int(product.rows), Int(product.columns))
    return chunk * rowBlock * columns..<min(rows, (chunk + 1) * rowBlock) * columns
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let row = chunk / columnChunks * rowBlock
    let column = chunk % columnChunks * columnBlock
    withUnsafePointer(to: product) {
      kernels.table.product(
        $0, Int64(row), min($0.pointee.rows, Int64(row + rowBlock)), Int64(column),
        min($0.pointee.columns, Int64(column + columnBlock)), scratch)
    }
  }
}
