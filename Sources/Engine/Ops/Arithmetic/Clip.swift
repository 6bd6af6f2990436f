extension Ops {
  /// The value kept between two bounds.
  ///
  /// y = min(max(x, low), high); ∂y/∂x = 1 where low ≤ x ≤ high, else 0.
  package struct Clip: UnaryOp {
    package static let name = "clip"

    /// The smallest result.
    package var low: Double
    /// The largest result.
    package var high: Double

    /// Bounds with `low` ≤ `high`.
    package init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }

    package func value<Q: Scalar>(_ x: Q) -> Q { .min(.max(x, Q(low)), Q(high)) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      .select(x, greaterThan: Q(high), 0, else: .select(Q(low), greaterThan: x, 0, else: 1))
    }

    package static let examples = [
      OpExample(Clip(low: -0.5, high: 1), .numbers([5, 7], in: -2...2, avoiding: [-0.5, 1]))
    ]
  }
}
