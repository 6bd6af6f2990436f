package import Engine

/// Half the square of the difference: its slope is the difference itself.
///
/// l = ½(ŷ − y)²; ∂l/∂ŷ = ŷ − y.
package struct HalfSquaredError: BinaryOp {
  package static let name = "half squared error"

  /// Inputs are prediction and target.
  package init() {}

  package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { 0.5 * ((a - b) * (a - b)) }

  package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) { (a - b, b - a) }

  package static let examples = [
    OpExample(HalfSquaredError(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
  ]
}
