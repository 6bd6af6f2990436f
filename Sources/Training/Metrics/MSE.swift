import Engine
import Networks

extension Metrics {
  /// Mean squared error, in the target's unit squared.
  package struct MSE: RegressionMetric {
    package static let kind = "mse"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}
    package var largerIsBetter: Bool { false }
    package var unitPower: Int { 2 }

    package func value(of errors: RegressionErrors) -> Double? {
      errors.mse
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Mean squared error, in the target's unit squared.
  public static var mse: any Metric { Metrics.MSE() }
}
