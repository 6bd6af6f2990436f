import Engine
import Networks

extension Metrics {
  /// Coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)².
  public struct R2: RegressionMetric {
    public static let kind = "r2"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}

    public func value(of errors: NumberPredictions.Errors) -> Double? {
      errors.r2
    }
  }
}

extension Metric where Self == Metrics.R2 {
  /// Coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)².
  public static var r2: Self { Self() }
}
