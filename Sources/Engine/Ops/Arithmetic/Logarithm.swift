extension Ops {
  /// The natural logarithm.
  ///
  /// y = ln x; ∂y/∂x = 1 ÷ x.
  package struct Logarithm: UnaryOp {
    package static let name = "logarithm"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .log(x) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 / x }

    package static let examples = [
      OpExample(Logarithm(), .numbers([5, 7], in: 0.1...5))
    ]
  }
}
