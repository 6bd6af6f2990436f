/// Quotient of two values.
///
/// y = a ÷ b; ∂y/∂a = 1 ÷ b, ∂y/∂b = −y ÷ b.
public struct Divide: BinaryOp {
  public static let name = "divide"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { a / b }

  public func derivative<Q: Scalar>(_ a: Q, _ b: Q, _ y: Q) -> (Q, Q) { (1 / b, -y / b) }

  public static let examples = [
    OpExample(Divide(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: 0.5...2))
  ]
}
