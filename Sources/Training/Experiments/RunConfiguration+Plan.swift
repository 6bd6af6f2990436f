import Datasets
import Engine
public import Networks

extension RunConfiguration {
  /// The settings that are wrong whatever the data are.
  ///
  /// - Parameter registry: what they can name.
  /// - Throws: `Problem` (all of them together).
  public func check(registry: Registry = .standard) throws {
    var problems = Self.settings.compactMap { $0.problem(self, registry) }
    func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Any) {
      if !holds { problems.append(Problem.data(name, expected: expected, found: "\(found)")) }
    }
    let shares = data.validation.share + data.test.share
    require(shares < 1, "test", "validation and test shares below 1 together", shares)
    require(
      network.from != nil || (network.freeze == nil && network.head == nil && !network.unfreeze),
      "from", "a model beside `freeze`, `head` and `unfreeze`", "none")
    require(
      data.group == nil || data.splitByTime == nil || data.forecast != nil, "split_by_time",
      "`group` or `split_by_time`: the rows of one group lie in the past and in the future", "both")
    if data.forecast != nil {
      require(
        data.targets.isEmpty, "target", "none beside `forecast`, which names what is answered",
        data.targets)
      require(data.sequence == nil, "sequence", "none beside `forecast`, which makes one", "one")
      require(
        data.task == nil || data.task == .regression, "task", "regression beside `forecast`",
        data.task?.rawValue ?? "")
      require(
        (data.season ?? 1) <= data.history, "season",
        "at most `history`, \(data.history) steps, which the forecast to compare with looks back on",
        data.season ?? 1)
      require(
        data.targetScaling != .log || [nil, .value].contains(data.forecastAs), "forecast_as",
        "value beside `target_scale: log`, since a change below 0 has no logarithm",
        data.forecastAs?.rawValue ?? "")
    }
    require(
      data.forecastAs == nil || data.forecast != nil, "forecast_as",
      "a column to `forecast` beside it",
      "none")
    if !training.quantiles.isEmpty {
      require(
        training.loss.map { $0.quantiles == training.quantiles } ?? true, "quantiles",
        "no other `loss` beside them, which are learned by the pinball loss",
        training.loss?.name ?? "")
      require(
        data.task == nil || data.task == .regression, "quantiles",
        "`task` regression beside them, since numbers have quantiles", data.task?.rawValue ?? "")
    }
    require(
      data.sequence == nil || network.from == nil, "sequence",
      "none beside `from`, whose model has its own", "one")
    if data.sequence?.labels != nil {
      require(
        data.targets.isEmpty, "target", "none beside `labels` below `sequence`, which name it",
        data.targets)
    }
    require(
      data.weight == nil || data.sequence?.group == nil && data.sequence?.labels == nil, "weight",
      "none where each step of a sequence has a label of its own", data.weight ?? "")
    if data.sequence?.group != nil {
      require(
        data.targets.count == 1, "target", "the column of the labels of the steps", data.targets)
    }
    // A model brings its layers, unless the whole network is given.
    for (isGiven, name) in [
      (network.kind != nil, "network"), (network.hidden != nil, "hidden"),
      (network.dropout > 0, "dropout"), (network.activation != .relu, "activation"),
    ] where network.from != nil && network.layers == nil {
      require(
        !isGiven, name, "no such setting beside `from`, whose model brings its layers", "one")
    }
    require(
      network.freeze == nil || !network.unfreeze, "unfreeze", "`freeze` or `unfreeze`, not both",
      "both")
    let limits = [training.clipValue, training.clipNorm, training.clipGlobalNorm]
      .compactMap { $0 }
    require(limits.count <= 1, "clip_norm", "at most one of the three limits", limits)
    do {
      try training.schedule?.check(at: "schedule")
    } catch {
      problems.append(error)
    }
    try Problem.throwIfAny(problems)
  }

  /// How to train a network on a given number of rows.
  func plan(
    for start: Model, rows: Int, classWeights: [Double]?, registry: Registry
  ) throws -> TrainingPlan {
    var optimizer = try training.optimizerChoice.optimizer(registry)
    // What was learned before shall not be lost to large steps.
    let share = network.unfreeze ? 0.1 : 1
    optimizer.learningRate =
      training.learningRate ?? share * Self.usualRate(of: optimizer, for: start, rows: rows)
    if let weightDecay = training.weightDecay { optimizer.weightDecay = weightDecay }
    optimizer.clipping =
      training.clipValue.map(Clipping.value) ?? training.clipNorm.map(Clipping.norm)
      ?? training.clipGlobalNorm.map(Clipping.globalNorm)
    var plan = TrainingPlan(
      loss: start.loss, optimizer: optimizer, penalty: Penalty(l1: training.l1, l2: training.l2),
      batch: training.batch ?? Self.usualBatch(rows: rows), accumulate: training.accumulate,
      shards: training.shards, seed: data.seed, classWeights: classWeights,
      trainScores: training.trainScores)
    plan = try plan.fitted(to: start, rows: rows)
    // Settings out of range are found by the plan's own check below.
    let steps = max(1, plan.stepsPerEpoch(rows: rows))
    plan.epochs = training.epochs ?? min(500, max(50, 4000 / steps))
    let patience = training.patience ?? max(8, plan.epochs / 10)
    plan.stopping = patience > 0 ? .early(patience: patience) : .never
    let schedule: any Schedule = training.schedule ?? .cosine(over: max(1, plan.epochs))
    plan.schedule = schedule.inSteps(perEpoch: steps)
    try plan.check()
    return plan
  }

  /// Small data makes few steps, so each must go further; but not so far where convolutions share each
  /// weight among all places of an image (`Docs/decisions/0021-networks-for-tables.md`).
  static func usualRate(of optimizer: Optimizer, for start: Model, rows: Int) -> Double {
    rows < smallData && !start.layers.flattened.contains { $0 is Conv2D }
      ? max(optimizer.learningRate, 0.01) : optimizer.learningRate
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
