import CKernels

extension Ops {
  /// The largest number along some axes. The gradient goes to the first number equal to it, as in
  /// ``MaxPool``.
  ///
  /// y = maxᵢ xᵢ; ∂y/∂xᵢ = 1 at the smallest i with xᵢ = y, else 0.
  package struct Largest: Reduction {
    package static let name = "max"
    static let kernel = GB_MAX

    package let axes: Range<Int>

    /// The neighbouring axes that disappear.
    package init(axes: Range<Int>) { self.axes = axes }

    static func value<N: NumericScalar>(_ numbers: [N]) -> N {
      numbers.dropFirst().reduce(numbers[0]) { N.max($0, $1) }
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let x = backward.inputs[0]
      let (outer, extent, inner) = span(of: x.shape)
      let first = try ArgMax(axes: axes)(x).reshaped(to: [outer * inner])
      let placed = try Place(classes: extent)(
        backward.gradient.reshaped(to: [outer * inner]), first)
      let rows = try placed.reshaped(to: [outer, inner, extent])
      return try [.node(Transpose(order: [0, 2, 1])(rows).reshaped(to: x.shape))]
    }

    package static let examples = standardExamples
  }
}
