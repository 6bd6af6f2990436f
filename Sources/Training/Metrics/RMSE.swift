import Engine
import Networks

extension Metrics {
  /// Root of the mean squared error, in the target's unit.
  package struct RMSE: RegressionMetric {
    package static let kind = "rmse"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}
    package var largerIsBetter: Bool { false }
    package var unitPower: Int { 1 }

    package func value(of errors: RegressionErrors) -> Double? {
      errors.mse.squareRoot()
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Root of the mean squared error, in the target's unit.
  public static var rmse: any Metric { Metrics.RMSE() }
}
