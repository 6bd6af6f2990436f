import Engine
import Networks

extension Metrics {
  /// Right share of the predictions: of class 1 with two classes, else the mean over classes.
  package struct Precision: ClassificationMetric {
    package static let kind = "precision"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}

    package func value(of predictions: ClassPredictions) -> Double? {
      predictions.tallies.reduced { $0.precision($1) }
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Right share of the predictions: of class 1 with two classes, else the mean over classes.
  public static var precision: any Metric { Metrics.Precision() }
}
