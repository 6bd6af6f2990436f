/// The value without its sign. The slope at 0 is 0.
///
/// y = |x|; ∂y/∂x = the sign of x.
public struct Absolute: UnaryOp {
  public static let name = "absolute value"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { .abs(x) }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q {
    .select(x, greaterThan: 0, 1, else: .select(0, greaterThan: x, -1, else: 0))
  }

  public static let examples = [
    OpExample(Absolute(), .numbers([5, 7], in: -2...2, avoiding: [0]))
  ]
}
