extension Ops {
  /// The exponential function.
  ///
  /// y = eˣ; ∂y/∂x = y.
  package struct Exponential: UnaryOp {
    package static let name = "exponential"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .exp(x) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { y }

    package static let examples = [
      OpExample(Exponential(), .numbers([5, 7], in: -4...4))
    ]
  }
}
