import Engine
import Networks

extension Metrics {
  /// Found share of the examples: of class 1 with two classes, else the mean over classes.
  public struct Recall: ClassificationMetric {
    public static let kind = "recall"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}

    public func value(of predictions: ClassPredictions) -> Double? {
      predictions.tallies.reduced { $0.recall($1) }
    }
  }
}

extension Metric where Self == Metrics.Recall {
  /// Found share of the examples: of class 1 with two classes, else the mean over classes.
  public static var recall: Self { Self() }
}
