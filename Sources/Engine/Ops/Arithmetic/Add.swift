extension Ops {
  /// Sum of two values.
  ///
  /// y = a + b; ∂y/∂a = 1, ∂y/∂b = 1.
  package struct Add: BinaryOp {
    package static let name = "add"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { a + b }

    package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) { (1, 1) }

    package static let examples = [
      OpExample(Add(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
    ]
  }
}
