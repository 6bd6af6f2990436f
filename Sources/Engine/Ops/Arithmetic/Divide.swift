extension Ops {
  /// Quotient of two values.
  ///
  /// y = a ÷ b; ∂y/∂a = 1 ÷ b, ∂y/∂b = −y ÷ b.
  package struct Divide: BinaryOp {
    package static let name = "divide"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { a / b }

    package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) { (1 / b, -y / b) }

    package static let examples = [
      OpExample(Divide(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: 0.5...2))
    ]
  }
}
