package import Engine

extension Losses {
  /// ½ Σ over the outputs of (ŷ − y)², as in many textbooks.
  package struct HalfSumOfSquares: ElementwiseLoss {
    package static let kind = "half_sum_of_squares"
    package static var usual: Self { Self() }
    package var term: any BinaryOp { HalfSquaredError() }
    package var sumsOutputs: Bool { true }
    /// There are no settings.
    package init() {}
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// ½ Σ over the outputs of (ŷ − y)², as in many textbooks.
  public static var halfSumOfSquares: any Loss { Losses.HalfSumOfSquares() }
}
