extension Ops {
  /// The square root.
  ///
  /// y = √x; ∂y/∂x = 1 ÷ 2y.
  package struct SquareRoot: UnaryOp {
    package static let name = "square root"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .sqrt(x) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 / (2 * y) }

    package static let examples = [
      OpExample(SquareRoot(), .numbers([5, 7], in: 0.1...5))
    ]
  }
}
