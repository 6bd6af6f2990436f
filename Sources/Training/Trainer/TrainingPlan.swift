import Engine
public import Networks

/// Everything that decides how a network is trained: a value that is stored with the run. Two
/// trainings with the same plan, data and starting weights give the same bits.
public struct TrainingPlan: Sendable, Codable {
  @Named<Losses> public var loss: any Loss
  public var optimizer: Optimizer
  @Named<Schedules> public var schedule: any Schedule
  public var penalty: Penalty
  /// The most passes over the training data.
  public var epochs: Int
  /// Examples for each batch. Where layers compute with statistics of the batch, a last batch of one
  /// example joins the batch before it, and a batch of one is refused.
  public var batch: Int
  /// Batches for each step: their gradients are summed, each by its share of the examples, before the
  /// weights are updated once. The same as one large batch up to rounding, in the memory of a small
  /// one; only normalisation over a batch and random masks see the small batches.
  public var accumulate: Int
  /// Parts that each batch is cut into, summed in the same way. Their number decides the bits of the
  /// result, however many processes share them.
  public var shards: Int
  /// When training ends before its last epoch.
  public var stopping: EarlyStopping
  /// Decides the first weights, the order of the examples and all random masks.
  public var seed: UInt64
  /// How much the examples of each class count; nil if all count the same.
  public var classWeights: [Double]?
  /// On which training rows an epoch is scored. Changes no weight.
  public var trainScores: TrainScores
  /// Does a last batch too small for statistics join the batch before it? Decided by ``fitted(to:rows:)``.
  package internal(set) var joinsLastRow = false

  /// The most epochs that a plan can ask for.
  package static let mostEpochs = TrainingState.Limits.epochs
  /// The most parts of a batch that a plan can ask for.
  package static let mostShards = 1 << 12

  /// Keras's defaults where Keras has one.
  public init(
    loss: any Loss, optimizer: Optimizer = .adam(), schedule: any Schedule = .constant,
    penalty: Penalty = Penalty(), epochs: Int = 20, batch: Int = 32, accumulate: Int = 1,
    shards: Int = 1, stopping: EarlyStopping = .never, seed: UInt64 = 1,
    classWeights: [Double]? = nil,
    trainScores: TrainScores = .sample
  ) {
    self.loss = loss
    self.optimizer = optimizer
    self.schedule = schedule
    self.penalty = penalty
    self.epochs = epochs
    self.batch = batch
    self.accumulate = accumulate
    self.shards = shards
    self.stopping = stopping
    self.seed = seed
    self.classWeights = classWeights
    self.trainScores = trainScores
  }

  /// - Throws: `Problem` (all of them together) for settings out of range.
  public func check() throws {
    var problems: [Problem] = []
    func require(_ holds: Bool, _ setting: String, _ expected: String, _ found: String) {
      if !holds { problems.append(Problem.data(setting, expected: expected, found: found)) }
    }
    let most = Self.mostEpochs
    require((1...most).contains(epochs), "epochs", "1 to \(most)", "\(epochs)")
    require((1...1 << 20).contains(batch), "batch", "1 to 1048576", "\(batch)")
    require((1...1 << 20).contains(accumulate), "accumulate", "1 to 1048576", "\(accumulate)")
    require(
      (1...Self.mostShards).contains(shards) && shards <= max(1, batch), "shards",
      "1 to \(Self.mostShards), and no more than the \(batch) rows of a batch", "\(shards)")
    let rate = optimizer.learningRate
    require(rate > 0 && rate.isFinite, "learning rate", "a finite number above 0", "\(rate)")
    let decay = optimizer.weightDecay
    require(decay >= 0 && decay.isFinite, "weight decay", "0 or a number above", "\(decay)")
    require(
      penalty.l1 >= 0 && penalty.l2 >= 0, "penalty", "0 or numbers above", "\(penalty)")
    if case .early(let patience, _) = stopping {
      require((1...most).contains(patience), "patience", "1 to \(most) epochs", "\(patience)")
    }
    switch optimizer.clipping {
    case nil: break
    case .value(let limit), .norm(let limit), .globalNorm(let limit):
      require(limit > 0, "clipping", "a limit above 0", "\(limit)")
    }
    if let classWeights {
      require(
        classWeights.allSatisfy { $0 >= 0 && $0.isFinite }, "class weights",
        "0 or finite numbers above", "\(classWeights)")
    }
    try Problem.throwIfAny(problems)
    try schedule.check(at: "schedule")
  }
}
