extension Ops {
  /// Self-normalising linear unit: keeps mean 0 and variance 1 from layer to layer with LeCun-normal
  /// weights (Klambauer et al. 2017, whose two constants these are).
  ///
  /// y = λx where x > 0, else λα(eˣ − 1); ∂y/∂x = λ where x > 0, else y + λα.
  package struct SELU: UnaryOp, Hashable {
    package static let name = "selu"

    static let lambda = 1.0507009873554804934193349852946
    static let alpha = 1.6732632423543772848170429916717

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q {
      .select(
        x, greaterThan: 0, Q(Self.lambda) * x, else: Q(Self.lambda * Self.alpha) * (.exp(x) - 1))
    }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      .select(x, greaterThan: 0, Q(Self.lambda), else: y + Q(Self.lambda * Self.alpha))
    }

    package static let examples = [
      OpExample(SELU(), .numbers([5, 7], in: -3...3, avoiding: [0]))
    ]
  }
}
