extension Ops {
  /// Squashes any number into (−1, 1), and goes to the ends more slowly than tanh.
  ///
  /// y = x ÷ (1 + |x|); ∂y/∂x = 1 ÷ (1 + |x|)².
  package struct Softsign: UnaryOp {
    package static let name = "softsign"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { x / (1 + .abs(x)) }

    package static let examples = [
      OpExample(Softsign(), .numbers([5, 7], in: -6...6, avoiding: [0]))
    ]
  }
}
