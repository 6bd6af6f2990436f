import Engine
import Networks

extension Metrics {
  /// Mean of −log p of the true class. Needs probabilities.
  public struct LogLoss: ClassificationMetric {
    public static let kind = "log_loss"
    public static var usual: Self { Self() }
    /// There are no settings.
    public init() {}
    public var largerIsBetter: Bool { false }

    public func value(of predictions: ClassPredictions) -> Double? {
      guard predictions.areProbabilities else { return nil }
      return predictions.logLosses.reduce(0, +) / Double(predictions.targets.count)
    }
  }
}

extension Metric where Self == Metrics.LogLoss {
  /// Mean of −log p of the true class. Needs probabilities.
  public static var logLoss: Self { Self() }
}
