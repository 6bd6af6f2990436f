/// A smooth rectifier, written so that no size of x overflows.
///
/// y = max(x, 0) + ln(1 + e^(−|x|)); ∂y/∂x = 1 ÷ (1 + e^(−x)).
public struct Softplus: UnaryOp {
  public static let name = "softplus"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { .max(x, 0) + .log(1 + .exp(-.abs(x))) }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 / (1 + .exp(-x)) }

  public static let examples = [
    OpExample(Softplus(), .numbers([5, 7], in: -4...4, avoiding: [0]))
  ]
}
