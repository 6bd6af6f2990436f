extension Ops {
  /// The larger of two values. At a tie the whole slope goes to the first.
  ///
  /// y = max(a, b); ∂y/∂a = 0 if b > a, else 1.
  package struct Maximum: BinaryOp {
    package static let name = "maximum"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q {
      .max(a, b)
    }

    package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
      (
        .select(b, greaterThan: a, 0, else: 1),
        .select(b, greaterThan: a, 1, else: 0)
      )
    }

    package static let examples = [
      OpExample(Maximum(), .numbers([4, 3], in: -2...0.9), .numbers([4, 3], in: 1...2))
    ]
  }
}
