public import Datasets
public import Engine
public import Networks

/// One training, from its first step or from a checkpoint, to its end: the only loop that trains.
///
/// The steps are pure: what a step computes depends on the plan, the data and the variables only.
/// Progress and files are somebody else's, who observes it. It belongs to one task at a time.
public final class TrainingLoop {
  /// What decides everything.
  public private(set) var plan: TrainingPlan
  /// Looks at the gradients of each step, and may change them, after they are summed over the step's
  /// batches and before they are clipped and used. Where it changes nothing, training has the same
  /// bits as without it; the step is then two programs instead of one.
  public var transform: ((inout ParameterGradients) throws -> Void)?
  /// The compiled network with its weights and the optimiser's state.
  package let cycle: CompiledCycle
  /// Leaves out what only people want to know: gradient norms, and the op that diverged first.
  package var isTrial = false
  /// Keeps a record of every epoch; else of the best and of the last one alone, so that a training
  /// without an end needs no more memory the longer it lasts.
  package var keepsHistory = true
  /// The network, though the cycle may begin behind its frozen layers.
  private let network: any Layer
  private let inputShape: TensorShape
  /// What is learned from: the data, or what frozen layers made of them.
  let train: Dataset
  let validation: Dataset?
  /// What the network is given.
  let given: Dataset
  /// What an epoch's training scores are computed on.
  let scored: Dataset?
  let metrics: [any Metric]
  private let parameterNames: [String]
  /// Nil where copying examples takes no time worth a thread.
  let loader: BatchLoader?
  /// Brings the rows of an epoch into its order where they lie in a file; nil for rows in memory.
  let shuffled: ShuffledRows?
  var order: [Int32] = []
  /// Where the epoch began, to go back to when a number stops being finite.
  var epochStart: Moment?
  /// The processes that share the micro-batches of each step; nil for this one alone.
  let group: (any ProcessGroup)?
  /// Room for the sums of a step in two halves.
  var stepSum: StepSum?
  /// Does this process wish the training to end? Told to the others with the next step.
  var wantsStop = false
  /// Did a process wish so in the last step?
  var stopsTogether = false
  /// The programs of the last step, the second where it had two.
  var lastPrograms: (CycleProgram?, CycleProgram?) = (nil, nil)
  /// The loss of the last step, finite or not.
  package internal(set) var lastLoss = 0.0
  /// Did a loss or weight stop being finite?
  package internal(set) var hasDiverged = false
  var state: TrainingState
  var bestTensors: [(name: String, tensor: Tensor)]?

  /// Prepares a training that starts at the model's weights.
  /// - Throws: `Problem` for a plan that cannot work, where data and network do not
  ///   fit.
  public convenience init(
    _ model: Model, plan: TrainingPlan, train: Dataset, validation: Dataset? = nil,
    metrics: [any Metric] = [], threads: Int = 1, kernels: Kernels? = nil
  ) throws {
    try self.init(
      model, plan: plan, train: train, validation: validation, metrics: metrics, threads: threads,
      kernels: kernels, resuming: nil)
  }

  init(
    _ model: Model, plan: TrainingPlan, train: Dataset, validation: Dataset?, metrics: [any Metric],
    threads: Int, kernels: Kernels?, resuming checkpoint: Checkpoint?, keepsFeatures: Bool = false,
    group: (any ProcessGroup)? = nil
  ) throws {
    try plan.check()
    try Self.check(train, validation, model, plan)
    // What a run began with it keeps, whatever a later version would do.
    let plan = checkpoint == nil ? try plan.fitted(to: model, rows: train.count) : plan
    self.plan = plan
    self.metrics = metrics
    self.group = group
    try group?.check(plan)
    (network, inputShape) = (model.network, model.inputShape)
    given = try Self.weighted(train, plan.classWeights)
    let features =
      keepsFeatures
      ? try KeptFeatures(model, train, validation, threads: threads, kernels: kernels) : nil
    self.train = try features.map { try Self.weighted($0.train, plan.classWeights) } ?? given
    self.validation = features.map(\.validation) ?? validation
    scored = Self.scored(features?.train ?? train, plan, isValidated: validation != nil)
    cycle = try CompiledCycle(
      features?.model ?? model, loss: plan.loss, optimizer: plan.optimizer, penalty: plan.penalty,
      isWeighted: self.train.weights != nil, kernels: kernels, threads: threads)
    parameterNames = model.tensors.map(\.name)
    state = checkpoint?.state ?? TrainingState()
    try state.check(plan, rows: train.count)
    bestTensors = checkpoint?.best
    if let checkpoint { try cycle.store.set(all: checkpoint.variables) }
    loader =
      self.train.isSlow
      ? try BatchLoader(
        self.train, plan.microBatches(rows: train.count), threads: threads, seed: plan.seed) : nil
    // Of several processes each reads the rows of its own micro-batches.
    shuffled = group == nil ? try ShuffledRows(self.train) : nil
    startEpoch()
  }

