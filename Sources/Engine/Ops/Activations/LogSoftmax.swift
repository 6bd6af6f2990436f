extension Ops {
  /// The logarithms of the softmax probabilities of each row, without ever forming a tiny probability.
  ///
  /// yᵢ = xᵢ − ln Σⱼ e^(xⱼ); ∂L/∂xᵢ = gᵢ − e^(yᵢ) Σⱼ gⱼ.
  package struct LogSoftmax: ComposedOp, Hashable {
    package static let name = "log softmax"

    /// The op has no settings.
    package init() {}

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape { try Softmax.rows(inputs) }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      inputs[0][flat: cell] - LogSumExp.value(Softmax.row(of: cell, inputs[0]))
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let (y, g) = (backward.output, backward.gradient)
      let last = y.shape.rank - 1
      let total = try Sum(axes: last..<last + 1)(g)
      let spread = try Broadcast(to: y.shape, axes: Array(0..<last))(total)
      return try [.node(g - Exponential()(y) * spread)]
    }

    func composed(_ inputs: [Node]) throws -> Node {
      try Softmax.logarithm(inputs[0])
    }

    package static let examples = [OpExample(LogSoftmax(), .numbers([4, 6], in: -3...3))]
  }
}
