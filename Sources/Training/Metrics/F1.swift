import Engine
import Networks

extension Metrics {
  /// Harmonic mean of precision and recall: of class 1 with two classes, else the mean over classes.
  package struct F1: ClassificationMetric {
    package static let kind = "f1"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}

    package func value(of predictions: ClassPredictions) -> Double? {
      predictions.tallies.reduced { $0.f1($1) }
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Harmonic mean of precision and recall: of class 1 with two classes, else the mean over classes.
  public static var f1: any Metric { Metrics.F1() }
}
