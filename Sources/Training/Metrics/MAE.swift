import Engine
import Networks

extension Metrics {
  /// Mean absolute error, in the target's unit.
  public struct MAE: RegressionMetric {
    public static let kind = "mae"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}
    public var largerIsBetter: Bool { false }

    public func value(of errors: NumberPredictions.Errors) -> Double? {
      errors.mae
    }
  }
}

extension Metric where Self == Metrics.MAE {
  /// Mean absolute error, in the target's unit.
  public static var mae: Self { Self() }
}
