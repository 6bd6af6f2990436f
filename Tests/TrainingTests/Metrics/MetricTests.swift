import Datasets
import Engine
import Networks
import Testing

@testable import Training

@Suite struct MetricTests {
  @Test(arguments: try MetricReferences.shared.get().classification)
  func classificationAgreesWithScikitLearn(_ reference: MetricReferences.Classification) throws {
    func value(_ metric: any Metric) throws -> Double? {
      try metric.value(
        scores: reference.scores, targets: reference.targets, classCount: reference.classCount)
    }
    let isBinary = reference.classCount == 2
    #expect(try isClose(value(.accuracy), reference.accuracy))
    #expect(try isClose(value(.precision), isBinary ? reference.precision[1] : reference.macro[0]))
    #expect(try isClose(value(.recall), isBinary ? reference.recall[1] : reference.macro[1]))
    #expect(try isClose(value(.f1), isBinary ? reference.f1[1] : reference.macro[2]))
    #expect(try isClose(value(.auc), reference.auc))
    #expect(try isClose(value(.logLoss), reference.logLoss))
    for (k, accuracy) in reference.topKAccuracy ?? [:] {
      #expect(try isClose(value(.topKAccuracy(k: #require(Int(k)))), accuracy))
    }
  }

  @Test(arguments: try MetricReferences.shared.get().regression)
  func regressionAgreesWithScikitLearn(_ reference: MetricReferences.Regression) throws {
    let outputs = reference.shape[1]
    func value(_ metric: any Metric) throws -> Double? {
      try metric.value(
        predictions: reference.predictions, targets: reference.targets, outputs: outputs)
    }
    #expect(try isClose(value(.mae), reference.averages[0]))
    #expect(try isClose(value(.mse), reference.mse.reduce(0, +) / Double(outputs)))
    #expect(try isClose(value(.rmse), reference.averages[1]))
    #expect(try isClose(value(.r2), reference.averages[2]))
  }

  @Test func undefinedIsNil() throws {
    #expect(try Metrics.AUC().value(scores: [0.25, 0.5], targets: [0, 0], classCount: 2) == nil)
    #expect(try Metrics.LogLoss().value(scores: [3, 4], targets: [0], classCount: 2) == nil)
    #expect(try Metrics.R2().value(predictions: [1, 2], targets: [3, 3]) == nil)
  }

  @Test(arguments: Registry.standard.metrics)
  func theWrongTaskAndNoExamplesAreThrown(_ metric: any Metric) throws {
    switch metric.task {
    case .multilabel:
      #expect(throws: Problem.self) { try metric.value(predictions: [1], targets: [1]) }
      #expect(throws: Problem.self) {
        try metric.value(ofAnswers: [], targets: [], width: 2)
      }
    case .classification, .binary, .multiclass, .ordered:
      #expect(throws: Problem.self) { try metric.value(predictions: [1], targets: [1]) }
      #expect(throws: Problem.self) {
        try metric.value(scores: [], targets: [], classCount: 2)
      }
    case .regression:
      #expect(throws: Problem.self) {
        try metric.value(scores: [1, 2], targets: [0], classCount: 2)
      }
      #expect(throws: Problem.self) { try metric.value(predictions: [], targets: []) }
    }
  }

  /// A better model must score better in the direction each metric states.
  @Test func directionsAreRight() throws {
    let good: [Float] = [0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.2, 0.8]
    let bad: [Float] = [0.1, 0.9, 0.8, 0.2, 0.9, 0.1, 0.2, 0.8]
    for metric in Registry.standard.metrics where metric.name != Metrics.TopKAccuracy.kind {
      func value(_ scores: [Float]) throws -> Double {
        try #require(
          metric is any ClassificationMetric
            ? metric.value(scores: scores, targets: [0, 0, 1, 1], classCount: 2)
            : metric.value(ofAnswers: scores, targets: [1, 0, 1, 0, 0, 1, 0, 1], width: 1))
      }
      #expect(try (value(good) > value(bad)) == metric.largerIsBetter)
    }
  }

  @Test func namesAreThoseOfConfigurationFiles() {
    #expect(
      Registry.standard.metrics.map(\.name) == [
        "accuracy", "top_k_accuracy", "precision", "recall", "f1", "auc", "log_loss", "mae", "mse",
        "rmse", "r2", "micro_f1", "subset_accuracy", "quadratic_kappa", "mean_steps",
      ])
  }

  @Test func scoresAreAskedForByTheirMetric() {
    let scores = ["loss": 0.5, "accuracy": 0.75]
    #expect(scores[.accuracy] == 0.75 && scores[.auc] == nil)
  }

  /// A metric of one's own is chosen by name like a built-in one.
  @Test func aMetricOfOnesOwnIsReadThroughTheRegistry() throws {
    struct Worst: RegressionMetric {
      static let kind = "worst"
      static var usual: Worst { Worst() }
      var largerIsBetter: Bool { false }
      func value(of errors: RegressionErrors) -> Double? { errors.absolute.max() }
    }
    let registry = Registry.standard.adding(Worst.self)
    #expect(registry.metrics.count == Registry.standard.metrics.count + 1)
    let metric = try JSONText.decode(
      Named<Metrics>.self, from: "\"Worst\"", at: "metric", registry: registry
    ).wrappedValue
    #expect(try metric.value(predictions: [1, 5], targets: [2, 2]) == 3)
    #expect(try JSONText.encode(Named<Metrics>(wrappedValue: metric)) == "\"worst\"")
    #expect(throws: Problem.self) {
      try JSONText.decode(Named<Metrics>.self, from: "\"worst\"", at: "metric")
    }
  }
}
