extension Ops {
  /// Product of two values, element by element.
  ///
  /// y = a · b; ∂y/∂a = b, ∂y/∂b = a.
  package struct Multiply: BinaryOp {
    package static let name = "multiply"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { a * b }

    package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) { (b, a) }

    package static let examples = [
      OpExample(Multiply(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
    ]
  }
}
