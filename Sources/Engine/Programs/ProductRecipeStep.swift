import CKernels

/// A matrix product block by block, each block handed to a recipe while it is still in the cache: bias
/// and activation of a layer, or the update of its weights. The product itself is never stored.
final class ProductRecipeStep: Step {
  private let product: gb_product
  private let recipe: BoundRecipe
  private let kernels: Kernels
  private let rowBlock, columnBlock, columnChunks: Int
  let chunks: Int
  let scratchCount: Int

  /// 192 KiB: a block and what the recipe reads beside it stay in a second-level cache.
  private static let blockLimit = 49_152
  /// Wide enough for the recipe's tiles, narrow enough for many rows in a block.
  private static let widest = 512

  init(_ product: gb_product, _ recipe: BoundRecipe, kernels: Kernels) {
    self.product = product
    self.recipe = recipe
    self.kernels = kernels
    let (rows, columns) = (Int(product.rows), Int(product.columns))
    columnBlock = columns <= Self.widest ? columns : Self.widest / 2
    columnChunks = (columns + columnBlock - 1) / columnBlock
    let unit = Int(kernels.table.product_row_block)
    let wanted = ProductStep.wantedChunks(product)
    let rowChunks = max(1, wanted / columnChunks)
    let fair = ((rows + rowChunks - 1) / rowChunks + unit - 1) / unit * unit
    rowBlock = max(unit, min(fair, Self.blockLimit / columnBlock / unit * unit))
    chunks = columnChunks * ((rows + rowBlock - 1) / rowBlock)
    scratchCount =
      Self.aligned(Int(kernels.table.product_scratch)) + Self.aligned(rowBlock * columnBlock)
      + recipe.scratchCount
  }

  private static func aligned(_ count: Int) -> Int { Memory.aligned(count) }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let firstRow = chunk / columnChunks * rowBlock
    let firstColumn = chunk % columnChunks * columnBlock
    let rows = firstRow..<min(Int(product.rows), firstRow + rowBlock)
    let columns = firstColumn..<min(Int(product.columns), firstColumn + columnBlock)
    let block = scratch + Self.aligned(Int(kernels.table.product_scratch))
    multiply(rows, columns, into: block, scratch)
    let whole = Int(product.columns)
    let rest = block + Self.aligned(rowBlock * columnBlock)
    if columns.count == whole {
      let range = rows.lowerBound * whole..<rows.upperBound * whole
      recipe.run(range, block: block - range.lowerBound, scratch: rest)
      return
    }
    for row in rows {
      let range = row * whole + columns.lowerBound..<row * whole + columns.upperBound
      let values = block + (row - firstRow) * columns.count
      recipe.run(range, block: values - range.lowerBound, scratch: rest)
    }
  }

  private func multiply(
    _ rows: Range<Int>, _ columns: Range<Int>, into block: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    var part = product
    part.c_row_stride = Int64(columns.count)
    part.c = block - (rows.lowerBound * columns.count + columns.lowerBound)
    withUnsafePointer(to: part) {
      kernels.table.product(
        $0, Int64(rows.lowerBound), Int64(rows.upperBound), Int64(columns.lowerBound),
        Int64(columns.upperBound), scratch)
    }
  }
}
