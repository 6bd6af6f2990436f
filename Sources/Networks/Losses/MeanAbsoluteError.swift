import Engine

extension Losses {
  /// Mean over the outputs of |ŷ − y|.
  public struct MeanAbsoluteError: ElementwiseLoss {
    public static let kind = "mean_absolute_error"
    public static var usual: Self { Self() }
    public var bestConstant: BestConstant { .median }
    public var term: any BinaryOp { AbsoluteError() }

    /// There are no settings.
    public init() {}
  }
}

extension Loss where Self == Losses.MeanAbsoluteError {
  /// Mean over the outputs of |ŷ − y|.
  public static var meanAbsoluteError: Self { Self() }
}
