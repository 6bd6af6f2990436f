extension Ops {
  /// Squashes any number into (−1, 1).
  ///
  /// y = tanh x; ∂y/∂x = 1 − y².
  package struct Tanh: UnaryOp, Hashable {
    package static let name = "tanh"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .tanh(x) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 - y * y }

    package static let examples = [
      OpExample(Tanh(), .numbers([5, 7], in: -3...3))
    ]
  }
}
