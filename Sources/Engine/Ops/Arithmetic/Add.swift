/// Sum of two values.
///
/// y = a + b; ∂y/∂a = 1, ∂y/∂b = 1.
public struct Add: BinaryOp {
  public static let name = "add"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { a + b }

  public func derivative<Q: Scalar>(_ a: Q, _ b: Q, _ y: Q) -> (Q, Q) { (1, 1) }

  public static let examples = [
    OpExample(Add(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
  ]
}
