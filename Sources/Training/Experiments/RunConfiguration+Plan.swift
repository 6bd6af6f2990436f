import Datasets
import Engine
import Networks

extension RunConfiguration {
  /// The settings that are wrong whatever the data are.
  /// - Throws: `Problem` (all of them together).
  public func check() throws {
    var problems: [Problem] = []
    func require(_ holds: Bool, _ key: Key, _ expected: String, _ found: Any) {
      if !holds {
        problems.append(Problem.data(key.rawValue, expected: expected, found: "\(found)"))
      }
    }
    for (key, part) in [(Key.validation, validation), (.test, test)] {
      if case .fraction(let share) = part {
        require((0..<1).contains(share), key, "a share from 0 to below 1, or a file", share)
      }
    }
    if case .fraction(let a) = validation, case .fraction(let b) = test {
      require(a + b < 1, .test, "validation and test shares below 1 together", a + b)
    }
    require(
      hidden?.allSatisfy { (1...1 << 20).contains($0) } ?? true, .hidden, "1 unit or more a layer",
      hidden ?? [])
    require(
      from != nil || (freeze == nil && head == nil && !unfreeze), .from,
      "a model beside freeze, head and unfreeze", "none")
    require(
      sequence == nil || from == nil, .sequence, "none beside `from`, whose model has its own",
      "one")
    // A model brings its layers, unless the whole network is given.
    for (isGiven, key) in [
      (networkKind != nil, Key.network), (hidden != nil, .hidden), (dropout > 0, .dropout),
      (activation != .relu, .activation),
    ] where from != nil && network == nil {
      require(!isGiven, key, "no such setting beside from, whose model brings its layers", "one")
    }
    require(freeze == nil || !unfreeze, .unfreeze, "freeze or unfreeze, not both", "both")
    require(channels.map { [1, 3].contains($0) } ?? true, .channels, "1 or 3", channels ?? 0)
    require(cacheMemory >= 0, .cacheMemory, "0 or more mebibytes", cacheMemory)
    require(cacheDisk >= 0, .cacheDisk, "0 or more mebibytes", cacheDisk)
    require((0..<1).contains(dropout), .dropout, "a share from 0 to below 1", dropout)
    require(
      patience.map { $0 >= 0 } ?? true, .patience, "0 for never, or a number of epochs",
      patience ?? 0)
    require(epochs.map { $0 >= 1 } ?? true, .epochs, "at least 1", epochs ?? 0)
    require(batch.map { (1...1 << 20).contains($0) } ?? true, .batch, "1 to 1048576", batch ?? 0)
    require(threads.map { (1...1024).contains($0) } ?? true, .threads, "1 to 1024", threads ?? 0)
    require(checkpointEvery ?? 1 >= 1, .checkpointEvery, "at least 1 step", checkpointEvery ?? 0)
    let limits = [clipValue, clipNorm, clipGlobalNorm].compactMap { $0 }
    require(limits.count <= 1, .clipNorm, "at most one of the three limits", limits)
    do {
      _ = try plan(loss: .meanSquaredError, rows: 1, classWeights: nil)
    } catch let problem as Problem {
      problems += problem.all
    }
    // The plan looks at some of the same settings again.
    var seen: Set<String> = []
    problems = problems.filter {
      seen.insert(String($0.location.map { $0 == " " ? "_" : $0 })).inserted
    }
    try Problem.throwIfAny(problems)
  }

  /// How to train on a given number of rows.
  func plan(loss: any Loss, rows: Int, classWeights: [Double]?) throws -> TrainingPlan {
    var optimizer = try Optimizer(named: optimizer)
    // What was learned before shall not be lost to large steps.
    let share = unfreeze ? 0.1 : 1
    optimizer.learningRate = learningRate ?? share * Self.usualRate(of: optimizer, rows: rows)
    if let weightDecay { optimizer.weightDecay = weightDecay }
    optimizer.clipping =
      clipValue.map(Clipping.value) ?? clipNorm.map(Clipping.norm)
      ?? clipGlobalNorm.map(Clipping.globalNorm)
    let batch = batch ?? Self.usualBatch(rows: rows)
    // Settings out of range are found by the plan's own check below.
    let steps = max(1, rows / max(1, batch) + (rows.isMultiple(of: max(1, batch)) ? 0 : 1))
    let epochs = epochs ?? min(500, max(50, 4000 / steps))
    let patience = patience ?? max(8, epochs / 10)
    let schedule: any Schedule = schedule ?? .cosine(over: max(1, epochs))
    let plan = TrainingPlan(
      loss: loss, optimizer: optimizer, schedule: schedule.inSteps(perEpoch: steps),
      penalty: Penalty(l1: l1, l2: l2), epochs: epochs, batch: batch,
      stopping: patience > 0 ? .early(patience: patience) : .never, seed: seed,
      classWeights: classWeights)
    try plan.check()
    return plan
  }

  /// Small data makes few steps, so each must go further.
  static func usualRate(of optimizer: Optimizer, rows: Int) -> Double {
    rows < smallData ? max(optimizer.learningRate, 0.01) : optimizer.learningRate
  }

  /// Fewer rows are small data.
  static let smallData = 200

  /// Small data needs many steps more than it needs smooth gradients.
  static func usualBatch(rows: Int) -> Int {
    switch rows {
    case ..<smallData: 8
    case ..<1000: 16
    default: 32
    }
  }
}
