import Engine

extension StoredRun {
  /// What there is to say of a run that has not come to its end, with its best model so far. Writes
  /// nothing, so the run may be training meanwhile, and leaves the test rows sealed.
  /// - Throws: `Problem` if no epoch is finished.
  public func interim() throws -> (
    report: ExperimentReport, experiment: Experiment, model: TrainedModel
  ) {
    let experiment = try experiment()
    let loop = try experiment.run(resuming: checkpoint())
    guard !loop.history.isEmpty else {
      throw Problem(
        .missing, folder[.report], expected: "a run with a finished epoch", found: "none yet",
        fix: "resume the training")
    }
    let model = try experiment.model(of: loop)
    let outcome = TrainingOutcome(
      reason: .interrupted, epochsRun: loop.epochsDone, bestEpoch: loop.state.best.epoch,
      sentence:
        "So far \(loop.epochsDone) of at most \(loop.plan.epochs) epochs, the best of them "
        + "\(loop.state.best.epoch ?? 0); the training has not come to its end.")
    return (
      try experiment.report(on: model, of: loop, outcome, in: folder), experiment, model
    )
  }
}
