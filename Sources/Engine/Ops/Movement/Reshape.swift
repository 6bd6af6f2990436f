extension Ops {
  /// The same numbers, in the same order, under other axes. Costs nothing when a program runs.
  package struct Reshape: Op, ShapedOp {
    package static let name = "reshape"

    /// The shape of the result.
    package var result: TensorShape

    /// A shape of the same count.
    package init(to shape: TensorShape) { result = shape }

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1, inputs[0].count == result.count else {
        throw Problem.shape(
          Self.name, expected: "\(result.count) numbers for shape \(result)",
          found: inputs.map { "\($0.count) in shape \($0)" }.joined(separator: " and "))
      }
      return result
    }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      inputs[0][flat: cell]
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      try [.node(Reshape(to: backward.inputs[0].shape)(backward.gradient))]
    }

    package static let examples = [OpExample(Reshape(to: [2, 6]), .numbers([3, 4], in: -2...2))]
  }
}
