import Engine
import Networks

extension Metrics {
  /// The largest of all distances between answer and truth.
  package struct MaximumError: RegressionMetric {
    package static let kind = "maximum_error"
    package static var usual: Self { Self() }
    package var largerIsBetter: Bool { false }
    package var unitPower: Int { 1 }
    /// There are no settings.
    package init() {}

    package func value(of errors: RegressionErrors) -> Double? {
      errors.absolute.max()
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// The largest of all distances between answer and truth.
  public static var maximumError: any Metric { Metrics.MaximumError() }
}
