import Datasets
import Engine
import Networks
import Training

/// Trains what a study asks for, one task after the other, with the data read once.
struct TrialExecution {
  let registry: Registry
  let decoders: Decoders
  private var prepared: (configuration: RunConfiguration, data: PreparedData)?

  init(registry: Registry, decoders: Decoders) {
    (self.registry, self.decoders) = (registry, decoders)
  }

  /// Trains to the end, from the run's checkpoint if it has one, or until somebody says no.
  ///
  /// - Parameters:
  ///   - hear: is told of each epoch; says whether to go on.
  ///   - isCancelled: asked after each step, and while somebody else holds the run.
  /// - Throws: what `hear` throws. What is wrong with the training itself is its end.
  mutating func run(
    _ task: TrialTask, hear: (TuningTrial.Epoch) throws -> Bool, isCancelled: () -> Bool
  ) throws -> TrialEnd {
    do {
      return try train(
        task,
        hear: { epoch in
          do { return try hear(epoch) } catch { throw Unheard(reason: error) }
        }, isCancelled: isCancelled)
    } catch let unheard as Unheard { throw unheard.reason }
  }

  /// Why an epoch could not be told, such as a database that is away: no fault of the training.
  private struct Unheard: Error { let reason: any Error }

  private mutating func train(
    _ task: TrialTask, hear: (TuningTrial.Epoch) throws -> Bool, isCancelled: () -> Bool
  ) throws -> TrialEnd {
    if let folds = task.folds {
      return try run(task, folds: folds, hear: hear, isCancelled: isCancelled)
    }
    let session: TrainingSession
    do {
      // The worker of a study that was killed holds the run until it notices that.
      let lock = try RunLock.waiting(for: task.run, unless: isCancelled)
      guard !isCancelled() else { return TrialEnd(state: .stopped) }
      if let (epochs, end) = try Self.end(of: task) {
        for epoch in epochs { _ = try hear(epoch) }
        return end
      }
      session = try self.session(task, holding: lock)
    } catch let problem as Problem {
      guard !isCancelled() else { return TrialEnd(state: .stopped) }
      return TrialEnd(state: .failed, failure: .refused, problem: problem.description)
    }
    var told = TrialEpochs(task.objective)
    let outcome: TrainingOutcome
    do {
      // What a checkpoint knows was told before, but maybe to somebody who is no more.
      for record in session.loop.history {
        guard try hear(told.epoch(session.experiment.inUserUnits(record))) else {
          return TrialEnd(state: .stopped, value: told.best, seconds: session.loop.seconds)
        }
      }
      outcome = try session.learn { event, _ in
        var goesOn = true
        // An epoch that is done is told also to who stops: it may have been the last.
        if case .epoch(let record) = event {
          goesOn = try hear(told.epoch(session.experiment.inUserUnits(record)))
        }
        return goesOn && !isCancelled() ? .continue : .stop
      }
    } catch let problem as Problem {
      return TrialEnd(
        state: .failed, value: told.best,
        failure: problem.isDivergence ? .diverged : .refused,
        problem: problem.description,
        seconds: session.loop.seconds)
    }
    guard outcome.reason != .interrupted else {
      return TrialEnd(state: .stopped, value: told.best, seconds: session.loop.seconds)
    }
    _ = try session.conclude(outcome, sealed: true)
    return TrialEnd(state: .complete, value: told.best, seconds: session.loop.seconds)
  }

  /// A value for each fold: the mean of those so far. Nothing is written, so it begins anew if it is cut off.
  private func run(
    _ task: TrialTask, folds: Int, hear: (TuningTrial.Epoch) throws -> Bool,
    isCancelled: () -> Bool
  ) throws -> TrialEnd {
    var end = TrialEnd(state: .complete)
    var values: [Double] = []
    do {
      _ = try CrossValidation(
        task.configuration, folds: folds, registry: registry, decoders: decoders
      ).run(
        observe: { _, _, _ in
          if isCancelled() { end.state = .stopped }
          return isCancelled() ? .stop : .continue
        },
        scored: { fold in
          values.append(fold.scores[task.objective.name] ?? .nan)
          let mean = values.reduce(0, +) / Double(values.count)
          (end.value, end.seconds) = (mean, end.seconds + fold.seconds)
          guard try !hear(.init(epoch: fold.fold, value: mean)) else { return .continue }
          end.state = .stopped
          return .stop
        })
    } catch let problem as Problem {
      (end.state, end.problem) = (.failed, problem.description)
      end.failure = problem.isDivergence ? .diverged : .refused
    }
    return end
  }

  /// What it takes to find the end of a run that came to it unheard; nil if it did not.
  static func end(of task: TrialTask) throws -> (epochs: [TuningTrial.Epoch], end: TrialEnd)? {
    guard RunFolder.isFolder(task.run) else { return nil }
    let folder = try RunFolder(existing: task.run)
    guard folder.has(.report) else { return nil }
    var told = TrialEpochs(task.objective)
    let epochs = try folder.metrics().map { told.epoch($0) }
    return (
      epochs,
      TrialEnd(state: .complete, value: told.best, seconds: try folder.report().seconds)
    )
  }

  private mutating func session(
    _ task: TrialTask, holding lock: RunLock
  ) throws -> TrainingSession {
    if try RunFolder(existing: task.run).has(.checkpoint) {
      return try TrainingSession(
        resuming: StoredRun(task.run, registry: registry, decoders: decoders),
        threads: task.configuration.training.threads, holding: lock)
    }
    let data = try data(task.configuration)
    let experiment = try Experiment(task.configuration, data: data, registry: registry)
    return try TrainingSession(experiment, in: task.run, force: true, holding: lock)
  }

  /// Read again only where the configuration asks for other data, or for these in another form.
  private mutating func data(_ configuration: RunConfiguration) throws -> PreparedData {
    if let prepared, try prepared.configuration.preparesData(as: configuration) {
      return prepared.data
    }
    let data = try PreparedData(configuration, registry: registry, decoders: decoders)
    prepared = (configuration, data)
    return data
  }
}

/// Epochs as a study sees them.
struct TrialEpochs {
  private let objective: Objective
  /// The objective of the epoch whose model is kept.
  private(set) var best: Double?

  init(_ objective: Objective) { self.objective = objective }

  mutating func epoch(_ record: EpochRecord) -> TuningTrial.Epoch {
    let value = (record.validation ?? record.train)[objective.name] ?? .nan
    if record.isBest { best = value }
    return .init(epoch: record.epoch, value: value, isBest: record.isBest)
  }
}
