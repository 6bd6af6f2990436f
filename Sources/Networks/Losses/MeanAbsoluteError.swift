package import Engine

extension Losses {
  /// Mean over the outputs of |ŷ − y|.
  package struct MeanAbsoluteError: ElementwiseLoss {
    package static let kind = "mean_absolute_error"
    package static var usual: Self { Self() }
    package var isLeastAtMedian: Bool { true }
    package var term: any BinaryOp { AbsoluteError() }

    /// There are no settings.
    package init() {}
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// Mean over the outputs of |ŷ − y|.
  public static var meanAbsoluteError: any Loss { Losses.MeanAbsoluteError() }
}
