extension Ops {
  /// Squashes any number into (0, 1); the logistic function.
  ///
  /// y = 1 ÷ (1 + e^(−x)); ∂y/∂x = y(1 − y).
  package struct Sigmoid: UnaryOp, Hashable {
    package static let name = "sigmoid"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { 1 / (1 + .exp(-x)) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { y * (1 - y) }

    package static let examples = [
      OpExample(Sigmoid(), .numbers([5, 7], in: -6...6))
    ]
  }
}
