import Engine
import Networks
import Training

extension Study {
  /// The best trials and the default: those that are trained again with other seeds.
  var finalists: [Int] {
    let best = trials.filter { $0.state == .complete && $0.value?.isFinite == true }
      .sorted { setup.objective.cost($0.value!) < setup.objective.cost($1.value!) }
      .prefix(settings.finalists).map(\.number)
    return best.isEmpty ? [] : best + (best.contains(1) ? [] : [1])
  }

  /// The next further training of a finalist; nil if there is none.
  func nextFinal() throws -> TrialTask? {
    for number in finalists {
      for seed in finalSeeds {
        let known = finals.first { $0.trial == number && $0.seed == seed }
        guard known == nil || known?.state == .running && !begun.contains(known!) else { continue }
        let final =
          known
          ?? FinalRun(
            trial: number, seed: seed, state: .running,
            run: "\(trials[number - 1].run)-seed-\(seed)")
        begun.insert(final)
        if known == nil { finals.append(final) }
        try file.keep(final)
        return try task(final)
      }
    }
    return nil
  }

  /// None of them is the seed that chose the finalists: its values flatter who was chosen.
  private var finalSeeds: [UInt64] {
    (0..<settings.finalSeeds).map { setup.configuration.data.seed &+ UInt64($0) &+ 1 }
  }

  func task(_ final: FinalRun) throws -> TrialTask {
    let trial = try task(trials[final.trial - 1])
    var configuration = trial.configuration
    configuration.data.seed = final.seed
    return TrialTask(
      number: final.trial, finalSeed: final.seed, configuration: configuration, run: final.run,
      objective: setup.objective, folds: nil)
  }

  /// Takes in what became of a further training.
  func hearFinal(_ task: TrialTask, _ event: TrialEvent) throws -> Bool {
    guard
      let place = finals.firstIndex(where: { $0.trial == task.number && $0.seed == task.finalSeed })
    else { return true }
    switch event {
    case .epoch: return true
    case .end(let end):
      // One that was stopped goes on at the next sitting.
      guard end.state != .stopped else { return true }
      finals[place].state = end.state == .complete ? .complete : .failed
      (finals[place].value, finals[place].problem) = (end.value, end.problem)
    case .lost(_, let sentence):
      losses[-task.number, default: 0] += 1
      if losses[-task.number]! <= Self.mostLosses {
        begun.remove(finals[place])
        return true
      }
      (finals[place].state, finals[place].problem) = (.failed, sentence)
    }
    try file.keep(finals[place])
    return true
  }
}
