extension Ops {
  /// The error function.
  ///
  /// y = erf x = 2/√π ∫₀ˣ e^(−t²) dt, dy/dx = 2/√π · e^(−x²).
  package struct ErrorFunction: UnaryOp {
    package static let name = "error function"
    package init() {}
    package func value<Q: Scalar>(_ x: Q) -> Q { .erf(x) }
    package func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1.1283791670955126 * .exp(-(x * x)) }
    package static let examples = [OpExample(ErrorFunction(), .numbers([5, 7], in: -3...3))]
  }
}
