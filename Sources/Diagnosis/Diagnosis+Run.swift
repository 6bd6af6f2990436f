import Networks
public import Training

extension Diagnosis {
  /// Looks for what keeps a run from learning. It is rehearsed from its settings, so that one whose training
  /// failed can be diagnosed.
  ///
  /// - Parameters:
  ///   - data: other data to take instead of the run's own.
  ///   - steps: how many to rehearse, and to try each remedy for.
  /// - Throws: `Problem` for data that have changed or are gone.
  public init(of run: StoredRun, data: String? = nil, steps: Int = usualSteps) throws {
    try run.configuration.data.checkThatRowsAreInMemory(
      for: "a diagnosis", fix: "train on some of the rows, and diagnose that run")
    let experiment = try run.experiment(data: data)
    let trained = run.folder.has(.model) ? try run.model().model : nil
    let fits = trained?.inputShape == experiment.start.inputShape
    try self.init(
      of: TrainingSetup(
        experiment.start, plan: experiment.plan, train: experiment.data.train,
        validation: experiment.data.validation), trained: fits ? trained : nil, steps: steps)
  }

  /// What a reader of a run's diagnosis should know; nil where there is nothing.
  /// - Throws: `Problem` for a damaged checkpoint.
  package static func note(on run: StoredRun) throws -> String? {
    guard run.folder.has(.checkpoint), try !run.checkpoint().changes.isEmpty else { return nil }
    return
      "the run went on with other settings on its way; this is a training with the last of them from "
      + "its beginning"
  }
}
