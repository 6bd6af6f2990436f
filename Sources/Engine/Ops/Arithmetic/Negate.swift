/// The value with its sign turned.
///
/// y = −x; ∂y/∂x = −1.
public struct Negate: UnaryOp {
  public static let name = "negate"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { -x }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { -1 }

  public static let examples = [
    OpExample(Negate(), .numbers([5, 7], in: -2...2))
  ]
}
