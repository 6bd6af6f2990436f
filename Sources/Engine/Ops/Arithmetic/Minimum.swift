/// The smaller of two values. At a tie the whole slope goes to the first.
///
/// y = min(a, b); ∂y/∂a = 0 if a > b, else 1.
public struct Minimum: BinaryOp {
  public static let name = "minimum"

  /// The op has no settings.
  public init() {}

  public func value<Q: Scalar>(_ a: Q, _ b: Q) -> Q {
    .min(a, b)
  }

  public func derivative<Q: Scalar>(_ a: Q, _ b: Q, _ y: Q) -> (Q, Q) {
    (
      .select(a, greaterThan: b, 0, else: 1),
      .select(a, greaterThan: b, 1, else: 0)
    )
  }

  public static let examples = [
    OpExample(Minimum(), .numbers([4, 3], in: -2...0.9), .numbers([4, 3], in: 1...2))
  ]
}
