import Engine
import Networks

extension Metrics {
  /// Harmonic mean of precision and recall: of class 1 with two classes, else the mean over classes.
  public struct F1: ClassificationMetric {
    public static let kind = "f1"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}

    public func value(of predictions: ClassPredictions) -> Double? {
      predictions.tallies.reduced { $0.f1($1) }
    }
  }
}

extension Metric where Self == Metrics.F1 {
  /// Harmonic mean of precision and recall: of class 1 with two classes, else the mean over classes.
  public static var f1: Self { Self() }
}
