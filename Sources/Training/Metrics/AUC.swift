import Engine
import Networks

extension Metrics {
  /// Area under the receiver operating characteristic: of class 1 with two classes, else the mean of
  /// one class against the rest.
  package struct AUC: ClassificationMetric {
    package static let kind = "auc"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}

    package func value(of predictions: ClassPredictions) -> Double? {
      let count = predictions.classCount
      let areas = (count == 2 ? [1] : Array(0..<count)).map { predictions.curve(of: $0)?.value }
      let defined = areas.compactMap { $0 }
      return defined.count == areas.count ? defined.reduce(0, +) / Double(areas.count) : nil
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Area under the receiver operating characteristic: of class 1 with two classes, else the mean of
  /// one class against the rest.
  public static var auc: any Metric { Metrics.AUC() }
}
