import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// Answers that are quantiles, from the setting to the table.
@Suite struct QuantileTests {
  private static let shares = [0.05, 0.5, 0.95]

  /// The spread of the errors grows with x.
  private func trained(_ targets: String, logarithm: Bool = false) throws -> (
    TrainedModel, Experiment
  ) {
    var generator = RandomGenerator(seed: 4)
    let rows = (0..<400).map { _ in
      let x = generator.uniform()
      let y = 3 * x + (0.1 + x) * generator.normal()
      return "\(x),\(logarithm ? Double.exp(y) : y),\(10 * x + generator.normal())\n"
    }
    var configuration = RunConfiguration()
    configuration.data.target = targets
    configuration.data.ignore = targets == "y" ? ["z"] : []
    configuration.data.targetScaling = logarithm ? .log : .linear
    configuration.training.quantiles = Self.shares
    configuration.network.hidden = [8]
    configuration.training.epochs = 80
    configuration.training.threads = 1
    let table = try DataTable(
      reading: MemorySource(Array(("x,y,z\n" + rows.joined()).utf8), name: "table"))
    let experiment = try Experiment(
      configuration, data: PreparedData(table: table, configuration))
    let run = try experiment.run()
    _ = try run.run()
    var model = try experiment.model(of: run)
    try model.calibrate(on: #require(experiment.data.validation))
    return (model, experiment)
  }

  @Test(arguments: [false, true]) func quantilesAreAnsweredInTheirOrder(logarithm: Bool) throws {
    let (model, experiment) = try trained("y", logarithm: logarithm)
    #expect(model.model.outputCount == 3 && experiment.plan.loss.quantiles == Self.shares)
    #expect(experiment.configuration.training.quantiles == Self.shares)
    let test = try #require(experiment.data.test)
    let answers = try model.predict(test.inputs)
    for answer in answers {
      let own = try #require(answer.quantiles?["y"])
      let values = try ["0.05", "0.5", "0.95"].map { try #require(own[$0]) }
      #expect(values == values.sorted())
      #expect(try #require(answer.low) <= #require(answer.high))
    }
    #expect(try TrainedModel(bytes: model.bytes()).predict(test.inputs) == answers)
    let columns = Prediction.columns(like: answers[0], targets: ["y"])
    #expect(columns.map(\.name) == ["y", "y low", "y high", "y q0.05", "y q0.5", "y q0.95"])
    #expect(columns[5].text(answers[0]) == answers[0].quantiles?["y"]?["0.95"].map { "\($0)" })
    let scores = try model.evaluate(test)
    #expect(scores.coverage?.map(\.promised) == [0.95 - 0.05])
    #expect(scores.text.contains("pinball loss") && scores.text.contains("Intervals of answers"))
    for score in try #require(scores.quantiles) {
      let below = try #require(score.below.value)
      #expect((below - score.quantile).magnitude < 0.2, "\(score)")
      #expect(try #require(score.pinball.low) > 0)
    }
  }

  /// The spread that was learned follows that of the errors, as one width for all does not.
  @Test func intervalsAreWideWhereErrorsAre() throws {
    let (model, _) = try trained("y")
    let widths = try [0.1, 0.9].map { x in
      let answer = try model.predict(["x": .number(x)])
      return try #require(answer.high) - #require(answer.low)
    }
    #expect(widths[1] > 1.5 * widths[0])
  }

  @Test func severalTargetsHaveTheirOwn() throws {
    let (model, experiment) = try trained("y,z")
    #expect(model.model.outputCount == 6)
    let answer = try model.predict(["x": 0.5])
    #expect(answer.quantiles?.keys.sorted() == ["y", "z"] && answer.values?.count == 2)
    #expect(try #require(answer.quantiles?["z"]?["0.5"]) > #require(answer.quantiles?["y"]?["0.5"]))
    let scores = try model.evaluate(#require(experiment.data.test))
    #expect(scores.quantiles?.count == 6 && scores.coverage?.count == 2)
    #expect(try #require(scores.regression?.outputs[1].r2.value) > 0.5)
  }

  /// Conformalised: the error of the right rank beyond the outermost quantiles, below 0 where all lie
  /// within.
  @Test func theIntervalIsMovedByAnErrorOfTheRightRank() throws {
    let preprocessing = try Preprocessing(columns: ["x"], target: "y")
    let loss: any Loss = .pinball(quantiles: [0.25, 0.5, 0.75])
    func calibration(_ truths: [Float]) throws -> Calibration? {
      // The quantiles cross: sorted they are 0, 1 and 2.
      Calibration(
        truths.flatMap { _ in [2, 1, 0] },
        of: try Dataset(
          inputs: Examples(shape: [1], floats: truths),
          targets: Examples(shape: .scalar, floats: truths)),
        preprocessing, width: 3, loss: loss, coverage: 0.99)
    }
    let wide = try #require(try calibration([1, 5, 1, 1, -3]))
    #expect(wide.coverage == 0.5 && wide.margins == [-1])
    #expect(wide.intervals([5, 3, 0])?.map { [$0.low, $0.high] } == [[1, 4]])
    #expect(wide.intervals([1, 3, 2])?.map { [$0.low, $0.high] } == [[2, 2]])
    let narrow = try #require(try calibration([1, 5, 5, 5, -3]))
    #expect(narrow.margins == [3])
    #expect(
      Calibration.coverage(of: .pinball(quantiles: [0.9]), 0.9) == nil
        && Calibration.coverage(of: .meanSquaredError, 0.8) == 0.8)
  }

  @Test func quantilesOfClassesAreRefused() throws {
    var configuration = RunConfiguration()
    configuration.data.target = "y"
    configuration.training.quantiles = [0.1, 0.5]
    try configuration.check()
    let table = try DataTable(
      reading: MemorySource(
        Array(("x,y\n" + (0..<30).map { "\($0),\($0 % 2 == 0 ? "a" : "b")\n" }.joined()).utf8),
        name: "table"))
    let problem = #expect(throws: Problem.self) {
      try Experiment(configuration, data: PreparedData(table: table, configuration))
    }
    #expect(problem?.location == "quantiles")
    configuration.training.loss = .huber()
    #expect(throws: Problem.self) { try configuration.check() }
    configuration.training.loss = .pinball(quantiles: [0.1, 0.5])
    try configuration.check()
    configuration.training.quantiles = [0.1, 0.9]
    #expect(throws: Problem.self) { try configuration.check() }
  }
}
