import Datasets
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
    task = TrialTask(
      number: 1, finalSeed: nil,
      configuration: SmallTable.configuration(try SmallTable.write(to: folder)),
      run: folder.path("runs/0001"), objective: Objective("loss", largerIsBetter: false),
      folds: nil)
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
