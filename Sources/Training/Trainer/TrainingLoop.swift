import Datasets
import Engine
import Networks

/// One training, from its first step or from a checkpoint, to its end.
///
/// The steps are pure: what a step computes depends on the plan, the data and the variables only.
/// Progress and files are somebody else's, who listens to the events.
public final class TrainingLoop {
  /// What decides everything.
  public let plan: TrainingPlan
  private let network: any Layer
  private let inputShape: TensorShape
  private let train: Dataset
  private let validation: Dataset?
  private let metrics: [any Metric]
  private let kernels: Kernels
  private let pool: WorkerPool
  private let store: VariableStore
  private let parameterNames: Set<String>
  private let evaluator: Evaluator
  /// Nil where copying examples takes no time worth a thread.
  private let loader: BatchLoader?
  private var programs: [Int: Program] = [:]
  private var gradientNorms: GradientNorms?
  private var order: [Int32] = []
  private var epochStart: (store: [Float], state: TrainingState)
  private(set) var state: TrainingState
  private(set) var bestTensors: [(name: String, tensor: Tensor)]?

  /// Prepares a training that starts at the model's weights.
  /// - Throws: `Problem` for a plan that cannot work, `Problem` where data and network do not
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
    threads: Int, kernels: Kernels?, resuming checkpoint: Checkpoint?
  ) throws {
    try plan.check()
    try Self.check(train, validation, model, plan)
    self.plan = plan
    self.metrics = metrics
    network = model.network
    inputShape = model.inputShape
    self.train = try Self.weighted(train, plan.classWeights)
    self.validation = validation
    self.kernels = try kernels ?? .chosen()
    pool = WorkerPool(threads: threads)
    let cycle = try Self.cycle(model, plan, self.train, batch: min(plan.batch, train.count))
    store = try model.store(adding: cycle.graph.variables)
    parameterNames = Set(model.tensors.map(\.name))
    state = checkpoint?.state ?? TrainingState()
    bestTensors = checkpoint?.best
    for (name, tensor) in checkpoint?.variables ?? [] { try store.set(name, to: tensor) }
    epochStart = (store.save(), state)
    evaluator = Evaluator(
      network, inputShape: inputShape, loss: plan.loss, store: store, kernels: self.kernels,
      pool: pool)
    loader =
      self.train.isSlow
      ? try BatchLoader(
        self.train, batch: min(plan.batch, train.count), threads: threads, seed: plan.seed) : nil
    startEpoch()
  }

  private static func cycle(
    _ model: Model, _ plan: TrainingPlan, _ train: Dataset, batch: Int
  ) throws -> LearningCycle {
    try LearningCycle(
      model.network, inputShape: model.inputShape, batch: batch, loss: plan.loss,
      optimizer: plan.optimizer, penalty: plan.penalty, isWeighted: train.weights != nil)
  }

  private static func check(
    _ train: Dataset, _ validation: Dataset?, _ model: Model, _ plan: TrainingPlan
  ) throws {
    for (name, data) in [("training data", train)]
      + (validation.map { [("validation data", $0)] } ?? [])
    {
      guard data.count > 0 else {
        throw Problem.data(name, expected: "at least one example", found: "none")
      }
      guard data.inputs.shape == model.inputShape else {
        throw Problem.shape(
          name, expected: "examples of shape \(model.inputShape)", found: "\(data.inputs.shape)")
      }
      let (targets, given) = (
        plan.loss.hasClassTargets ? 1 : model.outputCount, data.targets.shape.count
      )
      guard given == targets else {
        throw Problem.shape(
          name, expected: "\(targets) target numbers for each example (loss \(plan.loss.name))",
          found: "\(given)", fix: try Self.fix(model, plan.loss, targets: given))
      }
    }
  }

  /// What most likely made the number of outputs another than that of the targets.
  private static func fix(_ model: Model, _ loss: any Loss, targets: Int) throws -> String {
    let output = try model.outputShape
    if output.rank > 1 {
      return
        "the network answers at every step, in shape \(output); set return_sequences: false on "
        + "the last recurrent layer, or add {layer: flatten} before the last layer"
    }
    if targets == 1, loss.target == .yesOrNo {
      return "for two classes give the last layer 1 unit, or keep \(output.count) and set "
        + "`loss: cross_entropy`"
    }
    return targets == 1
      ? "give the last layer 1 unit" : "give the last layer \(targets) units, one for each target"
  }

  /// Class weights as weights of examples, on top of those the data has.
  package static func weighted(_ data: Dataset, _ classWeights: [Double]?) throws -> Dataset {
    guard let classWeights else { return data }
    let weights = try (0..<data.count).map { index -> Float in
      let label = Int(data.targets[index][0])
      guard classWeights.indices.contains(label) else {
        throw Problem.data(
          "class weights", expected: "a weight for each class, also class \(label)",
          found: "\(classWeights.count) weights")
      }
      return Float(classWeights[label]) * (data.weights?[index] ?? 1)
    }
    var weighted = try Dataset(inputs: data.inputs, targets: data.targets, weights: weights)
    weighted.augmentation = data.augmentation
    return weighted
  }

  // MARK: Running

  /// Trains to the end, or until the listener wishes to stop.
  ///
  /// - Parameters:
  ///   - save: called with a checkpoint after each epoch and when training stops.
  ///   - listen: called after each step and epoch and at the end.
  /// - Throws: `Problem` when a loss is no longer finite, naming the first op that made it so;
  ///   whatever `save` throws.
  @discardableResult public func run(
    save: (Checkpoint) throws -> Void = { _ in },
    listen: (TrainingEvent) -> TrainingControl = { _ in .continue }
  ) throws -> TrainingOutcome {
    while !isDone {
      guard try runEpoch(listen) else {
        try save(checkpoint())
        return report(.interrupted, listen)
      }
      let record = try finishEpoch()
      try save(checkpoint())
      if listen(.epoch(record)) == .stop, !isDone { return report(.interrupted, listen) }
    }
    return report(state.epochsDone < plan.epochs ? .stoppedEarly : .finished, listen)
  }

  /// Is there nothing left to do?
  public var isDone: Bool {
    state.epochsDone >= plan.epochs || state.best.isOver(plan.stopping)
  }

  private func startEpoch() {
    var generator = RandomGenerator(
      seed: plan.seed, stream: 1 << 62 | UInt64(state.epochsDone))
    order = generator.permutation(train.count).map(Int32.init)
    if !isDone { loader?.start(order, epoch: state.epochsDone, step: state.stepsOfEpoch) }
  }

  /// - Returns: false if the listener wished to stop before the end.
  private func runEpoch(_ listen: (TrainingEvent) -> TrainingControl) throws -> Bool {
    let stepsPerEpoch = (train.count + plan.batch - 1) / plan.batch
    let clock = ContinuousClock()
    while state.stepsOfEpoch < stepsPerEpoch {
      let start = clock.now
      try step()
      state.seconds += start.duration(to: clock.now).inSeconds
      let record = StepRecord(
        epoch: state.epochsDone + 1, step: state.stepsOfEpoch, stepsPerEpoch: stepsPerEpoch,
        loss: state.lossSum / Double(state.examples), learningRate: lastRate)
      if listen(.step(record)) == .stop { return false }
    }
    return true
  }

  private var lastRate: Double { rate(step: Int(state.steps) - 1) }

  private func rate(step: Int) -> Double {
    plan.schedule.rate(
      base: plan.optimizer.learningRate, step: max(0, step), state: state.schedule)
  }

  private func step() throws {
    let program = try fillNextBatch()
    guard program.run() else { throw divergence(program, "loss") }
    let count = program.input(LearningCycle.inputName)!.count / inputShape.count
    state.lossSum += Double(program.result(0)[0]) * Double(count)
    state.examples += count
    state.stepsOfEpoch += 1
    state.steps += 1
  }

  private func fillNextBatch() throws -> Program {
    let first = state.stepsOfEpoch * plan.batch
    let count = min(plan.batch, train.count - first)
    let program = try program(batch: count)
    let inputs = program.input(LearningCycle.inputName)!.baseAddress!
    try loader?.take(state.stepsOfEpoch, into: inputs)
    order.withUnsafeBufferPointer {
      train.fill(
        UnsafeBufferPointer(rebasing: $0[first..<first + count]),
        inputs: loader == nil ? inputs : nil,
        targets: program.input(LearningCycle.targetName)!.baseAddress!,
        weights: program.input(LearningCycle.weightsName)?.baseAddress)
    }
    program.setRandomKey(seed: plan.seed, step: state.steps)
    program.input(Optimizer.rateInput)?[0] = Float(rate(step: Int(state.steps)))
    return program
  }

  /// What the next step learns from.
  package struct NextStep {
    package let inputs, targets: [Float]
    package let weights: [Float]?
    package let rate: Double
    package let step: UInt64
  }

  /// What the next step will be given; the training is between two steps of an epoch.
  package var nextStep: NextStep {
    let first = state.stepsOfEpoch * plan.batch
    let rows = order[first..<min(first + plan.batch, train.count)].map { Int($0) }
    return NextStep(
      inputs: rows.flatMap { train.variedInput($0, seed: plan.seed, epoch: state.epochsDone) },
      targets: rows.flatMap { train.targets[$0] },
      weights: train.weights.map { weights in rows.map { weights[$0] } },
      rate: rate(step: Int(state.steps)), step: state.steps)
  }

  private func program(batch: Int) throws -> Program {
    if let program = programs[batch] { return program }
    let cycle = try LearningCycle(
      network, inputShape: inputShape, batch: batch, loss: plan.loss, optimizer: plan.optimizer,
      penalty: plan.penalty, isWeighted: train.weights != nil)
    let program = try Program(
      cycle.graph, results: [cycle.loss], store: store, kernels: kernels, pool: pool,
      guarding: cycle.loss)
    programs[batch] = program
    return program
  }

  private func finishEpoch() throws -> EpochRecord {
    guard store.isFinite else { throw divergence(nil, "weights") }
    let onTrain = try scores(train)
    let onValidation = try validation.map(scores)
    let watched = (onValidation ?? onTrain)["loss"]!
    guard watched.isFinite else { throw divergence(nil, "validation loss") }
    plan.schedule.observe(validationLoss: watched, state: &state.schedule)
    var improvement = 0.0
    if case .early(_, let least) = plan.stopping { improvement = least }
    let isBest = state.best.observe(
      epoch: state.epochsDone + 1, loss: watched, improvement: improvement)
    if isBest { bestTensors = tensors }
    let norms = try measureGradients()
    let record = EpochRecord(
      epoch: state.epochsDone + 1, runningLoss: state.lossSum / Double(state.examples),
      train: onTrain, validation: onValidation, learningRate: lastRate, seconds: state.seconds,
      isBest: isBest, gradientNorms: norms)
    state.epochs.append(record)
    state.epochsDone += 1
    (state.stepsOfEpoch, state.lossSum, state.examples, state.seconds) = (0, 0, 0, 0)
    epochStart = (store.save(), state)
    startEpoch()
    return record
  }

  /// On the epoch's first batch, with the mask of the next step; changes no variable.
  private func measureGradients() throws -> [String: Double] {
    let batch = order[..<min(plan.batch, train.count)]
    let norms =
      try gradientNorms
      ?? GradientNorms(
        network, inputShape: inputShape, plan: plan, batch: batch.count,
        isWeighted: train.weights != nil, store: store, kernels: kernels, pool: pool)
    gradientNorms = norms
    return norms.measure(train, rows: batch, step: state.steps)
  }

  private func scores(_ data: Dataset) throws -> [String: Double] {
    let (loss, predictions) = try evaluator.evaluate(data)
    var scores = ["loss": loss]
    let outputs = predictions.count / data.count
    let targets = (0..<data.count).flatMap { data.targets[$0] }
    for metric in metrics {
      scores[metric.name] =
        metric.task == .regression
        ? try metric.value(predictions: predictions, targets: targets, outputs: outputs)
        : try metric.value(
          scores: predictions, targets: targets.map { Int($0) }, classCount: max(2, outputs))
    }
    return scores
  }

  private func report(
    _ reason: TrainingOutcome.Reason, _ listen: (TrainingEvent) -> TrainingControl
  ) -> TrainingOutcome {
    let ending = TrainingOutcome(
      reason: reason, epochsRun: state.epochsDone, bestEpoch: state.best.epoch,
      sentence: Self.sentence(reason, state, plan, isValidated: validation != nil))
    _ = listen(.end(ending))
    return ending
  }

  // MARK: What is left behind

  /// The parameters as they are now, without the optimiser's state.
  private var tensors: [(name: String, tensor: Tensor)] {
    store.snapshot().filter { parameterNames.contains($0.name) }
  }

  /// The network with the weights of the best epoch; with the present ones before the first epoch ends.
  public func bestModel() throws -> Model {
    try Model(network, inputShape: inputShape, loss: plan.loss, tensors: bestTensors ?? tensors)
  }

  /// All epochs so far.
  public var history: [EpochRecord] { state.epochs }

  /// Training alone, without evaluation, up to now.
  public var seconds: Double { state.epochs.reduce(state.seconds) { $0 + $1.seconds } }

  /// How many examples were learned from up to now, each as often as it was seen.
  public var examplesLearned: Int { state.epochsDone * train.count + state.examples }

  /// Everything needed to go on later as if training had never stopped.
  public func checkpoint() -> Checkpoint {
    Checkpoint(plan: plan, state: state, variables: store.snapshot(), best: bestTensors)
  }

  /// The epoch is run again from its beginning, step by step, to find the op that went wrong first;
  /// training is deterministic, so the same thing happens again.
  private func divergence(_ program: Program?, _ what: String) -> Problem {
    let failed = state
    var first = program?.firstNonFinite()
    if first == nil || first!.hasPrefix("variable") { first = replay(upTo: failed) ?? first }
    return Problem.data(
      "epoch \(failed.epochsDone + 1), step \(failed.stepsOfEpoch + 1)",
      expected: "a finite \(what)",
      found: "one that is not, first in \(first ?? "an op that could not be found")",
      fix: "lower the learning rate, scale the inputs, or clip the gradients; "
        + "the last checkpoint is good")
  }

  private func replay(upTo failed: TrainingState) -> String? {
    store.restore(epochStart.store)
    state = epochStart.state
    startEpoch()
    while state.stepsOfEpoch <= failed.stepsOfEpoch {
      let before = store.save()
      guard let program = try? fillNextBatch() else { return nil }
      if !program.run() || !store.isFinite {
        store.restore(before)
        return program.firstNonFinite(changingVariables: true)
      }
      state.stepsOfEpoch += 1
      state.steps += 1
      if state.stepsOfEpoch * plan.batch >= train.count { return nil }
    }
    return nil
  }
}

extension Duration {
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
