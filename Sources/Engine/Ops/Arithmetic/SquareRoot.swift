/// The square root.
///
/// y = √x; ∂y/∂x = 1 ÷ 2y.
public struct SquareRoot: UnaryOp {
  public static let name = "square root"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ x: Q) -> Q { .sqrt(x) }

  public func derivative<Q: Scalar>(_ x: Q, _ y: Q) -> Q { 1 / (2 * y) }

  public static let examples = [
    OpExample(SquareRoot(), .numbers([5, 7], in: 0.1...5))
  ]
}