  // MARK: Running

  /// Trains to the end, or until the observer wishes to stop.
  ///
  /// - Parameter observe: called after each step and epoch and at the end, with this training, which
  ///   gives the best model or a checkpoint when asked. What it throws ends the training between
  ///   two steps.
  /// - Throws: `Problem` when a loss is no longer finite, naming the first op that made it so; the
  ///   training then stands where its epoch began. Whatever `observe` throws.
  @discardableResult public func run(
    _ observe: (TrainingEvent, TrainingLoop) throws -> TrainingControl = { _, _ in .continue }
  ) throws -> TrainingOutcome {
    while !isDone {
      guard try runEpoch(observe) else { return try report(.interrupted, observe) }
      let record = try finishEpoch()
      if ends(try observe(.epoch(record), self)), !isDone {
        return try report(.interrupted, observe)
      }
    }
    return try report(state.epochsDone < plan.epochs ? .stoppedEarly : .finished, observe)
  }

  /// The same for a listener that only wants the events.
  @discardableResult public func run(
    listen: (TrainingEvent) throws -> TrainingControl
  ) throws -> TrainingOutcome {
    try run { event, _ in try listen(event) }
  }

  /// Is there nothing left to do?
  public var isDone: Bool {
    state.epochsDone >= plan.epochs || state.best.isOver(plan.stopping)
  }

  func startEpoch() {
    var generator = RandomGenerator(seed: plan.seed, for: .epochOrder(state.epochsDone))
    order = []
    order = generator.permutation32(train.count)
    guard !isDone else { return }
    shuffled?.start(order)
    startLoader()
  }

  /// Lets the inputs of the steps that are left of the epoch be made ready.
  func startLoader() {
    let count = plan.microBatchesOfStep
    let mine = StepSum.places(of: count, group)
    // The last step of an epoch may have fewer.
    let all = plan.microBatches(rows: train.count).count
    let rest = min(state.stepsOfEpoch * count, all)..<all
    loader?.start(
      order, epoch: state.epochsDone, batches: rest.lazy.filter { mine.contains($0 % count) })
  }

  /// - Returns: false if the observer wished to stop before the end.
  private func runEpoch(
    _ observe: (TrainingEvent, TrainingLoop) throws -> TrainingControl
  ) throws -> Bool {
    if epochStart == nil, !isTrial { epochStart = moment() }
    let stepsPerEpoch = plan.stepsPerEpoch(rows: train.count)
    let clock = ContinuousClock()
    while state.stepsOfEpoch < stepsPerEpoch {
      let start = clock.now
      guard try step() else { throw divergence("loss") }
      state.seconds += start.duration(to: clock.now).inSeconds
      let record = StepRecord(
        epoch: state.epochsDone + 1, step: state.stepsOfEpoch, stepsPerEpoch: stepsPerEpoch,
        loss: state.lossSum / Double(state.examples), stepLoss: lastLoss, learningRate: lastRate)
      if ends(try observe(.step(record), self)) { return false }
    }
    return true
  }

  /// Does an observer's wish end the training now? Of a process alone at once; of several with the next step,
  /// so that all end after the same one.
  private func ends(_ control: TrainingControl) -> Bool {
    guard group != nil else { return control == .stop }
    if control == .stop { wantsStop = true }
    return stopsTogether
  }

  private var lastRate: Double { rate(step: Int(state.steps) - 1) }

  func rate(step: Int) -> Double {
    plan.schedule.rate(
      base: plan.optimizer.learningRate, step: max(0, step), state: state.schedule)
  }

  private func finishEpoch() throws -> EpochRecord {
    guard cycle.store.isFinite else { throw divergence("weights") }
    let onValidation = try validation.map { try scores($0, metrics) }
    let onTrain = try scored.map { try scores($0, plan.trainScores == .none ? [] : metrics) }
    let norms = isTrial ? nil : try gradientNorms()
    var record = EpochRecord(
      epoch: state.epochsDone + 1, runningLoss: state.lossSum / Double(state.examples),
      train: onTrain ?? [:], validation: onValidation, learningRate: lastRate,
      seconds: state.seconds, isBest: false, gradientNorms: norms, trainRows: scored?.count)
    guard let watched = record.watchedLoss, watched.isFinite else {
      throw divergence("validation loss")
    }
    plan.schedule.observe(validationLoss: watched, state: &state.schedule)
    var improvement = 0.0
    if case .early(_, let least) = plan.stopping { improvement = least }
    record.isBest = state.best.observe(
      epoch: record.epoch, loss: watched, improvement: improvement)
    if record.isBest { bestTensors = tensors }
    if !keepsHistory { state.epochs.removeAll { !$0.isBest || record.isBest } }
    state.epochs.append(record)
    state.epochsDone += 1
    (state.stepsOfEpoch, state.lossSum, state.examples, state.seconds) = (0, 0, 0, 0)
    epochStart = nil
    startEpoch()
    return record
  }

