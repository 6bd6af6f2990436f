import Datasets
import Engine
import TestSupport
import Testing

@testable import Networks
@testable import Training

/// Runs that go on after their end, after a divergence, with other settings and from another folder.
@Suite struct GoingOnTests {
  private let temporary: TemporaryFolder
  private let folder: String

  init() throws {
    temporary = try TemporaryFolder()
    folder = temporary.path("runs/one")
    var text = "a,b,y\n"
    for row in 0..<60 { text += "\(row % 7),\(row % 5),\(row % 7 > 3 ? "yes" : "no")\n" }
    try temporary.write(text, to: "table.csv")
  }

  private func configuration(epochs: Int = 3) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.source = temporary.path("table.csv")
    configuration.data.target = "y"
    configuration.training.epochs = epochs
    configuration.training.patience = 0
    configuration.training.threads = 1
    return configuration
  }

  private func run(_ configuration: RunConfiguration) throws -> ExperimentReport {
    try TrainingSession(Experiment(configuration), in: folder).train()
  }

  @Test func aFinishedRunGoesOnWithMoreEpochsAndOtherSettings() throws {
    let first = try run(configuration())
    #expect(first.testScorings == 1 && first.test != nil)
    let refused = #expect(throws: Problem.self) {
      try TrainingSession(resuming: StoredRun(folder))
    }
    #expect(refused?.setting?.name == "epochs")

    var stored = try StoredRun(folder)
    stored.configuration.training.epochs = 5
    stored.configuration.training.learningRate = 0.002
    stored.configuration.training.clipGlobalNorm = 1
    let second = try TrainingSession(resuming: stored).train()
    #expect(second.epochsRun == 5 && second.testScorings == 2)
    #expect(second.notes.contains { $0.hasPrefix("learning_rate is 0.002 instead of 0.01 since") })
    #expect(
      second.changes?.map(\.setting) == ["learning_rate", "clip_global_norm", "schedule", "epochs"])
    let kept = try StoredRun(folder)
    #expect(kept.configuration.training.epochs == 5)
    #expect(kept.configuration.training.clipGlobalNorm == 1)
    // The cosine that ended with the training ends with the longer one.
    let schedule = try #require(kept.configuration.training.schedule)
    #expect(schedule.isSame(as: Schedules.Cosine(over: 5)))
    let rates = try kept.history.map(\.learningRate)
    #expect(rates[2] < 0.01 && rates[3] > 0 && rates[3] < 0.002)
    #expect(try kept.checkpoint().plan.optimizer.clipping == .globalNorm(1))
  }

  @Test func whatOnlyANewRunCanHaveIsRefused() throws {
    _ = try run(configuration())
    var stored = try StoredRun(folder)
    stored.configuration.training.batch = 3
    stored.configuration.training.epochs = 9
    let problem = #expect(throws: Problem.self) { try TrainingSession(resuming: stored) }
    #expect(problem?.setting?.name == "batch" && problem?.fix.contains("learning_rate") == true)
  }

  @Test func aNewLearningRateIsNotReducedByWhatWasSeenBefore() throws {
    var settings = configuration(epochs: 6)
    settings.training.schedule = .plateau(factor: 0.5, patience: 1, improvement: 10)
    _ = try run(settings)
    var stored = try StoredRun(folder)
    try stored.change([
      "learning_rate": LocatedValue(.number(0.125)), "epochs": LocatedValue(.integer(7)),
    ])
    _ = try TrainingSession(resuming: stored).train()
    #expect(try StoredRun(folder).history.last?.learningRate == 0.125)
  }

  @Test func aLimitOfGradientsTakesThePlaceOfAnother() throws {
    var settings = configuration()
    settings.training.clipNorm = 2
    _ = try run(settings)
    var stored = try StoredRun(folder)
    try stored.change(["clip_value": LocatedValue(.number(1))])
    #expect(stored.configuration.training.clipNorm == nil)
    #expect(stored.configuration.training.clipValue == 1)
  }

  /// Nothing is claimed that is not there: in the first epoch there is no checkpoint.
  @Test func aTrainingThatDivergesSaysWhatIsLeft() throws {
    var settings = configuration()
    settings.training.optimizer = "sgd"
    settings.training.learningRate = 1e30
    settings.network.activation = .linear
    let problem = #expect(throws: Problem.self) { try run(settings) }
    #expect(problem?.fix.contains("nothing was learned before") == true)
    #expect(problem?.fix.contains("checkpoint") == false)
    #expect(!StoredRunFolder.hasCheckpoint(folder))
    var stored = try StoredRun(folder)
    stored.configuration.training.learningRate = 0.01
    let report = try TrainingSession(resuming: stored).train()
    #expect(report.epochsRun == 3)
    #expect(try StoredRun(folder).configuration.training.learningRate == 0.01)

    stored = try StoredRun(folder)
    stored.configuration.training.learningRate = 1e30
    stored.configuration.training.schedule = .constant
    stored.configuration.training.epochs = 6
    let later = #expect(throws: Problem.self) { try TrainingSession(resuming: stored).train() }
    #expect(later?.fix.contains("the checkpoint, 3 epochs") == true)
    #expect(StoredRunFolder.hasCheckpoint(folder))
  }

  private enum StoredRunFolder {
    static func hasCheckpoint(_ path: String) -> Bool {
      (try? RunFolder(existing: path))?.has(.checkpoint) == true
    }
  }

  @Test func testRowsStaySealedUntilTheEnd() throws {
    let session = try TrainingSession(Experiment(configuration()), in: folder)
    let stopped = try session.train { event in
      if case .epoch = event { return .stop }
      return .continue
    }
    #expect(stopped.ending == .interrupted && stopped.test == nil && stopped.testScorings == 0)
    // Also while another training holds the run.
    let second = try TrainingSession(resuming: StoredRun(folder))
    let interim = try StoredRun(folder).interim().report
    #expect(interim.test == nil && interim.epochsRun == 1)
    let report = try second.train()
    #expect(report.test != nil && report.testScorings == 1)
  }

  /// Each epoch's record has the rate of its last step, also where the epoch made the schedule wait or
  /// reduce.
  @Test func anEpochHasTheRateItWasTrainedWith() throws {
    for (place, schedule)
      in ([
        .constant, .cosine(over: 4), .plateau(factor: 0.5, patience: 1, improvement: 10),
        .warmUp(over: 2, then: .constant),
      ] as [any Schedule]).enumerated()
    {
      var settings = configuration(epochs: 4)
      settings.training.schedule = schedule
      var rates: [Int: Double] = [:]
      let path = temporary.path("rates-\(place)")
      _ = try TrainingSession(Experiment(settings), in: path).train { event in
        if case .step(let step) = event { rates[step.epoch] = step.learningRate }
        return .continue
      }
      let history = try StoredRun(path).history
      #expect(history.map(\.learningRate) == (1...4).map { rates[$0] }, "\(schedule)")
    }
  }

  /// The run's folder and the data's keep their distance when both are moved, and the working folder is
  /// another.
  @Test func relativePathsAreFoundFromTheRunsFolder() throws {
    _ = try run(configuration())
    var configuration = try StoredRun(folder).configuration
    configuration.data.source = "table.csv"
    configuration.data.test = .file("table.csv")
    configuration.workingFolder = "../.."
    let here = try RunFolder(existing: folder)
    try here.write(configuration, to: .configuration)
    let stored = try StoredRun(folder).configuration.data
    let file = try #require(RunFolder.realPath(temporary.path("table.csv")))
    #expect(stored.source == file && stored.test == .file(file))
    _ = try StoredRun(folder).experiment()
    // A file that is not there keeps its name.
    configuration.data.source = "nowhere.csv"
    try here.write(configuration, to: .configuration)
    #expect(try StoredRun(folder).configuration.data.source == "nowhere.csv")
  }
}
