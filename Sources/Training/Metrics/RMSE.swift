import Engine
import Networks

extension Metrics {
  /// Root of the mean squared error, in the target's unit.
  public struct RMSE: RegressionMetric {
    public static let kind = "rmse"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}
    public var largerIsBetter: Bool { false }

    public func value(of errors: NumberPredictions.Errors) -> Double? {
      errors.mse.squareRoot()
    }
  }
}

extension Metric where Self == Metrics.RMSE {
  /// Root of the mean squared error, in the target's unit.
  public static var rmse: Self { Self() }
}
