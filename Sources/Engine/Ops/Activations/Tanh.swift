/// Squashes any number into (−1, 1).
///
/// y = tanh x; ∂y/∂x = 1 − y².
public struct Tanh: UnaryOp {
  public static let name = "tanh"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { .tanh(x) }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 - y * y }

  public static let examples = [
    OpExample(Tanh(), .numbers([5, 7], in: -3...3))
  ]
}
