import Datasets
import Engine
import Networks
import Training

/// The first steps of a training on a copy, the same bits as the trainer's, watched from outside.
struct TrialRun {
  /// What the steps showed.
  struct Record {
    /// Loss of each step's batch, penalty included; ends with the first that is not finite.
    var losses: [Double] = []
    /// For each step looked at: √Σ(Δw)² ÷ √Σw² over all kernels.
    var updateRatios: [Double] = []
    /// For each step: the share of the gradient's norm that clipping took away.
    var clippedShares: [Double] = []
    /// Σ|Δw| of each parameter over the steps looked at, by name.
    var movement: [String: Double] = [:]
    /// The learning rate of each step.
    var rates: [Double] = []
  }

  let setup: TrainingSetup
  /// How many steps were asked for.
  let steps: Int
  private let train: Dataset
  private let store: VariableStore
  private let kernels: Kernels
  private let parameters: [String]
  private var programs: [Int: (program: Program, gradients: Range<Int>)] = [:]
  private(set) var record = Record()
  private(set) var progress: LearningProgress
  /// Held-out losses and predictions at the end.
  private(set) var heldOut: (losses: [Double], predictions: [Float]) = ([], [])

  /// Trains for some steps.
  /// - Throws: `Problem` and `Problem` where plan, data and network do not fit.
  init(_ setup: TrainingSetup, steps: Int, kernels: Kernels) throws {
    try setup.plan.check()
    (self.setup, self.steps) = (setup, steps)
    self.kernels = kernels
    train = try TrainingLoop.weighted(setup.train, setup.plan.classWeights)
    let batch = min(setup.plan.batch, train.count)
    let cycle = try Self.cycle(setup, batch: batch, isWeighted: train.weights != nil)
    parameters = cycle.parameters.compactMap(\.variableName)
    store = try setup.model.store(adding: cycle.graph.variables)
    let baseline = Baseline(
      setup.plan.loss, train: setup.train, classes: setup.classCount)
    let examination = Examination(setup, store: store, kernels: kernels)
    let expected = try Array(baseline.losses(of: setup.heldOut).prefix(Examination.most))
    let start = try Self.mean(examination.losses(of: setup.heldOut).losses)
    progress = LearningProgress(
      losses: expected.map { _ in .infinity }, baseline: expected, trainLoss: .infinity,
      startLoss: start)
    for quarter in 1...4 {
      guard try run(until: steps * quarter / 4) else { break }
      heldOut = try examination.losses(of: setup.heldOut)
      let now = LearningProgress(
        losses: heldOut.losses, baseline: expected,
        trainLoss: try Self.mean(examination.losses(of: setup.train).losses), startLoss: start)
      let isBest = now.heldOutLoss < progress.heldOutLoss
      let kept = isBest ? now : progress
      progress = kept
      progress.trainLoss = now.trainLoss
    }
  }

  /// The weights after the last step.
  func model() throws -> Model {
    try setup.model.with(setup.model.tensors.map { ($0.name, store[$0.name]!) })
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  private static func cycle(_ setup: TrainingSetup, batch: Int, isWeighted: Bool) throws
    -> LearningCycle
  {
    try LearningCycle(
      setup.model.network, inputShape: setup.model.inputShape, batch: batch,
      loss: setup.plan.loss, optimizer: setup.plan.optimizer, penalty: setup.plan.penalty,
      isWeighted: isWeighted)
  }

  // MARK: Steps

  /// - Returns: false when a loss or weight is no longer finite.
  private mutating func run(until last: Int) throws -> Bool {
    let perEpoch = (train.count + setup.plan.batch - 1) / setup.plan.batch
    var order: [Int32] = []
    for step in record.losses.count..<max(last, record.losses.count) {
      if order.isEmpty || step % perEpoch == 0 { order = self.order(epoch: step / perEpoch) }
      let first = step % perEpoch * setup.plan.batch
      let rows = order[first..<min(first + setup.plan.batch, order.count)]
      let isWatched = step % 10 == 0 || step == last - 1
      let before = isWatched ? weights() : []
      guard try self.step(step, rows) else { return false }
      if isWatched { compare(before) }
    }
    return store.isFinite
  }

  private func order(epoch: Int) -> [Int32] {
    var generator = RandomGenerator(seed: setup.plan.seed, stream: 1 << 62 | UInt64(epoch))
    return generator.permutation(train.count).map(Int32.init)
  }

  private mutating func step(_ step: Int, _ rows: ArraySlice<Int32>) throws -> Bool {
    let (program, gradients) = try program(batch: rows.count)
    rows.withUnsafeBufferPointer {
      train.fill(
        $0, inputs: program.input(LearningCycle.inputName)!.baseAddress!,
        targets: program.input(LearningCycle.targetName)!.baseAddress!,
        weights: program.input(LearningCycle.weightsName)?.baseAddress)
    }
    program.setRandomKey(seed: setup.plan.seed, step: UInt64(step))
    let rate = setup.plan.schedule.rate(
      base: setup.plan.optimizer.learningRate, step: step, state: ScheduleState())
    program.input(Optimizer.rateInput)?[0] = Float(rate)
    let isFinite = program.run()
    record.losses.append(Double(program.result(0)[0]))
    record.rates.append(rate)
    if let clipping = setup.plan.optimizer.clipping {
      record.clippedShares.append(
        try clipping.shareTaken(from: gradients.map { Array(program.result($0)) }))
    }
    return isFinite
  }

  private mutating func program(batch: Int) throws -> (Program, Range<Int>) {
    if let known = programs[batch] { return known }
    let cycle = try Self.cycle(setup, batch: batch, isWeighted: train.weights != nil)
    let gradients = setup.plan.optimizer.clipping == nil ? [] : cycle.gradients
    let program = try Program(
      cycle.graph, results: [cycle.loss] + gradients, store: store, kernels: kernels,
      guarding: cycle.loss)
    programs[batch] = (program, 1..<1 + gradients.count)
    return programs[batch]!
  }

  // MARK: Movement of the weights

  private func weights() -> [Tensor] { parameters.map { store[$0]! } }

  private mutating func compare(_ before: [Tensor]) {
    var (moved, size) = (0.0, 0.0)
    for (name, old) in zip(parameters, before) {
      let change = zip(store[name]!.values, old.values).map { $0 - $1 }
      record.movement[name, default: 0] += change.reduce(0.0) { $0 + Double($1.magnitude) }
      guard Penalty.isOfKernel(name, old.shape) else { continue }
      moved += change.reduce(0.0) { $0 + Double($1) * Double($1) }
      size += old.values.reduce(0.0) { $0 + Double($1) * Double($1) }
    }
    record.updateRatios.append((moved / max(size, .leastNormalMagnitude)).squareRoot())
  }
}
