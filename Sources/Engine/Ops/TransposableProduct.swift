import CKernels

/// A product of matrices, either of which may be given transposed.
protocol TransposableProduct: CompiledOp {
  var transposesA: Bool { get }
  var transposesB: Bool { get }
  init(transposesA: Bool, transposesB: Bool)
}

extension TransposableProduct {
  public func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
    let (a, b, g) = (backward.inputs[0], backward.inputs[1], backward.gradient)
    let gradientA =
      transposesA
      ? try Self(transposesA: transposesB, transposesB: true)(b, g)
      : try Self(transposesA: false, transposesB: !transposesB)(g, b)
    let gradientB =
      transposesB
      ? try Self(transposesA: true, transposesB: transposesA)(g, a)
      : try Self(transposesA: !transposesA, transposesB: false)(a, g)
    return [.node(gradientA), .node(gradientB)]
  }

  /// The product of the matrices that begin where the inputs do, of the last two axes.
  func product(_ call: StepCall) -> gb_product {
    let (a, b, y) = (
      call.inputShapes[0].extents.suffix(2).map(Int64.init),
      call.inputShapes[1].extents.suffix(2).map(Int64.init),
      call.outputShape.extents.suffix(2).map(Int64.init)
    )
    return gb_product(
      a: call.inputs[0], b: call.inputs[1], c: call.output, rows: y[0], columns: y[1],
      depth: a[transposesA ? 0 : 1], a_row_stride: transposesA ? 1 : a[1],
      a_depth_stride: transposesA ? a[1] : 1, b_depth_stride: transposesB ? 1 : b[1],
      b_column_stride: transposesB ? b[1] : 1, c_row_stride: y[1], adds: false, b_laid: nil)
  }
}
