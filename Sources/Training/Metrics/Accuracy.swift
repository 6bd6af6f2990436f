import Engine
import Networks

extension Metrics {
  /// Share of examples whose largest score is the true class's.
  public struct Accuracy: ClassificationMetric {
    public static let kind = "accuracy"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}

    public func value(of predictions: ClassPredictions) -> Double? {
      predictions.share(among: 1)
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Share of examples whose largest score is the true class's.
  public static var accuracy: Self { Self() }
}
