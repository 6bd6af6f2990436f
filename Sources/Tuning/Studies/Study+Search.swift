import Engine
import Networks
import Training

extension Study {
  /// The trials before this sitting that were cut off: those that came to their end unheard are complete,
  /// the others go on.
  func recover() throws {
    for place in trials.indices where trials[place].state == .running {
      if try !takeEnd(of: &trials[place]) { waiting.append(trials[place].number) }
      try file.keep(trials[place])
    }
  }

  /// What the run of a trial says of its end.
  /// - Returns: false if it has not come to it.
  private func takeEnd(of trial: inout TuningTrial) throws -> Bool {
    // A report that is damaged is no end.
    guard let task = try? task(trial), let (epochs, end) = try? TrialExecution.end(of: task) else {
      return false
    }
    trial.epochs = epochs
    trial.take(end)
    return true
  }

  // MARK: What comes next

  /// The next thing to train; nil for nothing now.
  func nextTask() throws -> TrialTask? {
    if !waiting.isEmpty { return try goOn(waiting.removeFirst()) }
    if settings.pruning == .halving,
      let trial = halving.promoted(trials, setup.objective)
    {
      return try goOn(trial.number)
    }
    guard trials.count < settings.trials, settings.seconds.map({ seconds < $0 }) ?? true,
      !isSettled
    else { return nil }
    guard let trial = newTrial() else { return nil }
    trials.append(trial)
    do {
      let task = try task(trial)
      try file.keep(trial)
      return task
    } catch let problem as Problem {
      // Settings that are good one by one need not go together.
      trials[trial.number - 1].take(
        TrialEnd(state: .failed, failure: .refused, problem: problem.description))
      try file.keep(trials[trial.number - 1])
      return try nextTask()
    }
  }

  private var halving: SuccessiveHalving { SuccessiveHalving(epochs: steps) }

  /// How many values a trial tells at most: one for each epoch, or for each fold.
  private var steps: Int { settings.folds ?? setup.epochs }

  private func goOn(_ number: Int) throws -> TrialTask {
    trials[number - 1].state = .running
    stopped.remove(number)
    try file.keep(trials[number - 1])
    return try task(trials[number - 1])
  }

  /// The default configuration first, then what the sampler says.
  private func newTrial() -> TuningTrial? {
    let number = trials.count + 1
    let point =
      number == 1
      ? setup.usual
      : sampling.sampler.point(
        ofTrial: number - 2, in: setup.space.dimensions, after: observations,
        seed: setup.configuration.data.seed)
    guard let point else { return nil }
    return TuningTrial(
      number: number, state: .running, point: point,
      settings: number == 1 ? [:] : setup.space.texts(at: point), value: nil, epochs: [],
      failure: nil, problem: nil, seconds: 0,
      run: "\(folder)/runs/\(String("000\(number)".suffix(max(4, "\(number)".count))))")
  }

  /// What samplers know: trials whose values this space holds.
  private var observations: [Observation] {
    trials.compactMap { trial in
      let point =
        trial.number == 1
        ? setup.usualIsInSpace ? setup.usual : nil
        : setup.space.point(of: trial.settings, usual: setup.usual)
      return point.map { Observation($0, result(of: trial)) }
    }
  }

  private func result(of trial: TuningTrial) -> Observation.Result {
    let cost = trial.value.map(setup.objective.cost)
    switch (trial.state, cost) {
    case (.running, _): return .running
    case (.complete, let cost?): return .complete(cost)
    case (.pruned, let cost?): return .pruned(epochs: trial.epochs.count, value: cost)
    default: return .failed
    }
  }

  /// A trial as a training.
  /// - Throws: `Problem` for settings that do not go together, or that are not in this space.
  func task(_ trial: TuningTrial) throws -> TrialTask {
    var configuration = base
    if trial.number > 1 {
      guard let point = setup.space.point(of: trial.settings, usual: setup.usual) else {
        throw Problem.data(
          "space", expected: "the settings of trial \(trial.number) in it",
          found: trial.settings.sorted { $0.key < $1.key }.map { "\($0): \($1)" }
            .joined(separator: ", "), fix: "make the space wider, not narrower")
      }
      configuration = try setup.space.configuration(base, at: point, registry: registry)
    }
    return TrialTask(
      number: trial.number, finalSeed: nil, configuration: configuration, run: trial.run,
      objective: setup.objective, folds: settings.folds)
  }

  // MARK: What is heard

  /// Takes in what became of a trial.
  /// - Returns: of an epoch whether the training goes on.
  func hear(_ task: TrialTask, _ event: TrialEvent) throws -> Bool {
    let place = task.number - 1
    switch event {
    case .epoch(let epoch):
      // A training that was taken up tells again what it did before.
      guard epoch.epoch > trials[place].epochs.count else { return true }
      trials[place].epochs.append(epoch)
      trials[place].value = trials[place].value(after: epoch.epoch)
      let goesOn = goesOn(trials[place])
      // What was answered in a transaction that was not kept may be otherwise now.
      if goesOn { stopped.remove(task.number) } else { stopped.insert(task.number) }
      return goesOn
    case .end(let end):
      // One that stops because the study does goes on at the next sitting. What was said to a trial holds,
      // also where the others have changed what would be said now; and this may be heard again, where it was not
      // kept.
      if stopped.contains(task.number) || end.state != .stopped { trials[place].take(end) }
      try file.keep(trials[place])
    case .lost(let failure, let sentence):
      losses[task.number, default: 0] += 1
      if try !takeEnd(of: &trials[place]) {
        if losses[task.number]! <= Self.mostLosses {
          waiting.append(task.number)
        } else {
          trials[place].take(TrialEnd(state: .failed, failure: failure, problem: sentence))
        }
      }
      try file.keep(trials[place])
    }
    return true
  }

  /// A trial whose process was lost so often is not taken up again.
  static let mostLosses = 2

  private func goesOn(_ trial: TuningTrial) -> Bool {
    // Whatever is said of the others is said beside the default.
    guard trial.number > 1 else { return true }
    return switch settings.pruning {
    case .none: true
    case .halving: halving.goesOn(trial, among: trials, setup.objective)
    case .median: MedianRule(epochs: steps).goesOn(trial, among: trials, setup.objective)
    }
  }

  private var isSettled: Bool {
    settings.stopsWhenSettled && LikelyGain.isSettled(record.endedCosts)
  }

  /// Makes failed trials wait to be trained again.
  package func retryFailed() throws {
    func retry() throws {
      for index in trials.indices where trials[index].state == .failed {
        let number = trials[index].number
        trials[index].state = .running
        (trials[index].failure, trials[index].problem) = (nil, nil)
        // How often its process was lost before counts no more.
        losses[number] = nil
        try file.giveBack(.init(trial: number))
        waiting.append(number)
        try file.keep(trials[index])
      }
    }
    try place.isShared ? alone(retry) : file.alone(retry)
  }
}

extension TuningTrial {
  /// What came of its training.
  mutating func take(_ end: TrialEnd) {
    switch end.state {
    case .complete: state = .complete
    case .stopped: state = .pruned
    case .failed: state = .failed
    }
    value = end.value ?? value
    (failure, problem) = (end.failure, end.problem)
    seconds = max(seconds, end.seconds)
  }
}
