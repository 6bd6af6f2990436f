/// Squashes any number into (0, 1); the logistic function.
///
/// y = 1 ÷ (1 + e^(−x)); ∂y/∂x = y(1 − y).
public struct Sigmoid: UnaryOp {
  public static let name = "sigmoid"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { 1 / (1 + .exp(-x)) }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { y * (1 - y) }

  public static let examples = [
    OpExample(Sigmoid(), .numbers([5, 7], in: -6...6))
  ]
}
