package import Engine

/// What an answer costs that shall lie above a share of all values: an error below the value counts that
/// share, one above it the rest (Koenker and Bassett 1978). The slope at 0 is 0.
///
/// l = max(τ(y − ŷ), (τ − 1)(y − ŷ)); ∂l/∂ŷ = −τ where ŷ < y, 1 − τ where ŷ > y.
package struct PinballError: BinaryOp {
  package static let name = "pinball error"

  /// The share τ of values that lie below, above 0 and below 1.
  package let quantile: Double

  /// Inputs are prediction and target.
  package init(quantile: Double = 0.5) { self.quantile = quantile }

  package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q {
    .max(Q(quantile) * (b - a), Q(quantile - 1) * (b - a))
  }

  package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
    let slope: Q = .select(
      b, greaterThan: a, Q(-quantile), else: .select(a, greaterThan: b, Q(1 - quantile), else: 0))
    return (slope, -slope)
  }

  package static let examples = [
    OpExample(
      PinballError(quantile: 0.2), .numbers([4, 3], in: -2...0), .numbers([4, 3], in: 0.1...2)),
    OpExample(
      PinballError(quantile: 0.9), .numbers([2, 3], in: 0.1...2), .numbers([2, 3], in: -2...0)),
  ]
}
