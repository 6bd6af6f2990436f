extension Ops {
  /// Turns the numbers of each row (the last axis) into probabilities.
  ///
  /// yᵢ = e^(xᵢ − m) ÷ Σⱼ e^(xⱼ − m) with m = max x, which changes nothing but avoids overflow;
  /// ∂L/∂xᵢ = yᵢ(gᵢ − Σⱼ gⱼyⱼ).
  package struct Softmax: ComposedOp, Hashable {
    package static let name = "softmax"

    /// The op has no settings.
    package init() {}

    package func shape(_ inputs: [TensorShape]) throws -> TensorShape { try Self.rows(inputs) }

    package func value<N: NumericScalar>(at cell: Int, _ inputs: [Elements<N>]) -> N {
      let row = Self.row(of: cell, inputs[0])
      let largest = row.dropFirst().reduce(row[0]) { N.max($0, $1) }
      let total = row.reduce(N(0)) { $0 + .exp($1 - largest) }
      return .exp(inputs[0][flat: cell] - largest) / total
    }

    package func derivative(_ backward: BackwardContext) throws -> [InputGradient] {
      let (y, g) = (backward.output, backward.gradient)
      let last = y.shape.rank - 1
      let mean = try Sum(axes: last..<last + 1)(g * y)
      return try [.node(y * (g - Broadcast(to: y.shape, axes: Array(0..<last))(mean)))]
    }

    func composed(_ inputs: [Node]) throws -> Node {
      try Exponential()(Self.logarithm(inputs[0]))
    }

    /// The logarithm of the softmax. The largest number goes first: subtracting is then exact where it
    /// matters, while x − ln Σ e^x loses the digits that x has before the point.
    static func logarithm(_ x: Node) throws -> Node {
      let row = x.shape.rank - 1
      let kept = Array(0..<row)
      let largest = try Largest(axes: row..<row + 1)(x)
      let centred = try x - Broadcast(to: x.shape, axes: kept)(largest)
      let total = try LogSumExp(axes: row..<row + 1)(centred)
      return try centred - Broadcast(to: x.shape, axes: kept)(total)
    }

    static func rows(_ inputs: [TensorShape]) throws -> TensorShape {
      guard inputs.count == 1, inputs[0].rank >= 1 else {
        throw Problem.shape(
          name, expected: "one input with at least one axis",
          found: inputs.map(\.description).joined(separator: " and "))
      }
      return inputs[0]
    }

    static func row<N: NumericScalar>(of cell: Int, _ x: Elements<N>) -> [N] {
      let width = x.shape[x.shape.rank - 1]
      return (0..<width).map { x[flat: cell / width * width + $0] }
    }

    package static let examples = [OpExample(Softmax(), .numbers([4, 6], in: -3...3))]
  }
}
