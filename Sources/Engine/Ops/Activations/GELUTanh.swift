extension Ops {
  /// The Gaussian error linear unit with tanh in place of erf (Hendrycks, Gimpel 2016): within 0.0005
  /// of ``GELU``.
  ///
  /// y = ½x(1 + tanh u), u = √(2÷π)(x + 0.044715x³);
  /// ∂y/∂x = ½(1 + tanh u) + ½x(1 − tanh² u) · √(2÷π)(1 + 3 · 0.044715x²).
  package struct GELUTanh: UnaryOp, Hashable {
    package static let name = "gelu tanh"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q {
      0.5 * x * (1 + Self.bend(x))
    }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      let bend = Self.bend(x)
      let slope = 0.7978845608028654 * (1 + 0.134145 * (x * x))
      return 0.5 * (1 + bend) + 0.5 * x * (1 - bend * bend) * slope
    }

    private static func bend<Q: Scalar>(_ x: Q) -> Q {
      .tanh(0.7978845608028654 * (x + 0.044715 * (x * x * x)))
    }

    package static let examples = [
      OpExample(GELUTanh(), .numbers([5, 7], in: -3...3))
    ]
  }
}
