import CKernels

/// A sum over the rows of a tall matrix in two stages: sums of parts of the rows, side by side, then
/// the sum of these. How the rows are cut depends on the shape alone.
struct SumParts {
  private let extent, inner, rows, count: Int

  /// About as many numbers as a part should have.
  private static let partCount = 16_384

  /// Nil where one stage is enough.
  init?(extent: Int, inner: Int) {
    rows = max(64, Self.partCount / max(1, inner))
    count = (extent + rows - 1) / rows
    guard inner > 1, count > 3 else { return nil }
    (self.extent, self.inner) = (extent, inner)
  }

  var workspaceCount: Int { count * inner }

  /// - Parameter divisor: of the whole sum.
  func steps(_ call: StepCall, divisor: Float) -> [any Step] {
    [
      PartsStep(self, source: call.inputs[0], sums: call.workspace, kernels: call.kernels),
      WholeStep(
        self, sums: call.workspace, destination: call.output, divisor: divisor,
        kernels: call.kernels),
    ]
  }

  private final class PartsStep: Step {
    private let parts: SumParts
    private let source, sums: UnsafeMutablePointer<Float>
    private let kernels: Kernels
    var chunks: Int { parts.count }

    init(
      _ parts: SumParts, source: UnsafeMutablePointer<Float>, sums: UnsafeMutablePointer<Float>,
      kernels: Kernels
    ) {
      (self.parts, self.source, self.sums, self.kernels) = (parts, source, sums, kernels)
    }

    func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
      let (first, inner) = (chunk * parts.rows, parts.inner)
      kernels.table.reduce(
        Int32(GB_SUM.rawValue), source + first * inner, 1,
        Int64(min(parts.rows, parts.extent - first)), Int64(inner), sums + chunk * inner, 0,
        Int64(inner))
    }
  }

  private final class WholeStep: Step {
    private let parts: SumParts
    private let sums, destination: UnsafeMutablePointer<Float>
    private let divisor: Float
    private let kernels: Kernels
    let chunks = 1

    init(
      _ parts: SumParts, sums: UnsafeMutablePointer<Float>,
      destination: UnsafeMutablePointer<Float>, divisor: Float, kernels: Kernels
    ) {
      (self.parts, self.sums, self.destination) = (parts, sums, destination)
      (self.divisor, self.kernels) = (divisor, kernels)
    }

    func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
      kernels.table.reduce(
        Int32(GB_SUM.rawValue), sums, 1, Int64(parts.count), Int64(parts.inner), destination, 0,
        Int64(parts.inner))
      guard divisor != 1 else { return }
      for column in 0..<parts.inner { destination[column] /= divisor }
    }
  }
}
