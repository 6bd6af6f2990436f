extension Ops {
  /// A rectifier whose slope below 0 is learned (He, Zhang, Ren, Sun 2015).
  ///
  /// y = x where x > 0, else slope · x; ∂y/∂x = 1 where x > 0, else slope; ∂y/∂slope = x where x < 0,
  /// else 0.
  package struct PReLU: BinaryOp {
    package static let name = "prelu"

    /// The op has no settings: the slope is its second input.
    package init() {}

    package func value<Q: Scalar>(_ x: Q, _ slope: Q) -> Q {
      .select(x, greaterThan: 0, x, else: slope * x)
    }

    package func derivative<Q: Scalar>(_ x: Q, _ slope: Q, value y: Q) -> (Q, Q) {
      (.select(x, greaterThan: 0, 1, else: slope), .select(x, greaterThan: 0, 0, else: x))
    }

    package static let examples = [
      OpExample(
        PReLU(), .numbers([4, 3], in: -2...2, avoiding: [0]), .numbers([4, 3], in: 0...0.5))
    ]
  }
}
