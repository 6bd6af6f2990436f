import Datasets
import Engine
import Networks
import Testing

@testable import Training

/// Forecasts are at least as good as what anybody sees who looks at the series.
@Suite struct ForecastTests {
  /// A kind of series, by its value at a step.
  enum Series: String, CaseIterable {
    case trend, season, trendAndSeason, randomWalk, levelShifts, meanReverting

    func values(_ count: Int) -> [Double] {
      var generator = RandomGenerator(seed: 3)
      var (walk, level, reverting) = (0.0, 0.0, 0.0)
      return (0..<count).map { step in
        let (time, error) = (Double(step), generator.normal())
        let season = [0.0, 7, 10, 7, 0, -7, -10, -7][step % 8]
        walk += error
        reverting = 0.8 * reverting + error
        if step % 40 == 0 { level = 20 * generator.normal() }
        return switch self {
        case .trend: 0.5 * time + 2 * error
        case .season: season + error
        case .trendAndSeason: 0.2 * time + season + error
        case .randomWalk: walk
        case .levelShifts: level + error
        case .meanReverting: reverting
        }
      }
    }
  }

  private func table(_ text: String) throws -> DataTable {
    try DataTable(reading: MemorySource(Array(text.utf8), name: "series"))
  }

  private func configuration(
    horizon: ClosedRange<Int> = 1...1, _ change: (inout RunConfiguration) -> Void = { _ in }
  ) -> RunConfiguration {
    var configuration = RunConfiguration()
    (configuration.data.forecast, configuration.data.history) = ("y", 16)
    configuration.data.horizon = horizon
    configuration.network.hidden = [8]
    configuration.training.epochs = 15
    configuration.training.threads = 1
    change(&configuration)
    return configuration
  }

  /// As long and as wide as a training is if nobody says otherwise.
  private static func usual(_ configuration: inout RunConfiguration) {
    configuration.network.hidden = RunConfiguration().network.hidden
    configuration.training.epochs = RunConfiguration().training.epochs
  }

  private func evaluation(
    _ table: DataTable, _ configuration: RunConfiguration
  ) throws -> (Evaluation, Experiment) {
    let experiment = try Experiment(
      configuration, data: PreparedData(table: table, configuration))
    let run = try experiment.run()
    _ = try run.run()
    var model = try experiment.model(of: run)
    let data = experiment.data
    try model.calibrate(on: #require(data.validation))
    return (try model.evaluate(#require(data.test)), experiment)
  }

  @Test(arguments: Series.allCases, [1...1, 1...4])
  func noForecastIsWorseThanTheBetterBaseline(_ series: Series, _ horizon: ClosedRange<Int>) throws
  {
    let text = "y\n" + series.values(320).map { "\($0)\n" }.joined()
    let (scores, experiment) = try evaluation(
      table(text), configuration(horizon: horizon, Self.usual))
    let naive = try #require(scores.baselines).compactMap(\.scores.average.rmse.value).min()
    let own = try #require(scores.regression?.average.rmse.value)
    // A level that jumps is followed late: the last value is at once where it is now.
    let bound = series == .levelShifts ? 2.5 : 1.15
    #expect(try own < bound * #require(naive), "\(experiment.data.notes)")
    #expect(experiment.data.notes.contains { $0.contains("forecast_as") })
    #expect(experiment.configuration.data.forecastAs == experiment.data.preprocessing.series?.form)
  }

  /// Several series at levels of their own, one of which was never seen as high as it is at the end.
  @Test func seriesAtDifferentLevels() throws {
    let lines = (0..<3).flatMap { place in
      Series.randomWalk.values(120).enumerated().map { step, value in
        "s\(place),\(step),\(Double(place) * 300 + value + 0.3 * Double(step))\n"
      }
    }
    let (scores, _) = try evaluation(
      table("store,day,y\n" + lines.joined()),
      configuration {
        Self.usual(&$0)
        $0.data.group = "store"
      })
    let naive = try #require(scores.baselines).compactMap(\.scores.average.rmse.value).min()
    #expect(try #require(scores.regression?.average.rmse.value) < 1.15 * #require(naive))
  }

  /// What is said is done, by networks of each kind, and a model that is read back answers alike.
  @Test(arguments: ForecastForm.allCases, [NetworkKind.dense, .table, .gru])
  func whatIsSaidIsLearned(_ form: ForecastForm, _ kind: NetworkKind) throws {
    let text = "y\n" + Series.season.values(200).map { "\($0)\n" }.joined()
    let settings = configuration(horizon: 2...3) {
      ($0.data.forecastAs, $0.data.season) = (form, 8)
      ($0.network.architecture, $0.training.epochs) = (.kind(kind), 1)
    }
    let experiment = try Experiment(
      settings, data: PreparedData(table: table(text), settings))
    #expect(!experiment.data.notes.contains { $0.contains("forecast_as") })
    #expect(experiment.data.preprocessing.series?.form == form)
    #expect(experiment.start.layers.contains { $0 is Change } == (form != .value))
    let run = try experiment.run()
    _ = try run.run()
    let model = try experiment.model(of: run)
    let test = try #require(experiment.data.test)
    let again = try TrainedModel(bytes: model.bytes())
    #expect(try again.predict(test.inputs) == model.predict(test.inputs))
    // The layer is in the network that the run's file names, and is not put around it again.
    #expect(
      try Experiment(
        experiment.configuration,
        data: PreparedData(
          table: table(text), experiment.configuration)
      ).start.weightsSHA256
        == experiment.start.weightsSHA256)
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let text = "y\n" + Series.randomWalk.values(120).map { "\($0)\n" }.joined()
    let changes: [(inout RunConfiguration) -> Void] = [
      { settings in
        settings.data.forecastAs = .change
        settings.data.targetScaling = .log
      },
      { settings in
        settings.data.forecast = nil
        settings.data.forecastAs = .change
        settings.data.target = "y"
      },
    ]
    for change in changes {
      #expect(throws: Problem.self) { try configuration(horizon: 1...1, change).check() }
    }
    let settings = configuration {
      ($0.data.forecastAs, $0.data.history) = (.seasonalChange, 2)
    }
    let problem = #expect(throws: Problem.self) {
      try PreparedData(table: table(text), settings)
    }
    #expect(problem?.description.contains("season") == true)
  }
}
