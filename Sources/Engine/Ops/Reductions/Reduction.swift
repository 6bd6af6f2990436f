import CKernels

/// An op that makes one number from all the numbers along some neighbouring axes, and drops these axes.
protocol Reduction: CompiledOp {
  /// The axes that disappear.
  var axes: Range<Int> { get }
  /// An instance for these axes.
  init(axes: Range<Int>)
  /// The definition, given the numbers in order.
  static func value<N: NumericScalar>(_ numbers: [N]) -> N
  /// Which loop of the kernels computes it.
  static var kernel: gb_reduction { get }
}

extension Reduction {
  public func shape(_ inputs: [TensorShape]) throws -> TensorShape {
    guard inputs.count == 1, axes.lowerBound >= 0, axes.upperBound <= inputs[0].rank else {
      throw Problem.shape(
        Self.name, expected: "an input that has the axes \(axes)",
        found: inputs.map(\.description).joined(separator: " and "))
    }
    guard axes.allSatisfy({ inputs[0][$0] > 0 }) else {
      throw Problem.shape(Self.name, expected: "at least one number", found: "\(inputs[0])")
    }
    var extents = inputs[0].extents
    extents.removeSubrange(axes)
    return TensorShape(extents)
  }

  public func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
    let (_, extent, inner) = span(of: inputs[0].shape)
    let first = cell / inner * extent * inner + cell % inner
    return Self.value((0..<extent).map { inputs[0][flat: first + $0 * inner] })
  }

  /// The input seen as outer × reduced × inner.
  func span(of shape: TensorShape) -> (outer: Int, extent: Int, inner: Int) {
    (
      shape.extents[..<axes.lowerBound].reduce(1, *),
      shape.extents[axes].reduce(1, *),
      shape.extents[axes.upperBound...].reduce(1, *)
    )
  }

  /// A value without the reduced axes, repeated along them again.
  func spread(_ node: Node, over shape: TensorShape) throws -> Node {
    let kept = (0..<shape.rank).filter { !axes.contains($0) }
    return try Ops.Broadcast(to: shape, axes: kept)(node)
  }

  /// The parts into which a long sum over leading axes is cut; nil if it is not.
  private func parts(of shape: TensorShape) -> SumParts? {
    let (outer, extent, inner) = span(of: shape)
    guard outer == 1, Self.kernel == GB_SUM || Self.kernel == GB_MEAN else { return nil }
    return SumParts(extent: extent, inner: inner)
  }

  func workspaceCount(_ inputs: [TensorShape], _ output: TensorShape) -> Int {
    parts(of: inputs[0])?.workspaceCount ?? 0
  }

  func steps(_ call: StepCall) -> [any Step] {
    let (outer, extent, inner) = span(of: call.inputShapes[0])
    if let parts = parts(of: call.inputShapes[0]) {
      return parts.steps(call, divisor: Self.kernel == GB_MEAN ? Float(extent) : 1)
    }
    return [
      ReduceStep(
        kernel: Self.kernel, outer: outer, extent: extent, inner: inner, source: call.inputs[0],
        destination: call.output, kernels: call.kernels)
    ]
  }

  static var standardExamples: [OpExample] {
    [0..<1, 1..<2, 0..<2, 0..<0].map {
      OpExample(Self(axes: $0), .numbers([5, 7], in: -2...2))
    } + [
      OpExample(Self(axes: 1..<2), .numbers([3, 4, 5], in: -2...2)),
      OpExample(Self(axes: 0..<1), .numbers([3, 41], in: -2...2)),
    ]
  }
}

/// One reduction, in chunks of whole outputs.
final class ReduceStep: Step {
  private let kernel: Int32
  private let outer, extent, inner, perChunk: Int
  private let source: UnsafeMutablePointer<Float>
  private let destination: UnsafeMutablePointer<Float>
  private let kernels: Kernels
  let chunks: Int

  init(
    kernel: gb_reduction, outer: Int, extent: Int, inner: Int,
    source: UnsafeMutablePointer<Float>, destination: UnsafeMutablePointer<Float>, kernels: Kernels
  ) {
    self.kernel = Int32(kernel.rawValue)
    (self.outer, self.extent, self.inner) = (outer, extent, inner)
    (self.source, self.destination, self.kernels) = (source, destination, kernels)
    perChunk = max(16, 32_768 / max(1, extent))
    chunks = (outer * inner + perChunk - 1) / perChunk
  }

  var kind: String { "reduction \(outer) x \(extent) x \(inner)" }

  func outputRange(ofChunk chunk: Int) -> Range<Int>? {
    chunk * perChunk..<min(outer * inner, (chunk + 1) * perChunk)
  }

  func run(chunk: Int, scratch: UnsafeMutablePointer<Float>) {
    let start = chunk * perChunk
    kernels.table.reduce(
      kernel, source, Int64(outer), Int64(extent), Int64(inner), destination, Int64(start),
      Int64(min(outer * inner, start + perChunk)))
  }
}
