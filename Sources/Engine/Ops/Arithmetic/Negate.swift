extension Ops {
  /// The value with its sign turned.
  ///
  /// y = −x; ∂y/∂x = −1.
  package struct Negate: UnaryOp {
    package static let name = "negate"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { -x }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { -1 }

    package static let examples = [
      OpExample(Negate(), .numbers([5, 7], in: -2...2))
    ]
  }
}
