import Datasets
import Engine
package import Networks

extension TrainingLoop {
  /// One step; it counts only if it succeeds.
  ///
  /// - Returns: false if the loss is not finite; no weight was changed then.
  func step() throws -> Bool {
    let numbers = plan.microBatches(ofStep: state.stepsOfEpoch, rows: train.count)
    let examples = plan.microBatches(rows: train.count)[numbers].count
    let isFinite: Bool
    do {
      isFinite =
        plan.microBatchesOfStep == 1 && transform == nil && group == nil
        ? try fusedStep(numbers.lowerBound) : try splitStep(numbers)
    } catch {
      // The step does not count, and its inputs are wanted once more.
      startLoader()
      throw error
    }
    guard isFinite else { return false }
    state.lossSum += lastLoss * Double(examples)
    state.examples += examples
    state.stepsOfEpoch += 1
    state.steps += 1
    return true
  }

  private var rate: Double { rate(step: Int(state.steps)) }

  private func rows(ofMicroBatch number: Int) -> ArraySlice<Int32> {
    order[plan.microBatches(rows: train.count)[number]]
  }

  /// Decides the random masks of a micro-batch.
  private func key(ofMicroBatch number: Int) -> UInt64 {
    let count = plan.microBatchesOfStep
    // A key need not be a number of anything: of a damaged checkpoint the product may be too large.
    return state.steps &* UInt64(count) &+ UInt64(number % count)
  }

  private func program(_ mode: CompiledCycle.Mode, _ number: Int) throws -> CycleProgram {
    let rows = rows(ofMicroBatch: number)
    let program = try cycle.program(mode, batch: rows.count)
    if let shuffled {
      try program.feed(
        shuffled, places: plan.microBatches(rows: train.count)[number], of: train, rows: rows)
    } else {
      try program.feed(
        train, rows: rows, seed: plan.seed, epoch: state.epochsDone, loader: loader, step: number)
    }
    return program
  }

  /// Loss, gradients and update in one program.
  private func fusedStep(_ number: Int) throws -> Bool {
    let program = try program(.learning, number)
    lastPrograms = (program, nil)
    let isFinite = program.run(rate: rate, seed: plan.seed, step: key(ofMicroBatch: number))
    lastLoss = program.loss ?? .nan
    return isFinite
  }

  /// The gradients of the micro-batches, then, summed and perhaps changed, the update.
  private func splitStep(_ numbers: Range<Int>) throws -> Bool {
    let sum = try stepSum ?? StepSum(cycle, group: group)
    stepSum = sum
    try add(numbers, to: sum) { number in
      let program = try program(.backward, number)
      lastPrograms = (program, nil)
      return program
    }
    let found = try sum.finish()
    (lastLoss, stopsTogether) = (found.loss, found.wantsStop)
    guard lastLoss.isFinite else {
      sum.restoreStatistics()
      return false
    }
    sum.keepStatistics()
    if let transform {
      var gradients = sum.gradients
      try transform(&gradients)
      lastPrograms.1 = try cycle.update(gradients, rate: rate)
    } else {
      lastPrograms.1 = try cycle.update(sum.layout.places, sum.gradientMemory, rate: rate)
    }
    return true
  }

  /// Runs this process's micro-batches of a step and adds up what they make.
  private func add(
    _ numbers: Range<Int>, to sum: StepSum, _ make: (Int) throws -> CycleProgram
  ) throws {
    let all = plan.microBatches(rows: train.count)
    let places = (0..<numbers.count).filter { !all[numbers.lowerBound + $0].isEmpty }
    let mine = places.filter(sum.places(of: plan.microBatchesOfStep).contains)
    sum.begin(places, of: plan.microBatchesOfStep)
    // The one that could not be computed is the one to be looked at. It stands for those behind it, so that
    // other processes get what they wait for.
    var failed: CycleProgram?
    for place in mine {
      let number = numbers.lowerBound + place
      let program = try failed ?? make(number)
      let share = Float(Double(program.batch) / Double(all[numbers].count))
      let addend = StepSum.Addend(
        program: program, place: place, share: share, wantsStop: wantsStop)
      guard failed == nil else {
        sum.add(addend)
        continue
      }
      sum.restoreStatistics()
      let isFinite = sum.add(addend, isLast: place == mine.last) { ready in
        program.run(seed: plan.seed, step: key(ofMicroBatch: number), ready: ready)
      }
      if !isFinite { failed = program }
    }
  }

