import Engine
import Networks

extension StoredRun {
  /// Scores the test rows of a run that was concluded with them sealed, counts that, and writes its report
  /// again. A run whose test rows were scored before keeps its scores: nothing new would be seen.
  ///
  /// - Parameter threads: instead of the run's own number; changes no bit of the result.
  /// - Returns: the report, which is also in the folder.
  /// - Throws: `Problem` for a run that has not come to its end; if its data have changed or are gone; if
  ///   another process trains it.
  @discardableResult public func unseal(threads: Int? = nil) throws -> ExperimentReport {
    let lock = try RunLock(folder.path)
    defer { withExtendedLifetime(lock) {} }
    guard try state == .finished else {
      throw Problem.data(
        folder.path, expected: "a run that has come to its end", found: try state.rawValue,
        fix: "resume it first")
    }
    let before = try folder.report()
    guard before.test == nil else { return before }
    let experiment = try experiment(threads: threads)
    let loop = try experiment.run(resuming: checkpoint())
    try experiment.countTestScoring(of: loop, in: folder)
    let outcome = TrainingOutcome(
      reason: before.ending, epochsRun: before.epochsRun, bestEpoch: before.bestEpoch,
      sentence: before.sentence)
    var report = try experiment.report(on: model(), of: loop, outcome, in: folder)
    report.wallSeconds = before.wallSeconds
    try folder.write(report, to: .report)
    return report
  }
}

extension Experiment {
  /// Counts that the test rows are about to be scored, before anybody can see the scores.
  func countTestScoring(of loop: TrainingLoop, in folder: RunFolder) throws {
    guard data.test != nil else { return }
    loop.state.testScorings = (loop.state.testScorings ?? 0) + 1
    try loop.checkpoint().write(to: folder[.checkpoint])
  }
}
