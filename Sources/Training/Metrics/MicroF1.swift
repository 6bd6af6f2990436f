import Engine
import Networks

extension Metrics {
  /// 2 TP / (2 TP + FP + FN) of all labels of all examples together.
  package struct MicroF1: MultilabelMetric {
    package static let kind = "micro_f1"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}

    package func value(of predictions: LabelPredictions) -> Double? {
      let total = predictions.total
      return share(2 * total.hits, total.predictions + total.support)
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// 2 TP / (2 TP + FP + FN) of all labels of all examples together.
  public static var microF1: any Metric { Metrics.MicroF1() }
}
