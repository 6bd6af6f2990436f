import CKernels

extension Ops {
  /// The mean along some axes.
  ///
  /// y = Σᵢ xᵢ ÷ n; ∂y/∂xᵢ = 1 ÷ n.
  package struct Mean: Reduction {
    package static let name = "mean"
    static let kernel = GB_MEAN

    package let axes: Range<Int>

    /// The neighbouring axes that disappear.
    package init(axes: Range<Int>) { self.axes = axes }

    static func value<N: NumericScalar>(_ numbers: [N]) -> N {
      numbers.reduce(0, +) / N(Double(numbers.count))
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let shape = backward.inputs[0].shape
      return try [.node(spread(backward.gradient / Double(span(of: shape).extent), over: shape))]
    }

    package static let examples = standardExamples
  }
}
