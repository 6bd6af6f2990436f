public import Engine

extension Losses {
  /// Mean over the outputs of (ŷ − y)².
  public struct MeanSquaredError: ElementwiseLoss {
    public static let kind = "mean_squared_error"
    public static var usual: Self { Self() }
    public var term: any BinaryOp { SquaredError() }

    /// There are no settings.
    public init() {}
  }
}

extension Loss where Self == Losses.MeanSquaredError {
  /// Mean over the outputs of (ŷ − y)².
  public static var meanSquaredError: Self { Self() }
}
