import CKernels

extension Ops {
  /// The sum along some axes.
  ///
  /// y = Σᵢ xᵢ; ∂y/∂xᵢ = 1.
  package struct Sum: Reduction {
    package static let name = "sum"
    static let kernel = GB_SUM

    package let axes: Range<Int>

    /// The neighbouring axes that disappear.
    package init(axes: Range<Int>) { self.axes = axes }

    static func value<N: NumericScalar>(_ numbers: [N]) -> N {
      numbers.reduce(0, +)
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(spread(backward.gradient, over: backward.inputs[0].shape))]
    }

    package static let examples = standardExamples
  }
}
