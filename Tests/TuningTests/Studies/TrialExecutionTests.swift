import Datasets
import Engine
import Networks
import TestSupport
import Testing
import Training

@testable import Tuning

/// A trial whose worker outlived the study that was killed.
struct TrialExecutionTests {
  private let folder: TemporaryFolder
  private let task: TrialTask

  init() throws {
    folder = try TemporaryFolder()
    task = Self.task(folder, data: try SmallTable.write(to: folder))
  }

  private static func task(_ folder: TemporaryFolder, data: String, folds: Int? = nil) -> TrialTask
  {
    TrialTask(
      number: 1, finalSeed: nil, configuration: SmallTable.configuration(data),
      run: folder.path("runs/0001"), objective: Objective("loss", largerIsBetter: false),
      folds: folds)
  }

  private func run(isCancelled: Bool = false) throws -> (epochs: [Int], end: TrialEnd) {
    var execution = TrialExecution(registry: .standard, decoders: .none)
    var epochs: [Int] = []
    let end = try execution.run(
      task,
      hear: {
        epochs.append($0.epoch)
        return true
      }, isCancelled: { isCancelled })
    return (epochs, end)
  }

  @Test func whatCameToItsEndUnheardIsToldAndNotTrainedAgain() throws {
    let first = try run()
    #expect(first.end.state == .complete)
    let model = try folder.bytes("runs/0001/model.safetensors")
    let again = try run()
    #expect(again.end == first.end)
    #expect(again.epochs == first.epochs)
    #expect(try folder.bytes("runs/0001/model.safetensors") == model)
  }

  @Test func whoIsWaitedForNoMoreTouchesNothing() throws {
    _ = try run()
    let report = try folder.bytes("runs/0001/report.json")
    #expect(try run(isCancelled: true).end.state == .stopped)
    #expect(try folder.bytes("runs/0001/report.json") == report)
  }

  /// What keeps a study from hearing is no fault of the training.
  @Test(arguments: [nil, 2]) func whoCannotHearEndsIt(_ folds: Int?) throws {
    let away = Problem(.inputOutput, "store", expected: "a server that stays", found: "none")
    let task = Self.task(folder, data: folder.path("points.csv"), folds: folds)
    #expect(throws: away) {
      var execution = TrialExecution(registry: .standard, decoders: .none)
      _ = try execution.run(task, hear: { _ in throw away }, isCancelled: { false })
    }
  }

  @Test func whoWaitsForARunCanBeStopped() throws {
    let lock = try RunLock.waiting(for: task.run)
    var looks = 0
    var execution = TrialExecution(registry: .standard, decoders: .none)
    let end = try execution.run(
      task, hear: { _ in true },
      isCancelled: {
        looks += 1
        return looks > 3
      })
    #expect(end.state == .stopped)
    withExtendedLifetime(lock) {}
  }

  /// Whoever holds the run is waited for, also where it has no folder yet when the trial is given out.
  @Test func whoHoldsTheRunIsWaitedFor() async throws {
    let lock = try RunLock.waiting(for: task.run)
    let task = task
    let end = Task.detached {
      var execution = TrialExecution(registry: .standard, decoders: .none)
      return try execution.run(task, hear: { _ in true }, isCancelled: { false })
    }
    try await Task.sleep(for: .milliseconds(50))
    withExtendedLifetime(lock) {}
    _ = consume lock
    #expect(try await end.value.state == .complete)
  }
}
