/// The exponential function.
///
/// y = eˣ; ∂y/∂x = y.
public struct Exponential: UnaryOp {
  public static let name = "exponential"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { .exp(x) }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { y }

  public static let examples = [
    OpExample(Exponential(), .numbers([5, 7], in: -4...4))
  ]
}
