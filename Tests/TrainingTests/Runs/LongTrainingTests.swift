import Datasets
import Engine
import Foundation
import Networks
import TestSupport
import Testing

@testable import Training

/// Trainings of very many epochs, and what a resumed run's metrics say.
@Suite struct LongTrainingTests {
  private let temporary: TemporaryFolder

  init() throws { temporary = try TemporaryFolder() }

  private func session(_ epochs: Int, in run: String) throws -> TrainingSession {
    let text =
      "a,b,y\n"
      + (0..<40).map { "\($0 % 7),\($0 % 5),\(100 * ($0 % 7) - 30 * ($0 % 5))\n" }.joined()
    var configuration = RunConfiguration()
    configuration.data.target = "y"
    configuration.training.epochs = epochs
    configuration.training.patience = 0
    configuration.training.batch = 40
    configuration.network.hidden = [2]
    configuration.training.threads = 1
    let path = temporary.path("table.csv")
    try AtomicFile.write(Array(text.utf8), to: path)
    configuration.data.source = path
    return try TrainingSession(Experiment(configuration), in: temporary.path(run))
  }

  /// A checkpoint is as large after many epochs as after some thousand, and a training goes on from it with
  /// the same bits; the metrics keep every epoch.
  @Test func aCheckpointDoesNotGrowWithTheEpochs() throws {
    let most = TrainingState.mostRecords
    let whole = try session(most + 60, in: "whole")
    _ = try whole.learn()
    let lines = try whole.folder.metrics()
    #expect(lines.map(\.epoch) == Array(1...most + 60))
    let expected = try whole.loop.model().weightsSHA256

    let broken = try session(most + 60, in: "run")
    let outcome = try broken.learn { event, _ in
      if case .epoch(let record) = event, record.epoch == most + 30 { return .stop }
      return .continue
    }
    #expect(outcome.reason == .interrupted)
    _ = try broken.conclude(outcome)
    let run = try StoredRun(temporary.path("run"))
    let checkpoint = try run.checkpoint()
    #expect((most...most + 1).contains(checkpoint.state.epochs.count))
    #expect(checkpoint.epochsDone == most + 30)
    let next = try TrainingSession(resuming: run)
    _ = try next.learn()
    #expect(try next.loop.model().weightsSHA256 == expected)
    let again = try next.folder.metrics()
    #expect(again.map(\.epoch) == Array(1...most + 60))
    #expect(again.map(\.train) == lines.map(\.train))
    #expect(again.map(\.validation) == lines.map(\.validation))
  }

  /// Also of a regression, whose scores are told in the target's unit.
  @Test func aResumedRunTellsItsEpochsInTheSameUnits() throws {
    let whole = try session(6, in: "whole")
    _ = try whole.learn()
    let lines = try whole.folder.metrics()
    let broken = try session(6, in: "run")
    let outcome = try broken.learn { event, _ in
      if case .epoch(let record) = event, record.epoch == 4 { return .stop }
      return .continue
    }
    _ = try broken.conclude(outcome)
    _ = try TrainingSession(resuming: StoredRun(temporary.path("run"))).learn()
    let again = try broken.folder.metrics()
    #expect(again.map(\.validation) == lines.map(\.validation))
    #expect(try #require(lines[0].validation?["rmse"]) > 5)
  }

  /// What a page reads of a training at each look says of all epochs what the whole file says.
  @Test func anOverviewSaysWhatTheMetricsSay() throws {
    let trained = try session(200, in: "run")
    _ = try trained.learn()
    let all = try trained.folder.metrics()
    for most in [1, 7, 50, 199, 200, 1000] {
      let overview = try trained.folder.metricsOverview(most: most)
      #expect(overview.count == 200)
      #expect(abs(overview.seconds - all.reduce(0) { $0 + $1.seconds }) < 1e-9)
      let known = all.last { $0.isBest }
      let best = try #require(known)
      let drawn = Set(stride(from: 1, through: 200, by: overview.stride))
      #expect(overview.epochs.map(\.epoch) == drawn.union([best.epoch, 200]).sorted())
      #expect(overview.epochs == all.filter { drawn.union([best.epoch, 200]).contains($0.epoch) })
    }
    try AtomicFile.write([], to: trained.folder[.metrics])
    let none = try trained.folder.metricsOverview(most: 7)
    #expect(none.count == 0 && none.epochs.isEmpty && none.seconds == 0)
  }
}
