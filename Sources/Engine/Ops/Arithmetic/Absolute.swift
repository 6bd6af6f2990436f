extension Ops {
  /// The value without its sign. The slope at 0 is 0.
  ///
  /// y = |x|; ∂y/∂x = the sign of x.
  package struct Absolute: UnaryOp {
    package static let name = "absolute value"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .abs(x) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      .select(x, greaterThan: 0, 1, else: .select(0, greaterThan: x, -1, else: 0))
    }

    package static let examples = [
      OpExample(Absolute(), .numbers([5, 7], in: -2...2, avoiding: [0]))
    ]
  }
}
