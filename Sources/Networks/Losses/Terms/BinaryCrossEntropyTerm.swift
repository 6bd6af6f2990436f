package import Engine

/// How surprised a yes-or-no answer y is by the probability p of yes. The probability is kept
/// between ε and 1 − ε, with Keras's ε = 1e-7; PyTorch instead keeps the logarithms above −100.
///
/// l = −y ln p − (1 − y) ln(1 − p); ∂l/∂p = (1 − y) ÷ (1 − p) − y ÷ p inside the bounds, else 0.
package struct BinaryCrossEntropyTerm: BinaryOp {
  package static let name = "binary cross-entropy on probabilities"

  static let epsilon = 1e-7

  private static func kept<Q: Scalar>(_ p: Q) -> Q {
    .min(.max(p, Q(epsilon)), Q(1 - epsilon))
  }

  /// Inputs are prediction and target.
  package init() {}

  package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q {
    let p = Self.kept(a)
    return -(b * .log(p)) - (1 - b) * .log(1 - p)
  }

  package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
    let p = Self.kept(a)
    let slope = (1 - b) / (1 - p) - b / p
    let inside: Q = .select(
      a, greaterThan: Q(1 - Self.epsilon), 0,
      else: .select(Q(Self.epsilon), greaterThan: a, 0, else: 1))
    return (inside * slope, .log(1 - p) - .log(p))
  }

  package static let examples = [
    OpExample(
      BinaryCrossEntropyTerm(), .numbers([4, 3], in: 0.05...0.95),
      .numbers([4, 3], in: 0...1))
  ]
}
