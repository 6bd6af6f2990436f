public import Datasets
public import Engine
public import Networks
import Platform

/// The whole way from a data file to a trained model: read, split, prepare, choose a network, train,
/// score.
/// ```swift
/// var configuration = RunConfiguration()
/// configuration.data.source = "students.csv"
/// configuration.data.target = "passed"
/// let session = try TrainingSession(Experiment(configuration))
/// let report = try session.train()
/// print(report.sentence)
/// ```
public struct Experiment: Sendable {
  /// With everything decided that the user left open, so that it can be used again.
  public private(set) var configuration: RunConfiguration
  /// Read, split and preprocessed.
  public let data: PreparedData
  /// What is learned.
  public let task: LearningTask
  /// What is followed while training, the leading one first.
  public let metrics: [any Metric]
  /// How it is trained.
  public private(set) var plan: TrainingPlan
  /// The network with its first weights.
  public private(set) var start: Model
  /// Where its first weights came from; nil for those that were drawn, or a model's of here.
  package private(set) var origin: WeightsOrigin?
  /// The set of fast loops in use.
  public let kernels: Kernels
  /// The processes that train it together; nil for this one alone.
  package var group: (any ProcessGroup)?

  /// Reads the data and decides what is open.
  ///
  /// - Parameters:
  ///   - registry: what the settings, and a model to start from, can name.
  ///   - decoders: unpack IDX files and read images.
  /// - Throws: `Problem` for the files and the settings, or a network that does not fit.
  public init(
    _ configuration: RunConfiguration, registry: Registry = .standard, decoders: Decoders = .none
  ) throws {
    try configuration.check(registry: registry)
    try self.init(
      configuration,
      data: PreparedData(configuration, registry: registry, decoders: decoders),
      registry: registry)
  }

  /// With data that are prepared already.
  ///
  /// - Parameter registry: what the settings can name.
  /// - Throws: `Problem` if they were prepared as other settings say.
  public init(
    _ configuration: RunConfiguration, data: PreparedData, registry: Registry = .standard
  ) throws {
    try data.check(configuration)
    self.data = data
    let fitted = data.preprocessing.task
    // Two classes may have an output each, and at each step they have.
    let isEach = configuration.data.task == .multiclass || data.preprocessing.stepLabels != nil
    task = fitted == .binary && isEach ? .multiclass : fitted
    let quantiles = configuration.training.quantiles
    let loss =
      configuration.training.loss
      ?? (quantiles.isEmpty ? task.usualLoss : Losses.Pinball(quantiles: quantiles))
    try task.check(loss)
    metrics = configuration.training.metrics ?? task.metrics
    try task.check(metrics)
    kernels = try configuration.training.kernels.map { try Kernels(named: $0) } ?? .chosen()
    let layers = try Self.layers(configuration, data, loss)
    try configuration.check(layers, reads: data.preprocessing)
    start = try Self.start(
      Sequential(layers.layers), data, loss, configuration, seed: configuration.data.seed)
    if let memory = configuration.data.memoryBytes {
      try MemoryNeed(
        data.split, data.preprocessing, configuration, parameters: start.parameterCount
      ).check(memory)
    }
    plan = try configuration.plan(
      for: start, rows: data.train.count,
      classWeights: Self.weights(configuration.training.classWeights, data, task),
      registry: registry)
    var decided = Self.decided(configuration, data, plan, layers, task, kernels)
    decided.training.metrics = metrics
    self.configuration = decided
  }

  private static func start(
    _ network: any Layer, _ data: PreparedData, _ loss: any Loss, _ configuration: RunConfiguration,
    seed: UInt64
  ) throws -> Model {
    let fresh = try Model(
      network, inputShape: data.preprocessing.inputShape, loss: loss, seed: seed)
    return try data.base.map {
      try Transfer($0.model, unfreezes: true)
        .start(fresh, hasNewHead: configuration.network.head == .new)
    } ?? fresh
  }

