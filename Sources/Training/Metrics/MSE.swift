import Engine
import Networks

extension Metrics {
  /// Mean squared error, in the target's unit squared.
  public struct MSE: RegressionMetric {
    public static let kind = "mse"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}
    public var largerIsBetter: Bool { false }

    public func value(of errors: NumberPredictions.Errors) -> Double? {
      errors.mse
    }
  }
}

extension Metric where Self == Metrics.MSE {
  /// Mean squared error, in the target's unit squared.
  public static var mse: Self { Self() }
}
