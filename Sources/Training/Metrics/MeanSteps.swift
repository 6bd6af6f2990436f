package import Datasets
import Engine
import Networks

extension Metrics {
  /// How many steps the answered class is from the true one, on the mean; of ordered classes.
  package struct MeanSteps: ClassificationMetric {
    package static let kind = "mean_steps"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}
    package var largerIsBetter: Bool { false }
    package var task: LearningTask.Choice { .ordered }

    package func value(of predictions: ClassPredictions) -> Double? {
      OrderedReport.Steps(predictions).mean
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// How many steps the answered class is from the true one, on the mean; of ordered classes.
  public static var meanSteps: any Metric { Metrics.MeanSteps() }
}
