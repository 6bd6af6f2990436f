package import Datasets
import Engine
import Networks

extension Metrics {
  /// Cohen's kappa of ordered classes with quadratic weights: 1 − Σ d² of the pairs ÷ Σ d² of all pairs of
  /// a true and a predicted class, with the distance d in steps. 1 is perfect, 0 no better than chance.
  ///
  /// J. Cohen, *Weighted kappa*, Psychological Bulletin 70 (1968).
  package struct QuadraticKappa: ClassificationMetric {
    package static let kind = "quadratic_kappa"
    package static var usual: Self { Self() }
    /// There are no settings.
    package init() {}
    package var task: LearningTask.Choice { .ordered }

    package func value(of predictions: ClassPredictions) -> Double? {
      OrderedReport.Steps(predictions).kappa
    }
  }
}

extension Metric where Self == Metrics.Accuracy {
  /// Cohen's kappa of ordered classes with quadratic weights.
  public static var quadraticKappa: any Metric { Metrics.QuadraticKappa() }
}
