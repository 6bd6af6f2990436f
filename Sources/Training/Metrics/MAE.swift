import Engine
import Networks

extension Metrics {
  /// Mean absolute error, in the target's unit.
  package struct MAE: RegressionMetric {
    package static let kind = "mae"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}
    package var largerIsBetter: Bool { false }
    package var unitPower: Int { 1 }

    package func value(of errors: RegressionErrors) -> Double? {
      errors.mae
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Mean absolute error, in the target's unit.
  public static var mae: any Metric { Metrics.MAE() }
}
