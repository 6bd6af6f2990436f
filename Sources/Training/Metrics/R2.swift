import Engine
import Networks

extension Metrics {
  /// Coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)².
  package struct R2: RegressionMetric {
    package static let kind = "r2"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}

    package func value(of errors: RegressionErrors) -> Double? {
      errors.r2
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)².
  public static var r2: any Metric { Metrics.R2() }
}
