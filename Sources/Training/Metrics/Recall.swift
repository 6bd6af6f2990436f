import Engine
import Networks

extension Metrics {
  /// Found share of the examples: of class 1 with two classes, else the mean over classes.
  package struct Recall: ClassificationMetric {
    package static let kind = "recall"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}

    package func value(of predictions: ClassPredictions) -> Double? {
      predictions.tallies.reduced { $0.recall($1) }
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Found share of the examples: of class 1 with two classes, else the mean over classes.
  public static var recall: any Metric { Metrics.Recall() }
}
