import Engine
import Networks

extension Metrics {
  /// Right share of the predictions: of class 1 with two classes, else the mean over classes.
  public struct Precision: ClassificationMetric {
    public static let kind = "precision"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}

    public func value(of predictions: ClassPredictions) -> Double? {
      predictions.tallies.reduced { $0.precision($1) }
    }
  }
}

extension Metric where Self == Metrics.Precision {
  /// Right share of the predictions: of class 1 with two classes, else the mean over classes.
  public static var precision: Self { Self() }
}
