extension Ops {
  /// Chooses between two values by comparing two others.
  ///
  /// y = c if a > b, else d; ∂y/∂c = 1 if a > b else 0, ∂y/∂d = 0 if a > b else 1.
  /// There is no slope along the compared values.
  package struct Select: ElementwiseOp {
    package static let name = "select"

    package var argumentCount: Int { 4 }

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: [Q]) -> Q {
      .select(x[0], greaterThan: x[1], x[2], else: x[3])
    }

    package func derivative<Q: Scalar>(_ x: [Q], _ y: Q) -> [Q?] {
      [
        nil, nil,
        .select(x[0], greaterThan: x[1], 1, else: 0),
        .select(x[0], greaterThan: x[1], 0, else: 1),
      ]
    }

    package static let examples = [
      OpExample(
        Select(), .numbers([4, 3], in: -1...1, avoiding: [0]),
        .numbers([4, 3], in: -0.01...0.01), .numbers([4, 3], in: -2...2),
        .numbers([4, 3], in: -2...2))
    ]
  }
}
