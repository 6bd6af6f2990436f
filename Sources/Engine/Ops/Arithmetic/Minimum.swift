extension Ops {
  /// The smaller of two values. At a tie the whole slope goes to the first.
  ///
  /// y = min(a, b); ∂y/∂a = 0 if a > b, else 1.
  package struct Minimum: BinaryOp {
    package static let name = "minimum"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q {
      .min(a, b)
    }

    package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
      (
        .select(a, greaterThan: b, 0, else: 1),
        .select(a, greaterThan: b, 1, else: 0)
      )
    }

    package static let examples = [
      OpExample(Minimum(), .numbers([4, 3], in: -2...0.9), .numbers([4, 3], in: 1...2))
    ]
  }
}