  /// What the next step learns from.
  package struct NextStep {
    package let inputs, targets: [Float]
    package let weights: [Float]?
    package let rate: Double
    package let step: UInt64
  }

  /// What the next step will be given; the training is between two steps of an epoch.
  /// - Throws: `Problem` where a step has several batches.
  package func nextStep() throws -> NextStep {
    guard plan.microBatchesOfStep == 1 else {
      let setting = plan.accumulate == 1 ? "shards" : "accumulate"
      throw Problem.data(
        setting, expected: "1, to look at a step: one of several batches is no single cycle",
        found: "\(plan.accumulate == 1 ? plan.shards : plan.accumulate)",
        fix: "look at one row instead, or at a step of a training with \(setting) 1 and batch "
          + "\(plan.batch * plan.accumulate): but for rounding, random masks and the statistics of "
          + "each batch it makes the same update from the same rows")
    }
    let rows = rows(ofMicroBatch: state.stepsOfEpoch).map { Int($0) }
    return NextStep(
      inputs: rows.flatMap { given.variedInput($0, seed: plan.seed, epoch: state.epochsDone) },
      targets: rows.flatMap { train.targets[$0] },
      weights: train.weights.map { _ in rows.flatMap { train.weights(of: $0)! } },
      rate: rate, step: state.steps)
  }

  // MARK: Scores

  /// The training rows that an epoch is scored on; nil for none.
  static func scored(_ train: Dataset, _ plan: TrainingPlan, isValidated: Bool) -> Dataset? {
    guard isValidated else { return train }
    switch plan.trainScores {
    case .all: return train
    case .none: return nil
    case .sample:
      guard train.count > TrainScores.mostRows else { return train }
      var generator = RandomGenerator(seed: plan.seed, for: .scoredRows)
      return train.selecting(
        generator.permutation32(train.count).prefix(TrainScores.mostRows).sorted().map { Int($0) })
    }
  }

  func scores(_ data: Dataset, _ metrics: [any Metric]) throws -> [String: Double] {
    let (loss, outputs) = try cycle.evaluate(data, group: group)
    var scores = ["loss": loss]
    guard !metrics.isEmpty else { return scores }
    let answers = data.answers
    let predictions = plan.loss.points(outputs, width: outputs.count / answers.count)
    for metric in metrics {
      scores[metric.name] = try metric.value(
        ofAnswers: predictions, targets: answers.targets,
        width: predictions.count / answers.count, weights: answers.weights)
    }
    return scores
  }

  /// How long each parameter's gradient is: what tells a layer that learns from one that does not. On
  /// the epoch's first batch as it was learned from, with the mask of the next step; changes no
  /// variable.
  func gradientNorms() throws -> [String: Double] { try gradients(of: 0..<plan.shards).norms }

  /// The gradients of the step that comes next, as it will compute them; changes no variable.
  package func nextGradients() throws -> ParameterGradients {
    try gradients(of: plan.microBatches(ofStep: state.stepsOfEpoch, rows: train.count))
  }

  /// Seconds of the shortest of some exchanges of a step's sums, which are thrown away.
  func timeOfExchange() throws -> Double {
    let sum = try StepSum(cycle, group: group)
    let count = plan.microBatchesOfStep
    let batches = plan.microBatches(rows: train.count)
    let program = try cycle.program(.gradients, batch: batches[batches.firstWithRows].count)
    let clock = ContinuousClock()
    var shortest = Double.infinity
    for _ in 0..<3 {
      sum.begin(Array(0..<count), of: count)
      for place in sum.places(of: count) {
        sum.add(StepSum.Addend(program: program, place: place, share: 0, wantsStop: false))
      }
      let once = try clock.measure { _ = try sum.finish() }
      shortest = min(shortest, once.inSeconds)
    }
    return shortest
  }

  func gradients(of numbers: Range<Int>) throws -> ParameterGradients {
    let sum = try StepSum(cycle, group: nil)
    try add(numbers, to: sum) { number in
      let rows = rows(ofMicroBatch: number)
      let program = try cycle.program(.gradients, batch: rows.count)
      try program.feed(train, rows: rows, seed: plan.seed, epoch: state.epochsDone)
      return program
    }
    _ = try sum.finish()
    return sum.gradients
  }
}
