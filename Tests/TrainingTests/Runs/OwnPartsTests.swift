import Datasets
import Engine
import Networks
import TestSupport
import Testing
import Training

/// An activation function as one formula: its derivative follows.
private struct Bent: UnaryOp, ActivationOp {
  static let name = "bent line"
  static var usual: Bent { Bent() }
  static var settings: [Setting<Bent>] { [.usual("height", \.height)] }
  var height = 0.5

  func value<Q: Scalar>(_ x: Q) -> Q { Q(height) * (.sqrt(x * x + 1) - 1) + x }
}

/// The share of answers that are one class.
private struct ShareOfAnswers: ClassificationMetric {
  static let kind = "share_of_answers"
  static var usual: ShareOfAnswers { ShareOfAnswers() }
  static var settings: [Setting<ShareOfAnswers>] { [.usual("label", \.label)] }
  var label = 0

  func value(of predictions: ClassPredictions) -> Double? {
    Double(predictions.predicted.count { $0 == label }) / Double(predictions.predicted.count)
  }
}

/// The largest error, in the target's unit.
private struct LargestError: RegressionMetric {
  static let kind = "largest_error"
  static var usual: LargestError { LargestError() }
  var unitPower: Int { 1 }

  func value(of errors: RegressionErrors) -> Double? { errors.absolute.max() }
}

/// Runs whose settings name parts of the user's own, and the metrics that are followed.
@Suite struct OwnPartsTests {
  private let temporary: TemporaryFolder
  private let registry = Registry.standard.adding(
    Bent.self, ShareOfAnswers.self, LargestError.self)

  init() throws { temporary = try TemporaryFolder() }

  /// The settings, with those of a small table beside them.
  private func configuration(target: String, _ settings: String) throws -> RunConfiguration {
    let table =
      "a,b,sum,label\n"
      + (0..<120).map { row in
        let (a, b) = (row % 11, row * 7 % 13)
        return "\(a),\(b),\(100 * a + b),\(a + b > 10 ? "yes" : "no")\n"
      }.joined()
    let path = temporary.path("table.csv")
    try AtomicFile.write(Array(table.utf8), to: path)
    let text = """
      {"data": "\(path)", "target": "\(target)", "ignore": ["\(target == "sum" ? "label" : "sum")"],
       "epochs": 4, "hidden": [4], "threads": 1, \(settings)}
      """
    return try JSONText.decode(
      RunConfiguration.self, from: text, at: "settings", registry: registry)
  }

  @Test func anOwnActivationAndMetricAreTrainedStoredAndResumed() throws {
    let configuration = try configuration(
      target: "label",
      """
      "activation": {"name": "bent_line", "height": 0.25},
      "metrics": ["f1", {"name": "share_of_answers", "label": 1}]
      """)
    func session(_ name: String) throws -> TrainingSession {
      try TrainingSession(
        Experiment(configuration, registry: registry), in: temporary.path(name))
    }
    let whole = try session("whole").train()
    _ = try session("cut").learn { event, training in
      if case .step(let step) = event, step.epoch == 3, step.step == 2 {
        let present = try training.model().weightsSHA256
        #expect(present != whole.weightsSHA256)
        return .stop
      }
      return .continue
    }
    let run = try StoredRun(temporary.path("cut"), registry: registry)
    #expect(try TrainingSession(resuming: run).train().weightsSHA256 == whole.weightsSHA256)
    for epoch in try run.history {
      #expect(Set(epoch.train.keys) == ["loss", "f1", "share_of_answers"])
      let share = try #require(epoch.train["share_of_answers"])
      #expect((0...1).contains(share))
    }
    let dense = try #require(try run.model().model.layers.first as? Dense)
    #expect(dense.activation == ActivationFunction(Bent(height: 0.25)))
    #expect(dense.activation.name == "bent_line")
    #expect(throws: Problem.self) { try StoredRun(temporary.path("cut")) }
    let found = try OpExample(Bent(), .numbers([4, 3], in: -2...2)).check()
    #expect(found == 2)
  }

  @Test func errorsAreToldInTheTargetsUnit() throws {
    let configuration = try configuration(
      target: "sum", #""metrics": ["mse", "rmse", "mae", "largest_error", "r2"]"#)
    let experiment = try Experiment(configuration, registry: registry)
    let session = try TrainingSession(experiment, in: temporary.path("sums"))
    _ = try session.train()
    for epoch in try StoredRun(temporary.path("sums"), registry: registry).history {
      let (mse, rmse) = try (#require(epoch.train["mse"]), #require(epoch.train["rmse"]))
      let (mae, most) = try (#require(epoch.train["mae"]), #require(epoch.train["largest_error"]))
      #expect((mse - rmse * rmse).magnitude < 1e-9 * mse)
      #expect(mae <= rmse && rmse <= most && most > 1, "not of the standardised target")
    }
  }

  @Test func metricsThatCannotBeFollowedAreRefused() throws {
    let wrong = try configuration(target: "label", #""metrics": ["rmse"]"#)
    let problem = #expect(throws: Problem.self) { try Experiment(wrong) }
    #expect(problem?.location == "metrics" && problem?.expected.contains("auc") == true)
    for metrics: [any Metric] in [[.f1, .f1], [.topKAccuracy(k: 2), .topKAccuracy(k: 3)]] {
      var twice = RunConfiguration()
      twice.training.metrics = metrics
      let problem = #expect(throws: Problem.self) { try twice.check() }
      #expect(problem?.location == "metrics")
    }
  }
}