  /// The same on the same split, with other first weights, order and masks.
  package func with(seed: UInt64) throws -> Experiment {
    var other = self
    other.configuration.data.seed = seed
    other.plan.seed = seed
    other.origin = nil
    other.start = try Self.start(start.network, data, start.loss, configuration, seed: seed)
    return other
  }

  /// The same with other first weights of the same network.
  ///
  /// - Parameter origin: where they came from; a run keeps both.
  /// - Throws: `Problem` for a tensor that is missing, unknown or of the wrong shape.
  package func starting(
    with weights: [(name: String, tensor: Tensor)], from origin: WeightsOrigin
  ) throws -> Experiment {
    var other = self
    (other.start, other.origin) = (try start.with(weights), origin)
    return other
  }

  private static func layers(
    _ configuration: RunConfiguration, _ data: PreparedData, _ loss: any Loss
  ) throws -> LayerList {
    guard let base = data.base, configuration.network.architecture == nil else {
      return try configuration.layers(
        for: data.preprocessing, loss: loss, train: data.train)
    }
    let transfer = try Transfer(
      base.model, unfreezes: configuration.network.unfreeze || configuration.network.freeze != nil)
    return LayerList(
      try transfer.network(
        configuration.network.freeze,
        newHead: configuration.network.head == .new
          ? RunConfiguration.head(for: data.preprocessing, loss: loss) : nil))
  }

  private static func decided(
    _ configuration: RunConfiguration, _ data: PreparedData, _ plan: TrainingPlan,
    _ layers: LayerList, _ task: LearningTask, _ kernels: Kernels
  ) -> RunConfiguration {
    var decided = configuration
    decided.network.architecture = .layers(layers)
    decided.network.hidden = nil
    decided.network.fromSHA256 = data.baseSHA256
    decided.data.task = configuration.data.task ?? LearningTask.Choice(rawValue: task.rawValue)
    let logarithms = data.preprocessing.targetScales.count(where: \.isLogarithm)
    if task == .regression, logarithms == 0 { decided.data.targetScaling = .linear }
    if logarithms > 0, logarithms == data.preprocessing.targetScales.count {
      decided.data.targetScaling = .log
    }
    decided.data.forecastAs = data.preprocessing.series?.form
    decided.training.loss = plan.loss
    decided.training.quantiles = plan.loss.quantiles ?? []
    decided.training.learningRate = plan.optimizer.learningRate
    decided.training.weightDecay = plan.optimizer.weightDecay
    decided.training.batch = plan.batch
    decided.training.schedule = configuration.training.schedule ?? .cosine(over: plan.epochs)
    decided.training.epochs = plan.epochs
    if case .early(let patience, _) = plan.stopping { decided.training.patience = patience }
    decided.training.threads = configuration.training.threads ?? Machine.processors
    decided.training.kernels = kernels.name
    if case .images(let encoding) = data.preprocessing.inputs {
      decided.data.imageSize = Extents(height: encoding.height, width: encoding.width)
      decided.data.channels = encoding.channels
      decided.data.resampling = encoding.resampling
      decided.data.imageFit = encoding.fit
    }
    return decided
  }

  private static func weights(
    _ weighting: ClassWeighting, _ data: PreparedData, _ task: LearningTask
  ) throws -> [Double]? {
    guard weighting != .equal else { return nil }
    let classes = data.preprocessing.classes.count
    guard task.isClassification else {
      throw Problem.data(
        "class_weights", expected: "none for \(task == .regression ? "numbers" : "labels")",
        found: "some", fix: "leave it out")
    }
    if case .given(let weights) = weighting {
      guard weights.count == classes else {
        throw Problem.data(
          "class_weights", expected: "\(classes) numbers, one for each class",
          found: "\(weights.count)",
          fix: "the classes are \(data.preprocessing.classes.joined(separator: ", "))")
      }
      return weights
    }
    let counts = data.train.classCounts(classes)
    return counts.map {
      Double(counts.reduce(0, +)) / (Double(classes) * Double($0))
    }
  }

