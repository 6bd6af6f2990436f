extension Ops {
  /// A smooth rectifier, written so that no size of x overflows.
  ///
  /// y = max(x, 0) + ln(1 + e^(−|x|)); ∂y/∂x = 1 ÷ (1 + e^(−x)).
  package struct Softplus: UnaryOp, Hashable {
    package static let name = "softplus"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { .max(x, 0) + .log(1 + .exp(-.abs(x))) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 / (1 + .exp(-x)) }

    package static let examples = [
      OpExample(Softplus(), .numbers([5, 7], in: -4...4, avoiding: [0]))
    ]
  }
}
