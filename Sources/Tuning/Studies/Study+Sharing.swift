import Engine
import Formatting
import Networks
import Platform
import Training

/// A study that processes of many machines train for. None of them leads: each takes what is next, in a transaction
/// in which it knows what all others have said, and says what became of it.
extension Study {
  /// What one process has of a shared study.
  package struct Share {
    /// Tells it from all others.
    let owner: String
    /// How long work stays its own without a sign of life, in seconds.
    package var leaseSeconds = 60.0
    /// The last change that it knows.
    var seen = -1
    /// When it looks again for work where there was none.
    var nextLook = ContinuousClock.now
    /// What it could not give to the others.
    var notes: [String] = []

    init() {
      owner = "\(Machine.name):\(getpid()):\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    }
  }

  /// How often a process looks for work where there was none.
  private static let pause = Duration.seconds(1)

  /// What a process that has time shall do.
  func next(_ choose: () throws -> TrialTask?) throws -> NextTask {
    guard place.isShared else { return try choose().map(NextTask.task) ?? .none }
    guard ContinuousClock.now >= share.nextLook else { return .later }
    let next = try alone { () -> NextTask in
      if let task = try choose() {
        try file.take(.init(task), share.owner, seconds: share.leaseSeconds)
        return .task(task)
      }
      return try file.leases().values.contains { !$0.isOver } ? .later : .none
    }
    if case .later = next { share.nextLook = .now + Self.pause }
    return next
  }

  /// Takes in what became of work, and tells the others.
  func hear(
    _ task: TrialTask, _ event: TrialEvent, _ take: () throws -> Bool
  ) throws -> Bool {
    guard place.isShared else { return try take() }
    if case .end(let end) = event, isResult(task, end) { try give(task.run) }
    let work = StudyFile.Work(task)
    return try alone {
      // Whoever was silent for too long has lost it to another, who trains the same.
      guard try file.isOwner(share.owner, of: work) else { return false }
      let goesOn = try take()
      switch event {
      case .epoch: if task.finalSeed == nil { try file.keep(trials[task.number - 1]) }
      case .end: try file.giveBack(work)
      case .lost: try file.lose(work)
      }
      return goesOn
    }
  }

  /// Gives the files of a run to the others.
  private func give(_ run: String) throws {
    guard try !file.put(run) else { return }
    let note =
      "\(run) takes more than \(Double(StudyFile.mostBytes).byteText), so no other machine gets its files"
    if !share.notes.contains(note) { share.notes.append(note) }
  }

  /// Whether the model of a training may be asked for by whoever decides.
  private func isResult(_ task: TrialTask, _ end: TrialEnd) -> Bool {
    guard end.state == .complete, task.folds == nil else { return false }
    guard task.finalSeed == nil else { return true }
    guard settings.finalSeeds == 0, let value = end.value else { return false }
    let others = trials.filter { $0.state == .complete && $0.number != task.number }
    return others.allSatisfy {
      setup.objective.cost(value) <= setup.objective.cost($0.value ?? .nan)
    }
  }

  /// Runs a body that knows all that is known, and in which nobody else writes.
  func alone<Value>(_ body: () throws -> Value) throws -> Value {
    var isFirst = true
    do {
      return try file.alone {
        // What was said in a transaction that was not kept was not said.
        if !isFirst { forget() }
        isFirst = false
        try refresh()
        return try body()
      }
    } catch {
      forget()
      throw error
    }
  }

  private func forget() { (trials, finals, share.seen) = ([], [], -1) }

  // MARK: What the others say

  private func refresh() throws {
    let (last, seen) = (try file.lastChange(), share.seen)
    if last > seen {
      for trial in try file.trials(after: seen) { try take(trial) }
      for final in try file.finals(after: seen) { take(final) }
      share.seen = last
    }
    if let kept = try file.fact("settings", StudySettings.self, registry) { follow(kept) }
    let leases = try file.leases()
    try sortOut(leases)
  }

  private func take(_ trial: TuningTrial) throws {
    guard (1...trials.count + 1).contains(trial.number) else {
      throw Problem(
        .malformed, place.shown, expected: "trial \(trials.count + 1)",
        found: "trial \(trial.number)", fix: "look who else writes there")
    }
    var trial = trial
    trial.run = path(ofRun: trial.run)
    if trial.number > trials.count {
      trials.append(trial)
    } else {
      trials[trial.number - 1] = trial
    }
  }

  private func take(_ final: FinalRun) {
    let here = FinalRun(
      trial: final.trial, seed: final.seed, state: final.state, value: final.value,
      problem: final.problem, run: path(ofRun: final.run))
    let place = finals.firstIndex { $0.trial == final.trial && $0.seed == final.seed }
    if let place { finals[place] = here } else { finals.append(here) }
  }

  /// Where a run of another machine is, or would be, on this one.
  func path(ofRun path: String) -> String { "\(folder)/runs/\(StudyFile.name(ofRun: path))" }

  /// What nobody trains though it has not ended waits; what was lost too often has ended.
  private func sortOut(_ leases: [StudyFile.Work: StudyFile.Lease]) throws {
    waiting = []
    for trial in trials where trial.state == .running {
      let lease = leases[.init(trial: trial.number)]
      losses[trial.number] = lease?.losses ?? 0
      guard lease?.isOver ?? true else { continue }
      if let lease, lease.losses >= Self.mostLosses {
        trials[trial.number - 1].take(
          TrialEnd(state: .failed, failure: .killed, problem: Self.lost(lease)))
        try file.keep(trials[trial.number - 1])
        try file.giveBack(.init(trial: trial.number))
      } else {
        waiting.append(trial.number)
      }
    }
    begun = []
    for (index, final) in finals.enumerated() where final.state == .running {
      let work = StudyFile.Work(trial: final.trial, seed: final.seed)
      let lease = leases[work]
      if let lease, lease.isOver, lease.losses >= Self.mostLosses {
        (finals[index].state, finals[index].problem) = (.failed, Self.lost(lease))
        try file.keep(finals[index])
        try file.giveBack(work)
      } else if lease?.isOver == false {
        begun.insert(final)
      }
    }
  }

  private static func lost(_ lease: StudyFile.Lease) -> String {
    "\(lease.losses + 1) processes that trained it gave no more sign of life"
  }

  // MARK: The decision

  /// Names the winner, which one process does for all.
  /// - Parameter isStopped: asked while another process decides; then there is no decision.
  func decideTogether(_ isStopped: () -> Bool) throws -> StudyDecision? {
    while !isStopped() {
      enum Turn { case decided(StudyDecision), mine, others }
      let turn = try alone { () -> Turn in
        if try file.fact("decided", Int.self, registry) == share.seen,
          let decision = try file.fact("decision", StudyDecision.self, registry)
        {
          return .decided(decision)
        }
        if let lease = try file.leases()[.decision], !lease.isOver { return .others }
        try file.take(.decision, share.owner, seconds: share.leaseSeconds)
        return .mine
      }
      switch turn {
      case .decided(let decision): return try taken(decision)
      case .others: usleep(500_000)
      case .mine:
        defer { try? file.giveBack(.decision) }
        return try decideForAll()
      }
    }
    return nil
  }

  private func decideForAll() throws -> StudyDecision? {
    let seen = share.seen
    let numbers = Set(finalists)
    let complete = finals.filter { numbers.contains($0.trial) && $0.state == .complete }
    for final in complete { try file.fetch(final.run) }
    if settings.finalSeeds == 0, let best = record.best { try file.fetch(best.run) }
    guard let decision = try decide() else { return nil }
    if let run = decision.run { try give(run) }
    try file.set([("decision", decision), ("decided", seen)])
    return decision
  }

  /// What another process has decided, on this machine.
  private func taken(_ decision: StudyDecision) throws -> StudyDecision {
    var decision = decision
    decision.run = decision.run.map(path(ofRun:))
    if let run = decision.run { try file.fetch(run, isChanged: true) }
    if let path = decision.ensemble, !AtomicFile.exists(path) { decision.ensemble = nil }
    return decision
  }
}
