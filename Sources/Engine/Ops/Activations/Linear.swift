extension Ops {
  /// No change: the activation of a layer without one.
  ///
  /// y = x; ∂y/∂x = 1.
  package struct Linear: UnaryOp, Hashable {
    package static let name = "linear"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { x }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 }

    package static let examples = [
      OpExample(Linear(), .numbers([5, 7], in: -3...3))
    ]
  }
}
