import Datasets
import Engine
import Networks

/// What a training begins or goes on with.
package struct TrainingStart {
  package var experiment: Experiment
  /// Where it stands; nil at the beginning.
  package let checkpoint: Checkpoint?
  /// Are settings others than those that the checkpoint was made with?
  let isChanged: Bool

  package init(
    _ experiment: Experiment, _ checkpoint: Checkpoint? = nil, isChanged: Bool = false
  ) {
    (self.experiment, self.checkpoint, self.isChanged) = (experiment, checkpoint, isChanged)
  }
}

/// A training with its files: settings, split, metrics, checkpoint, best model and report go into the
/// folder of a run, in such an order that whatever happens it can go on.
/// ```swift
/// let session = try TrainingSession(Experiment(configuration))
/// let report = try session.train { event in
///   if case .epoch(let epoch) = event { print(epoch.epoch, epoch.train) }
///   return .continue
/// }
/// ```
public final class TrainingSession {
  /// What is trained, and on which data.
  public let experiment: Experiment
  /// Where its files lie.
  public let folder: RunFolder
  package let loop: TrainingLoop
  private let isResumed: Bool
  /// Held until nothing more is written.
  private var lock: RunLock?
  /// Where it took a checkpoint up with other settings.
  private let isChanged: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant

  /// Prepares a training and makes the folder of its run.
  ///
  /// - Parameters:
  ///   - path: the folder; nil takes the setting `output`, or a free one below `runs`, called as the
  ///     setting `name` or the data.
  ///   - force: replace the run that is there.
  /// - Throws: `Problem` for an experiment that cannot work, before anything is written; for a folder
  ///   that holds a run or cannot be made, or that another training writes into.
  public convenience init(
    _ experiment: Experiment, in path: String? = nil, force: Bool = false
  ) throws {
    try self.init(experiment, in: path, force: force, holding: nil)
  }

  /// The same, for whoever may hold the folder already.
  package init(
    _ experiment: Experiment, in path: String?, force: Bool, holding held: RunLock?
  ) throws {
    start = clock.now
    self.experiment = experiment
    (isResumed, isChanged) = (false, false)
    loop = try experiment.run(keepsFeatures: true)
    let settings = experiment.configuration
    (folder, lock) = try RunFolder.created(
      path ?? RunFolder.path(for: settings), force: force, holding: held)
    try folder.write(settings)
    try AtomicFile.write(experiment.data.manifest.json(), to: folder[.split])
    if let origin = experiment.origin {
      try FirstWeights(experiment.start.tensors, origin).write(to: folder[.start])
    }
  }

  /// Prepares to go on with a run from its checkpoint, as if it had never stopped, or with other
  /// settings: what was changed in ``StoredRun/configuration``. A run that was stopped before its first
  /// checkpoint begins again.
  ///
  /// - Parameter threads: instead of the run's own number; changes no bit of the result.
  /// - Throws: `Problem` if the data have changed, for a run that has come to its end and shall do nothing
  ///   more, for settings that only a new run can have; if another process trains it.
  public convenience init(resuming run: StoredRun, threads: Int? = nil) throws {
    try self.init(resuming: run, threads: threads, holding: nil)
  }

  /// The same, for whoever may hold the folder already.
  package convenience init(resuming run: StoredRun, threads: Int?, holding held: RunLock?) throws {
    let lock = try held ?? RunLock(run.folder.path)
    try self.init(run.goingOnFromCheckpoint(threads: threads), in: run.folder, holding: lock)
  }

  /// The same from what a run goes on with.
  package init(_ found: TrainingStart, in folder: RunFolder, holding lock: RunLock) throws {
    start = clock.now
    experiment = found.experiment
    self.folder = folder
    (isResumed, isChanged) = (true, found.isChanged)
    self.lock = lock
    loop = try experiment.run(resuming: found.checkpoint, keepsFeatures: true)
    guard !loop.isDone || !folder.has(.report) else {
      throw Problem.data(
        "epochs", expected: "more than the \(loop.epochsDone) that are done", found: "no more",
        fix: "set `epochs` to a larger number to go on")
    }
  }

  /// Says to other programs that an interrupt stops this training, which keeps what it knows.
  package func offerInterrupt() { lock?.offerInterrupt() }

