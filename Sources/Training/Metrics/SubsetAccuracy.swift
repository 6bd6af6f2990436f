import Engine
import Networks

extension Metrics {
  /// Share of examples with every label right.
  package struct SubsetAccuracy: MultilabelMetric {
    package static let kind = "subset_accuracy"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}

    package func value(of predictions: LabelPredictions) -> Double? {
      predictions.weights.mean(of: predictions.exact)
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Share of examples with every label right.
  public static var subsetAccuracy: any Metric { Metrics.SubsetAccuracy() }
}
