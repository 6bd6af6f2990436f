extension Ops {
  /// Rectified linear unit: negative values become 0 (Nair, Hinton 2010). The slope at 0 is 0.
  ///
  /// y = max(x, 0); ∂y/∂x = 1 where x > 0, else 0.
  package struct ReLU: UnaryOp, Hashable {
    package static let name = "relu"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .max(x, 0) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      .select(y, greaterThan: 0, 1, else: 0)
    }

    package static let examples = [
      OpExample(ReLU(), .numbers([5, 7], in: -2...2, avoiding: [0]))
    ]
  }
}