  /// Trains to the end, or until the observer stops it, and scores the best model.
  ///
  /// - Returns: the report, which is also in the folder.
  /// - Throws: what ``learn(_:)`` and ``conclude(_:sealed:)`` throw.
  public func train(
    listen: (TrainingEvent) throws -> TrainingControl = { _ in .continue }
  ) throws -> ExperimentReport {
    try conclude(learn { event, _ in try listen(event) }).report
  }

  /// Trains to the end, or until the observer stops it.
  ///
  /// - Parameter observe: is told of each step and epoch and of the end, with the training, which
  ///   gives the present model, the best one or a checkpoint when asked; may stop it, by its answer or
  ///   by throwing. A regression's scores are those of the standardised target, see
  ///   `inUserUnits` of the experiment.
  /// - Throws: `Problem` when a loss is no longer finite; what was good until then is in the folder.
  ///   Whatever the observer throws, after the step is over and everything is written.
  public func learn(
    _ observe: (TrainingEvent, TrainingLoop) throws -> TrainingControl = { _, _ in .continue }
  ) throws -> TrainingOutcome {
    lock = try lock ?? RunLock(folder.path)
    if isResumed { try takeUp() }
    var saver = ModelSaver(experiment, loop, folder)
    do {
      return try loop.run { event, training in
        switch event {
        case .step(let step): if isDue(step) { try saver.finish() }
        case .epoch(let record):
          try saver.offer()
          try folder.append(experiment.inUserUnits(record))
        case .end: try saver.finish()
        }
        return try observe(event, training)
      }
    } catch {
      // What was good until then is kept.
      defer { lock = nil }
      try saver.finish()
      throw (error as? Problem).map(explained) ?? error
    }
  }

  /// What was written before fits what comes now: epochs that the checkpoint does not know, a report and
  /// settings of before.
  private func takeUp() throws {
    try folder.restoreMetrics(loop.history.map(experiment.inUserUnits))
    try folder.removeReport()
    guard isChanged else { return }
    if loop.state.steps > 0 { try loop.checkpoint().write(to: folder[.checkpoint]) }
    try folder.write(experiment.configuration)
  }

  /// Says what is left of a training that diverged.
  private func explained(_ problem: Problem) -> Problem {
    guard loop.hasDiverged, problem.kind == .data else { return problem }
    let left =
      folder.has(.checkpoint)
      ? "the checkpoint, \(loop.epochsDone) epochs and \(loop.state.steps) steps old, is good: "
        + "resume the run with other settings"
      : "nothing was learned before; resume begins the run again with other settings"
    return Problem(
      problem.kind, problem.location, expected: problem.expected, found: problem.found,
      fix: "\(problem.fix); \(left)")
  }

  /// Is a checkpoint wanted after this step?
  private func isDue(_ step: StepRecord) -> Bool {
    guard let every = experiment.configuration.output.checkpointEvery else { return false }
    return ((step.epoch - 1) * step.stepsPerEpoch + step.step).isMultiple(of: every)
  }

  /// Scores the best model, stores it with what it answers for the training part, and writes
  /// `report.json`. The test rows are unsealed if the training has come to its end, and how often they
  /// were is counted.
  ///
  /// - Parameter sealed: leave the test rows sealed; ``StoredRun/unseal(threads:)`` scores them later.
  /// - Throws: `Problem` if something cannot be written.
  public func conclude(
    _ outcome: TrainingOutcome, sealed: Bool = false
  ) throws -> (report: ExperimentReport, model: TrainedModel) {
    lock = try lock ?? RunLock(folder.path)
    defer { lock = nil }
    var model = try experiment.model(of: loop)
    let threads = experiment.configuration.training.threads ?? 1
    try model.settle(
      on: experiment.data, coverage: experiment.configuration.training.coverage, threads: threads)
    try model.save(to: folder[.model])
    if outcome.reason != .interrupted, !sealed {
      try experiment.countTestScoring(of: loop, in: folder)
    }
    var report = try experiment.report(on: model, of: loop, outcome, in: folder, sealed: sealed)
    report.wallSeconds = start.duration(to: clock.now).inSeconds
    try folder.write(report, to: .report)
    return (report, model)
  }
}
