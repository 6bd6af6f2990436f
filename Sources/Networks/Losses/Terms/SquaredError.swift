package import Engine

/// The square of the difference; big errors count much more than small ones.
///
/// l = (ŷ − y)²; ∂l/∂ŷ = 2(ŷ − y).
package struct SquaredError: BinaryOp {
  package static let name = "squared error"

  /// Inputs are prediction and target.
  package init() {}

  package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { (a - b) * (a - b) }

  package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
    (2 * (a - b), -2 * (a - b))
  }

  package static let examples = [
    OpExample(SquaredError(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
  ]
}
