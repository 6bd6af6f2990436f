/// Product of two values, element by element.
///
/// y = a · b; ∂y/∂a = b, ∂y/∂b = a.
public struct Multiply: BinaryOp {
  public static let name = "multiply"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q { a * b }

  public func derivative<Q: Scalar>(_ a: Q, _ b: Q, _ y: Q) -> (Q, Q) { (b, a) }

  public static let examples = [
    OpExample(Multiply(), .numbers([4, 3], in: -2...2), .numbers([4, 3], in: -2...2))
  ]
}
