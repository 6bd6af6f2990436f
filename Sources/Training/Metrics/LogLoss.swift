import Engine
import Networks

extension Metrics {
  /// Mean of −log p of the true class. Needs probabilities.
  package struct LogLoss: ClassificationMetric {
    package static let kind = "log_loss"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}
    package var largerIsBetter: Bool { false }

    package func value(of predictions: ClassPredictions) -> Double? {
      predictions.logLoss
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Mean of −log p of the true class. Needs probabilities.
  public static var logLoss: any Metric { Metrics.LogLoss() }
}