  /// A training, from its first step or from a checkpoint of this experiment.
  /// - Throws: `Problem` if the network does not fit the data, or the checkpoint belongs to
  ///   another network.
  public func run(resuming checkpoint: Checkpoint? = nil) throws -> TrainingLoop {
    try run(resuming: checkpoint, keepsFeatures: false)
  }

  /// - Parameter keepsFeatures: whether what frozen layers at the beginning make of the data is computed once;
  ///   the weights are the same, bit for bit, but the training can only be trained, not looked into.
  package func run(
    resuming checkpoint: Checkpoint? = nil, keepsFeatures: Bool
  ) throws -> TrainingLoop {
    let run = try TrainingLoop(
      start, plan: checkpoint?.plan ?? plan, train: data.train, validation: data.validation,
      metrics: metrics, threads: configuration.training.threads ?? Machine.processors,
      kernels: kernels, resuming: checkpoint, keepsFeatures: keepsFeatures,
      group: group)
    try TrainedModel.check(start, data.preprocessing, at: "network")
    return run
  }

  /// What a reader should know about the data and how they are learned from.
  package var notes: [String] { notes(of: plan) }

  /// - Parameter plan: of the training, which a resumed one has from its checkpoint.
  func notes(of plan: TrainingPlan) -> [String] {
    data.notes + (origin.map { [$0.note] } ?? [])
      + (plan.noteOfJoinedRow(rows: data.train.count).map { [$0] } ?? [])
      + (noteOfCoverage.map { [$0] } ?? [])
  }

  private var noteOfCoverage: String? {
    guard task != .multilabel,
      let coverage = Calibration.coverage(of: plan.loss, configuration.training.coverage)
    else { return nil }
    return Calibration.note(coverage, rows: data.validation?.count ?? 0)
  }

  /// The best model of a training so far, ready to be stored.
  public func model(of run: TrainingLoop) throws -> TrainedModel {
    try stored(run.bestModel(), run, epoch: run.history.last { $0.isBest })
  }

  /// - Parameter epoch: whose weights the model has; nil before the first one is finished.
  func stored(
    _ model: Model, _ run: TrainingLoop, epoch: EpochRecord?
  ) throws -> TrainedModel {
    let record = TrainingRecord(
      task: task, data: configuration.data.source ?? "", rows: data.rows, plan: run.plan,
      epochsRun: run.epochsDone, bestEpoch: epoch?.epoch,
      scores: epoch.map { inUserUnits($0.validation ?? $0.train) } ?? [:], kernels: kernels.name)
    return try TrainedModel(
      model, preprocessing: data.preprocessing, record: record, examples: data.train,
      dataSummary: data.summary, decoders: data.decoders, kernels: kernels)
  }

  /// Scores of a regression in the target's unit; the loss stays that of the standardised targets, and
  /// so do scores of several targets or of logarithms, which have no common unit.
  public func inUserUnits(_ scores: [String: Double]) -> [String: Double] {
    data.preprocessing.inUserUnits(scores, of: metrics)
  }

  /// An epoch's scores in the target's unit.
  public func inUserUnits(_ record: EpochRecord) -> EpochRecord {
    var record = record
    record.train = inUserUnits(record.train)
    record.validation = record.validation.map(inUserUnits)
    return record
  }
}

extension Preprocessing {
  /// See ``Experiment/inUserUnits(_:)-(Dictionary<String,Double>)``.
  func inUserUnits(_ scores: [String: Double], of metrics: [any Metric]) -> [String: Double] {
    guard targetScales.count == 1, let scale = targetScales.first, !scale.isLogarithm else {
      return scores
    }
    let deviation = scale.deviation
    var scores = scores
    for case let metric as any RegressionMetric in metrics {
      let factor = metric.unitPower < 0 ? 1 / deviation : deviation
      for _ in 0..<metric.unitPower.magnitude { scores[metric.name]? *= factor }
    }
    return scores
  }
}
