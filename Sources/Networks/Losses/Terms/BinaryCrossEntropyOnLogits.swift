package import Engine

/// How surprised a yes-or-no answer y is by the score z, written so that no size of z overflows.
/// Equal to the binary cross-entropy of 1 ÷ (1 + e^(−z)).
///
/// l = max(z, 0) − z·y + ln(1 + e^(−|z|)); ∂l/∂z = 1 ÷ (1 + e^(−z)) − y.
package struct BinaryCrossEntropyOnLogits: BinaryOp {
  package static let name = "binary cross-entropy on logits"

  /// Inputs are prediction and target.
  package init() {}

  package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q {
    .max(a, 0) - a * b + .log(1 + .exp(-.abs(a)))
  }

  package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
    (1 / (1 + .exp(-a)) - b, -a)
  }

  package static let examples = [
    OpExample(
      BinaryCrossEntropyOnLogits(), .numbers([4, 3], in: 0.1...3), .numbers([4, 3], in: 0...1))
  ]
}