  private func report(
    _ reason: TrainingOutcome.Reason,
    _ observe: (TrainingEvent, TrainingLoop) throws -> TrainingControl
  ) throws -> TrainingOutcome {
    let ending = TrainingOutcome(
      reason: reason, epochsRun: state.epochsDone, bestEpoch: state.best.epoch,
      sentence: Self.sentence(reason, state, plan, isValidated: validation != nil))
    _ = try observe(.end(ending), self)
    return ending
  }

  /// Settings that no compiled program depends on.
  package static let settingsOfSteps: Set = ["learning_rate", "schedule", "epochs", "patience"]

  /// Goes on by a plan that differs in some of ``settingsOfSteps`` alone.
  package func goOn(by plan: TrainingPlan, changing settings: Set<String>) {
    self.plan = plan
    state = state.goingOn(changing: settings)
  }

  // MARK: What is left behind

  /// Names of the parameters that learn.
  package var parameters: [String] { cycle.parameterNames }

  /// The parameters as they are now, without the optimiser's state.
  private var tensors: [(name: String, tensor: Tensor)] {
    parameterNames.map { ($0, cycle.store[$0]!) }
  }

  /// The network with the weights of the best epoch; with the present ones before the first epoch ends.
  public func bestModel() throws -> Model {
    try Model(
      network, inputShape: inputShape, loss: plan.loss,
      tensors: bestTensors ?? tensors)
  }

  /// The network with the weights as they are now.
  public func model() throws -> Model {
    try Model(
      network, inputShape: inputShape, loss: plan.loss, tensors: tensors)
  }

  /// All epochs so far.
  public var history: [EpochRecord] { state.epochs }

  /// Training alone, without evaluation, up to now.
  public var seconds: Double {
    state.epochs.reduce(state.seconds + (state.earlierSeconds ?? 0)) { $0 + $1.seconds }
  }

  /// How many examples were learned from up to now, each as often as it was seen.
  public var examplesLearned: Int { state.epochsDone * train.count + state.examples }

  /// The settings it went on with after it had begun, in order.
  package var changes: [SettingChange] { state.changes ?? [] }

  /// Everything needed to go on later as if training had never stopped.
  public func checkpoint() -> Checkpoint {
    Checkpoint(plan: plan, state: state, variables: cycle.store.snapshot(), best: bestTensors)
  }

  // MARK: Divergence

  package static let divergenceFix =
    "lower the learning rate, scale the inputs, or clip the gradients"

  private func divergence(_ what: String) -> Problem {
    hasDiverged = true
    let failed = state
    let first = isTrial ? nil : firstNonFinite(upTo: failed)
    returnToEpochStart()
    return Problem.data(
      "epoch \(failed.epochsDone + 1), step \(failed.stepsOfEpoch + 1)",
      expected: "a finite \(what)",
      found: "one that is not, first in \(first ?? "an op that could not be found")",
      fix: Self.divergenceFix)
  }

  /// - Returns: false where it was not kept.
  @discardableResult private func returnToEpochStart() -> Bool {
    guard let epochStart else { return false }
    restore(epochStart)
    return true
  }

  private func firstNonFinite(upTo failed: TrainingState) -> String? {
    let first = lastPrograms.0?.firstNonFinite()
    if let first, !first.hasPrefix("variable") { return first }
    // Steps are made by all processes or by none.
    guard group == nil else { return first ?? "the part of another process" }
    return replay(upTo: failed) ?? first
  }

  /// Runs the epoch again from its beginning, step by step, to find the op that went wrong first;
  /// training is deterministic, so the same thing happens again.
  private func replay(upTo failed: TrainingState) -> String? {
    guard returnToEpochStart() else { return nil }
    let stepsPerEpoch = plan.stepsPerEpoch(rows: train.count)
    while state.stepsOfEpoch < stepsPerEpoch, state.stepsOfEpoch <= failed.stepsOfEpoch {
      let before = cycle.store.save()
      guard let isFinite = try? step() else { return nil }
      if !isFinite || !cycle.store.isFinite {
        cycle.store.restore(before)
        return lastPrograms.0?.firstNonFinite(changingVariables: true)
          ?? lastPrograms.1?.firstNonFinite(changingVariables: true)
      }
    }
    return nil
  }
}

extension Problem {
  /// Whether it says that a training diverged.
  package var isDivergence: Bool {
    kind == .data && fix.hasPrefix(TrainingLoop.divergenceFix)
  }
}

extension Duration {
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
