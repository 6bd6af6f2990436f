import Engine

extension Losses {
  /// ½ Σ over the outputs of (ŷ − y)², as in many textbooks.
  public struct HalfSumOfSquares: ElementwiseLoss {
    public static let kind = "half_sum_of_squares"
    public static var usual: Self { Self() }
    public var term: any BinaryOp { HalfSquaredError() }
    public var sumsOutputs: Bool { true }
    /// There are no settings.
    public init() {}
  }
}

extension Loss where Self == Losses.HalfSumOfSquares {
  /// ½ Σ over the outputs of (ŷ − y)², as in many textbooks.
  public static var halfSumOfSquares: Self { Self() }
}
