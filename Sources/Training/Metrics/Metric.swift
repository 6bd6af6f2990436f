public import Datasets
public import Engine
public import Networks

/// What can be printed after every epoch: a point estimate, cheap to compute.
///
/// A metric of your own is a ``ClassificationMetric`` or a ``RegressionMetric``.
public protocol Metric: Component {
  /// The kind of model this metric is for.
  var task: LearningTask.Choice { get }
  /// Whether a larger value is a better model; true if not said.
  var largerIsBetter: Bool { get }
}

extension Metric {
  public var largerIsBetter: Bool { true }
}

/// A metric of predicted classes.
public protocol ClassificationMetric: Metric {
  /// Nil where it is undefined for these examples.
  func value(of predictions: ClassPredictions) -> Double?
}

/// A metric of predicted numbers; the plain mean over output columns.
public protocol RegressionMetric: Metric {
  /// The power of the target's unit that it is measured in: 1 for a mean error, 2 for a squared one, 0,
  /// if not said, for a number without a unit.
  var unitPower: Int { get }
  /// For one output; nil where it is undefined for these examples.
  func value(of errors: RegressionErrors) -> Double?
}

/// A metric of labels of which an example may have any number.
package protocol MultilabelMetric: Metric {
  /// Nil where it is undefined for these examples.
  func value(of predictions: LabelPredictions) -> Double?
}

extension MultilabelMetric {
  package var task: LearningTask.Choice { .multilabel }
}

extension ClassificationMetric {
  public var task: LearningTask.Choice { .classification }
}

extension RegressionMetric {
  public var unitPower: Int { 0 }
  public var task: LearningTask.Choice { .regression }
}

/// All metrics, and the place of the built-in ones.
///
/// Swift finds `.f1` where any metric is asked for by way of one public type of that kind.
/// For all of them this is ``Metrics/Accuracy``; what each gives back is its own type.
public enum Metrics: Family {
  public typealias Member = any Metric
  public static let word = "metric"
  public static let standard: [any Configurable.Type] = [
    Accuracy.self, TopKAccuracy.self, Precision.self, Recall.self, F1.self, AUC.self, LogLoss.self,
    MAE.self, MSE.self, RMSE.self, R2.self, MicroF1.self, SubsetAccuracy.self, QuadraticKappa.self,
    MeanSteps.self,
  ]
}

extension Registry {
  /// Every metric with its usual settings.
  public var metrics: [any Metric] { members(of: Metrics.self) }
}

extension Metric {
  /// The metric of a classifier; nil where it is undefined for these examples (AUC of a class that
  /// has no examples, log loss of scores that are not probabilities).
  /// - Parameters:
  ///   - scores: row-major, `targets.count` × `classCount`, or one column of probabilities of class 1.
  ///   - targets: the true class of each example.
  ///   - classCount: how many classes there are.
  ///   - weights: how much each example counts; nil for all the same.
  /// - Throws: `Problem` for scores and targets that cannot be used, or a metric of regression.
  public func value(
    scores: [Float], targets: [Int], classCount: Int, weights: [Float]? = nil
  ) throws(Problem) -> Double? {
    guard let metric = self as? any ClassificationMetric else { throw wrongTask(.classification) }
    var predictions = try ClassPredictions(
      scores: scores, targets: targets, classCount: classCount)
    predictions.weights = try ScoredSample.checked(weights, count: targets.count)
    return metric.value(of: predictions)
  }

  /// The metric of a regression; the plain mean over output columns. Nil where it is undefined (R² of
  /// targets that are all equal).
  /// - Parameters:
  ///   - predictions: row-major, examples × `outputs`.
  ///   - targets: as many, in the same order.
  ///   - outputs: how many numbers the model predicts for an example.
  ///   - weights: how much each example counts; nil for all the same.
  /// - Throws: `Problem` for numbers that cannot be used, or a metric of classification.
  public func value(
    predictions: [Float], targets: [Float], outputs: Int = 1, weights: [Float]? = nil
  ) throws(Problem) -> Double? {
    guard let metric = self as? any RegressionMetric else { throw wrongTask(.regression) }
    var pairs = try NumberPredictions(predictions: predictions, targets: targets, outputs: outputs)
    pairs.weights = try ScoredSample.checked(weights, count: pairs.count)
    let defined = (0..<outputs).compactMap { metric.value(of: pairs.errors(ofOutput: $0)) }
    return defined.count == outputs ? defined.reduce(0, +) / Double(outputs) : nil
  }

  /// The metric of whatever kind it is, of a network's answers and its targets as a dataset holds them.
  func value(
    ofAnswers answers: [Float], targets: [Float], width: Int, weights: [Float]? = nil
  ) throws(Problem) -> Double? {
    switch self {
    case is any RegressionMetric:
      return try value(
        predictions: answers, targets: targets, outputs: width, weights: weights)
    case let metric as any MultilabelMetric:
      var predictions = try LabelPredictions(answers, targets: targets, labels: width)
      predictions.weights = try ScoredSample.checked(weights, count: predictions.count)
      return metric.value(of: predictions)
    default:
      return try value(
        scores: answers, targets: targets.map { Int($0) }, classCount: max(2, width),
        weights: weights)
    }
  }

  private func wrongTask(_ asked: LearningTask.Choice) -> Problem {
    let fitting = Registry.standard.metrics.filter { $0.task == asked }.map(\.name)
    return Problem.data(
      "metrics", expected: "a metric of \(asked.rawValue)", found: name,
      fix: "choose from \(fitting.joined(separator: ", "))")
  }
}

extension Dictionary where Key == String, Value == Double {
  /// The score of a metric; nil where it was not measured or is undefined.
  public subscript(_ metric: any Metric) -> Double? { self[metric.name] }
}
