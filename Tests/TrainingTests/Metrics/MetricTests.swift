import Engine
import Testing

@testable import Training

@Suite struct MetricTests {
  @Test(arguments: try MetricReferences.shared.get().classification)
  func classificationAgreesWithScikitLearn(_ reference: MetricReferences.Classification) throws {
    func value(_ metric: Metric, k: Int = 5) throws -> Double? {
      try metric.value(
        scores: reference.scores, targets: reference.targets, classCount: reference.classCount, k: k
      )
    }
    let isBinary = reference.classCount == 2
    #expect(try isClose(value(.accuracy), reference.accuracy))
    #expect(try isClose(value(.precision), isBinary ? reference.precision[1] : reference.macro[0]))
    #expect(try isClose(value(.recall), isBinary ? reference.recall[1] : reference.macro[1]))
    #expect(try isClose(value(.f1), isBinary ? reference.f1[1] : reference.macro[2]))
    #expect(try isClose(value(.auc), reference.auc))
    #expect(try isClose(value(.logLoss), reference.logLoss))
    for (k, accuracy) in reference.topKAccuracy ?? [:] {
      #expect(try isClose(value(.topKAccuracy, k: #require(Int(k))), accuracy))
    }
  }

  @Test(arguments: try MetricReferences.shared.get().regression)
  func regressionAgreesWithScikitLearn(_ reference: MetricReferences.Regression) throws {
    let outputs = reference.shape[1]
    func value(_ metric: Metric) throws -> Double? {
      try metric.value(
        predictions: reference.predictions, targets: reference.targets, outputs: outputs)
    }
    #expect(try isClose(value(.mae), reference.averages[0]))
    #expect(try isClose(value(.mse), reference.mse.reduce(0, +) / Double(outputs)))
    #expect(try isClose(value(.rmse), reference.averages[1]))
    #expect(try isClose(value(.r2), reference.averages[2]))
  }

  @Test func undefinedIsNil() throws {
    #expect(try Metric.auc.value(scores: [0.25, 0.5], targets: [0, 0], classCount: 2) == nil)
    #expect(try Metric.logLoss.value(scores: [3, 4], targets: [0], classCount: 2) == nil)
    #expect(try Metric.r2.value(predictions: [1, 2], targets: [3, 3]) == nil)
  }

  @Test(arguments: Metric.allCases) func theWrongTaskAndNoExamplesAreThrown(_ metric: Metric) throws
  {
    switch metric.task {
    case .classification:
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
    for metric in Metric.allCases where metric != .topKAccuracy {
      func value(_ scores: [Float]) throws -> Double {
        try #require(
          metric.task == .classification
            ? metric.value(scores: scores, targets: [0, 0, 1, 1], classCount: 2)
            : metric.value(predictions: scores, targets: [1, 0, 1, 0, 0, 1, 0, 1]))
      }
      #expect(try (value(good) > value(bad)) == metric.largerIsBetter)
    }
  }

  @Test func namesAreThoseOfConfigurationFiles() {
    #expect(
      Metric.allCases.map(\.rawValue) == [
        "accuracy", "top_k_accuracy", "precision", "recall", "f1", "auc", "log_loss", "mae", "mse",
        "rmse", "r2",
      ])
  }
}
