/// No change: the activation of a layer without one.
///
/// y = x; ∂y/∂x = 1.
public struct Linear: UnaryOp {
  public static let name = "linear"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { x }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 }

  public static let examples = [
    OpExample(Linear(), .numbers([5, 7], in: -3...3))
  ]
}
