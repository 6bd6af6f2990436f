import Datasets
import Engine
package import Networks

extension TrainingLoop {
  /// One step; it counts only if it succeeds.
  ///
  /// - Returns: false if the loss is not finite; no weight was changed then.
  func step() throws -> Bool {
    let batches = plan.batches(ofStep: state.stepsOfEpoch, rows: train.count)
    let all = plan.batches(rows: train.count)
    let examples = all[batches.upperBound - 1].upperBound - all[batches.lowerBound].lowerBound
    let isFinite =
      plan.accumulate == 1 && transform == nil
      ? try fusedStep(batch: batches.lowerBound) : try splitStep(batches, examples: examples)
    guard isFinite else { return false }
    state.lossSum += lastLoss * Double(examples)
    state.examples += examples
    state.stepsOfEpoch += 1
    state.steps += 1
    return true
  }

  private var rate: Double { rate(step: Int(state.steps)) }

  private func rows(ofBatch number: Int) -> ArraySlice<Int32> {
    order[plan.batches(rows: train.count)[number]]
  }

  /// Decides the random masks of a batch.
  private func key(ofBatch number: Int) -> UInt64 {
    state.steps * UInt64(plan.accumulate) + UInt64(number % plan.accumulate)
  }

  private func program(_ mode: CompiledCycle.Mode, batch number: Int) throws -> CycleProgram {
    let rows = rows(ofBatch: number)
    let program = try cycle.program(mode, batch: rows.count)
    try program.feed(
      train, rows: rows, seed: plan.seed, epoch: state.epochsDone, loader: loader, step: number)
    return program
  }

  /// Loss, gradients and update in one program.
  private func fusedStep(batch: Int) throws -> Bool {
    let program = try program(.learning, batch: batch)
    lastPrograms = (program, nil)
    let isFinite = program.run(rate: rate, seed: plan.seed, step: key(ofBatch: batch))
    lastLoss = program.loss ?? .nan
    return isFinite
  }

  /// The gradients of each batch, then, summed and perhaps changed, the update.
  private func splitStep(_ batches: Range<Int>, examples: Int) throws -> Bool {
    var sum = try gradients ?? cycle.gradients()
    // Alone it is changed where it lies.
    gradients = nil
    defer { gradients = sum }
    lastLoss = 0
    for batch in batches {
      let program = try program(.backward, batch: batch)
      lastPrograms = (program, nil)
      let isFinite = program.run(seed: plan.seed, step: key(ofBatch: batch))
      let share = Double(program.batch) / Double(examples)
      lastLoss += (program.loss ?? .nan) * share
      guard isFinite else { return false }
      sum.add(program, share: Float(share), isFirst: batch == batches.lowerBound)
    }
    try transform?(&sum)
    lastPrograms.1 = try cycle.update(sum, rate: rate)
    return true
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
    guard plan.accumulate == 1 else {
      throw Problem.data(
        "accumulate", expected: "1, to look at a step: one of several batches is no single cycle",
        found: "\(plan.accumulate)",
        fix: "look at one row instead, or at a step of a training with accumulate 1 and batch "
          + "\(plan.batch * plan.accumulate): but for rounding, random masks and the statistics of "
          + "each batch it makes the same update from the same rows")
    }
    let rows = rows(ofBatch: state.stepsOfEpoch).map { Int($0) }
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
        generator.permutation(train.count).prefix(TrainScores.mostRows).sorted())
    }
  }

  func scores(_ data: Dataset, _ metrics: [any Metric]) throws -> [String: Double] {
    let (loss, outputs) = try cycle.evaluate(data)
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
  func gradientNorms() throws -> [String: Double] { try gradients(ofBatches: 0..<1).norms }

  /// The gradients of the step that comes next, as it will compute them; changes no variable.
  package func nextGradients() throws -> ParameterGradients {
    try gradients(ofBatches: plan.batches(ofStep: state.stepsOfEpoch, rows: train.count))
  }

  private func gradients(ofBatches batches: Range<Int>) throws -> ParameterGradients {
    var sum = try cycle.gradients()
    let examples = batches.reduce(0) { $0 + rows(ofBatch: $1).count }
    for batch in batches {
      let rows = rows(ofBatch: batch)
      let program = try cycle.program(.gradients, batch: rows.count)
      try program.feed(train, rows: rows, seed: plan.seed, epoch: state.epochsDone)
      program.run(seed: plan.seed, step: key(ofBatch: batch))
      let share = Float(Double(rows.count) / Double(examples))
      sum.add(program, share: share, isFirst: batch == batches.lowerBound)
    }
    return sum
  }
}
