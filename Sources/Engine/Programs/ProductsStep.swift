import CKernels

/// Whole products, some in each chunk.
final class ProductsStep: Step {
  private let first: gb_product
  private let count, perChunk: Int
  private let strides: (a: Int, b: Int, c: Int)
  private let kernels: Kernels
  let chunks: Int
  var scratchCount: Int { Int(kernels.table.product_scratch) }

  init(_ first: gb_product, count: Int, strides: (Int, Int, Int), kernels: Kernels) {
    (self.first, self.count, self.strides, self.kernels) = (first, count, strides, kernels)
    let work = Int(first.rows) * Int(first.columns) * Int(first.depth)
    perChunk = max(1, (1 << 19) / max(1, work))
    chunks = (count + perChunk - 1) / perChunk
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    for place in chunk * perChunk..<min(count, (chunk + 1) * perChunk) {
      var product = first
      product.a = first.a + place * strides.a
      product.b = first.b + place * strides.b
      product.c = first.c + place * strides.c
      kernels.table.product(&product, 0, product.rows, 0, product.columns, scratch)
    }
  }
}
