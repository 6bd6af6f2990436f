extension Ops {
  /// Sigmoid-weighted linear unit, also called swish (Elfwing, Uchibe, Doya 2018).
  ///
  /// y = x ÷ (1 + e^(−x)); ∂y/∂x = s(1 + x(1 − s)) with s = 1 ÷ (1 + e^(−x)).
  package struct SiLU: UnaryOp, Hashable {
    package static let name = "silu"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q { x / (1 + .exp(-x)) }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      let s: Q = 1 / (1 + .exp(-x))
      return s * (1 + x * (1 - s))
    }

    package static let examples = [
      OpExample(SiLU(), .numbers([5, 7], in: -4...4))
    ]
  }
}
