import Datasets
import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Tuning

@Suite struct StudyTests {
  private let folder: TemporaryFolder
  private let data: String

  init() throws {
    folder = try TemporaryFolder()
    data = try SmallTable.write(to: folder)
  }

  private func settings(_ trials: Int) -> StudySettings {
    var settings = StudySettings()
    (settings.trials, settings.finalists, settings.finalSeeds) = (trials, 2, 2)
    settings.sampler = "random"
    return settings
  }

  private func study(
    _ name: String, _ settings: StudySettings, space: String? = nil, epochs: Int = 6
  ) throws -> Study {
    let configuration = SmallTable.configuration(data, epochs: epochs)
    return try Study(
      configuration, space: space.map { try SearchSpace(json: $0, for: configuration) },
      settings: settings, in: folder.path(name))
  }

  private static let space = """
    {"learning_rate": {"from": 0.0001, "to": 1, "scale": "log"}, "hidden": [[4], [8], [4, 4]]}
    """

  @Test func aWinnerIsNamedAndTheTestRowsAreReadOnce() throws {
    let study = try study("study", settings(5), space: Self.space)
    let result = try study.run()
    let decision = try #require(result.report.decision)
    #expect(result.report.study.trials.count == 5)
    #expect(decision.finalists.contains { $0.trial == 1 })
    #expect(decision.finalists.allSatisfy { $0.values.count == 2 })
    #expect(decision.finalists[0].trial == decision.winner)
    #expect(decision.finalists[0].probability == nil)
    for finalist in decision.finalists.dropFirst() {
      let probability = try #require(finalist.probability)
      // The default one gives way only to what is surely better.
      #expect(decision.winner == 1 ? probability > 0.1 : probability >= 0.5)
      if finalist.trial == 1 { #expect(probability >= 0.9) }
    }
    let run = try #require(result.run)
    #expect(try RunFolder(existing: run).report().testScorings == 1)
    // Of all others they are sealed.
    for other in try RunFolder.all(in: folder.path("study/runs"))
    where other.path != run && other.has(.report) {
      #expect(try other.report().test == nil)
      #expect(try other.report().testScorings == 0)
    }
    // The configuration that came out trains the winner's model again.
    let configuration = try #require(result.configuration)
    let again = try Experiment(configuration)
    #expect(
      again.plan.optimizer.learningRate
        == (try StoredRun(run).configuration.training.learningRate))
  }

  @Test func theBestTrainingsAreJoined() throws {
    var given = settings(4)
    given.ensemble = 3
    let decision = try #require(try study("study", given, space: Self.space).run().report.decision)
    let model = try TrainedModel(path: try #require(decision.ensemble))
    #expect(decision.sentence.contains("ensemble of 3"))
    #expect(try #require(decision.test).contains("by the ensemble accuracy"))
    #expect(try model.predict(["a": .number(1), "b": .number(-1)]).disagreement != nil)
  }

  @Test func theSameSeedGivesTheSameStudy() throws {
    let one = try study("one", settings(6), space: Self.space).run().report.study
    let two = try study("two", settings(6), space: Self.space).run().report.study
    #expect(one.trials.map(\.point) == two.trials.map(\.point))
    #expect(one.trials.map(\.value) == two.trials.map(\.value))
    #expect(one.trials.map(\.state) == two.trials.map(\.state))
  }

  /// Stopped at any moment and opened again, it is the study that was never stopped.
  @Test(arguments: 9...14) func aStudyThatIsStoppedGoesOn(after: Int) throws {
    let whole = try study("whole", settings(6), space: Self.space).run().report.study
    var sittings = 0
    while sittings < 500 {
      sittings += 1
      let study = try study("cut", settings(6), space: Self.space)
      var looks = 0
      let result = try study.run(.here) { _ in
        looks += 1
        return looks > after + sittings % 5 ? .stop : .continue
      }
      guard result.isInterrupted else { break }
    }
    #expect(sittings > 1)
    let cut = try study("cut", settings(6)).record
    #expect(cut.trials.map(\.point) == whole.trials.map(\.point))
    #expect(cut.trials.map(\.value) == whole.trials.map(\.value))
    #expect(cut.trials.map(\.state) == whole.trials.map(\.state))
  }

  @Test func moreTrialsAndAWiderSpaceAreGoneOnWith() throws {
    let first = try study(
      "study", settings(3), space: #"{"learning_rate": {"from": 0.001, "to": 0.1, "scale": "log"}}"#
    ).run().report.study
    let second = try study("study", settings(5), space: Self.space).run().report.study
    #expect(second.trials.count == 5)
    #expect(second.trials.prefix(3).map(\.value) == first.trials.map(\.value))
    #expect(second.trials[4].settings.keys.contains("hidden"))
  }

  @Test func anotherQuestionIsRefused() throws {
    try study("study", settings(2), space: Self.space).run()
    var configuration = SmallTable.configuration(data)
    configuration.data.seed = 9
    #expect(throws: Problem.self) {
      try Study(configuration, settings: settings(3), in: folder.path("study"))
    }
  }

  @Test func aTrialThatDivergesIsTold() throws {
    let space = #"{"learning_rate": [1e30, 2e30]}"#
    var given = settings(3)
    given.pruning = .none
    let record = try study("study", given, space: space).run().report.study
    let failed = record.trials.filter { $0.state == .failed }
    #expect(failed.count == 2)
    #expect(failed.allSatisfy { $0.failure == .diverged && $0.problem != nil })
    // And can be given again.
    let again = try study("study", given)
    try again.retryFailed()
    #expect(again.waiting == [2, 3])
  }

  @Test func settingsThatCannotWorkAreRefusedAtOnce() throws {
    var wrong = StudySettings()
    (wrong.trials, wrong.folds, wrong.finalists) = (0, 1, 0)
    do {
      try wrong.check()
      Issue.record("nothing was refused")
    } catch let problem as Problem {
      #expect(problem.all.count == 3)
    }
  }

  @Test func objectivesAreChosenByWhatCanBeCompared() throws {
    var configuration = SmallTable.configuration(data)
    func objective(_ space: String, _ name: String? = nil) throws -> Objective {
      var settings = settings(1)
      settings.objective = name
      return try Study(
        configuration, space: SearchSpace(json: space, for: configuration), settings: settings,
        in: folder.path("o\(Int.random(in: 0...(.max)))")
      ).setup.objective
    }
    #expect(try objective(Self.space).name == "loss")
    #expect(try objective(Self.space, "accuracy") == Objective("accuracy", largerIsBetter: true))
    let losses = #"{"loss": ["binary_cross_entropy", "mean_squared_error"]}"#
    #expect(try objective(losses).name == "accuracy")
    #expect(throws: Problem.self) { try objective(losses, "loss") }
    #expect(throws: Problem.self) { try objective(Self.space, "rmse") }
    configuration.data.validation = .fraction(0)
    #expect(throws: Problem.self) { try objective(Self.space) }
  }
}
