package import Engine

/// The size of the difference. The slope at 0 is 0.
///
/// l = |ŷ − y|; ∂l/∂ŷ = the sign of ŷ − y.
package struct AbsoluteError: BinaryOp {
  package static let name = "absolute error"

  /// Inputs are prediction and target.
  package init() {}

  package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { .abs(a - b) }

  package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
    let sign: Q = .select(a, greaterThan: b, 1, else: .select(b, greaterThan: a, -1, else: 0))
    return (sign, -sign)
  }

  package static let examples = [
    OpExample(AbsoluteError(), .numbers([4, 3], in: -2...0), .numbers([4, 3], in: 0.1...2))
  ]
}
