import CKernels
import Formatting

/// A matrix that serves the products of every step: as it is and, if that pays, laid out for them.
struct ScanMatrix {
  let depth, columns: Int
  private let isLaid: Bool

  /// Panels of any set of kernels have at most so many columns.
  private static let widestPanel = 64
  /// Of fewer rows a product reads the matrix as it is.
  private static let rowsWorthIt = 12

  /// - Parameter rows: how many examples are multiplied with it at once.
  init(depth: Int, columns: Int, rows: Int) {
    (self.depth, self.columns) = (depth, columns)
    isLaid = rows >= Self.rowsWorthIt
  }

  private var plainCount: Int { Memory.aligned(depth * columns) }
  var count: Int { plainCount + (isLaid ? depth * (columns + Self.widestPanel) : 0) }

  /// - Parameter memory: where the matrix begins.
  func laid(_ memory: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<Float>? {
    isLaid ? memory + plainCount : nil
  }

  /// The step that lays it out.
  func steps(_ memory: UnsafeMutablePointer<Float>, _ kernels: Kernels) -> [any Step] {
    laid(memory).map { [LayStep(self, from: memory, to: $0, kernels)] } ?? []
  }

  private final class LayStep: Step {
    private let product: gb_product
    private let laid: UnsafeMutablePointer<Float>
    private let kernels: Kernels
    let chunks = 1

    init(
      _ matrix: ScanMatrix, from memory: UnsafeMutablePointer<Float>,
      to laid: UnsafeMutablePointer<Float>, _ kernels: Kernels
    ) {
      (self.laid, self.kernels) = (laid, kernels)
      var product = gb_product()
      product.b = UnsafePointer(memory)
      (product.depth, product.columns) = (Int64(matrix.depth), Int64(matrix.columns))
      (product.b_depth_stride, product.b_column_stride) = (Int64(matrix.columns), 1)
      self.product = product
    }

    func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
      withUnsafePointer(to: product) { kernels.table.lay($0, laid) }
    }
  }
}
