package import Engine

/// Squared for small differences, straight for large ones, so that outliers count less (Huber 1964).
///
/// l = ½d² where |d| ≤ δ, else δ|d| − ½δ², with d = ŷ − y; ∂l/∂ŷ = d kept between −δ and δ.
package struct HuberError: BinaryOp {
  package static let name = "huber error"

  /// Where squared ends and straight begins; 1 in Keras and PyTorch.
  package let delta: Double

  /// Inputs are prediction and target.
  package init(delta: Double = 1) { self.delta = delta }

  package func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q {
    let size = Q.abs(a - b)
    return .select(
      size, greaterThan: Q(delta), Q(delta) * size - Q(0.5 * delta * delta),
      else: 0.5 * (size * size))
  }

  package func derivative<Q: Scalar>(_ a: Q, _ b: Q, value y: Q) -> (Q, Q) {
    let slope = Q.min(.max(a - b, Q(-delta)), Q(delta))
    return (slope, -slope)
  }

  package static let examples = [
    OpExample(HuberError(delta: 0.5), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
  ]
}
