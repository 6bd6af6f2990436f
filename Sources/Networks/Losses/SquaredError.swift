import Engine

/// The square of the difference; big errors count much more than small ones.
///
/// l = (ŷ − y)²; ∂l/∂ŷ = 2(ŷ − y).
public struct SquaredError: BinaryOp {
  public static let name = "squared error"

  /// Inputs are prediction and target.
  public init() {}

  public func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { (a - b) * (a - b) }

  public func derivative<Q: Scalar>(_ a: Q, _ b: Q, _ y: Q) -> (Q, Q) {
    (2 * (a - b), -2 * (a - b))
  }

  public static let examples = [
    OpExample(SquaredError(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
  ]
}
