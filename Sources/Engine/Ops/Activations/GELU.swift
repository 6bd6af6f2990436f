extension Ops {
  /// Gaussian error linear unit: x times the probability that a standard normal number is below x
  /// (Hendrycks, Gimpel 2016). Keras's and PyTorch's default form.
  ///
  /// y = x · ½(1 + erf(x ÷ √2)); ∂y/∂x = ½(1 + erf(x ÷ √2)) + x · e^(−x²÷2) ÷ √(2π).
  package struct GELU: UnaryOp, Hashable {
    package static let name = "gelu"

    /// The op has no settings.
    package init() {}

    package func value<Q: Scalar>(_ x: Q) -> Q {
      x * (0.5 * (1 + .erf(x * 0.7071067811865476)))
    }

    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
      0.5 * (1 + .erf(x * 0.7071067811865476)) + x * (0.3989422804014327 * .exp(-0.5 * (x * x)))
    }

    package static let examples = [
      OpExample(GELU(), .numbers([5, 7], in: -3...3))
    ]
  }
}
