/// The natural logarithm.
///
/// y = ln x; ∂y/∂x = 1 ÷ x.
public struct Logarithm: UnaryOp {
  public static let name = "logarithm"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { .log(x) }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 / x }

  public static let examples = [
    OpExample(Logarithm(), .numbers([5, 7], in: 0.1...5))
  ]
}
