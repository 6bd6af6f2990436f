public import Datasets
public import Engine
public import Networks

/// A model with all it needs to be used: how raw values become inputs, what its outputs mean, what
/// made it, and examples that prove it still works.
/// ```swift
/// let model = try TrainedModel(path: "runs/students/model.safetensors")
/// let answer = try model.predict(["hours": 3, "sleep": 7])
/// print(answer.label!, answer.probabilities!)
/// ```
/// It is a value that any number of tasks may use at the same time; copies share what was compiled.
public struct TrainedModel: Sendable {
  /// Layers and weights.
  public let model: Model
  /// Makes its inputs, and values of its answers.
  public let preprocessing: Preprocessing
  /// What made it.
  public let record: TrainingRecord
  /// What the training part looked like; nil for models of versions that did not say it, or made
  /// without data at hand.
  public internal(set) var dataSummary: DataSummary? { didSet { ranges = Once() } }
  /// What makes intervals and sets of classes; nil for a model without.
  package internal(set) var calibration: Calibration?
  /// Read images that are asked about.
  public var decoders: Decoders

  private let compiled: Once<Predictor>
  private var ranges = Once<InputRanges?>()
  private let golden: Once<[GoldenExample]>
  /// What the golden examples are made of.
  private let goldenInputs: [[Float]]
  private let kernels: Kernels?

  /// Puts a model together.
  ///
  /// - Parameters:
  ///   - examples: where the golden examples are taken from, usually the training part.
  ///   - dataSummary: of the training part.
  ///   - decoders: read images that are asked about.
  /// - Throws: `Problem` if the preprocessing and the network do not fit each other.
  public init(
    _ model: Model, preprocessing: Preprocessing, record: TrainingRecord, examples: Dataset,
    dataSummary: DataSummary? = nil, decoders: Decoders = .none, kernels: Kernels? = nil
  ) throws {
    try Self.check(model, preprocessing, at: "model")
    self.init(
      model, preprocessing, record, dataSummary, golden: nil,
      goldenInputs: GoldenExample.inputs(from: examples), decoders, kernels)
  }

  init(
    _ model: Model, _ preprocessing: Preprocessing, _ record: TrainingRecord,
    _ dataSummary: DataSummary?, golden: [GoldenExample]?, goldenInputs: [[Float]] = [],
    _ decoders: Decoders, _ kernels: Kernels?
  ) {
    self.model = model
    self.preprocessing = preprocessing
    self.record = record
    self.dataSummary = dataSummary
    self.decoders = decoders
    self.golden = Once(golden)
    self.goldenInputs = goldenInputs
    self.kernels = kernels
    compiled = Once()
  }

  /// What it was trained for.
  public var task: LearningTask { record.task }
  /// The classes, or the labels that a row may have, in the order of the outputs; empty for
  /// regression.
  public var labels: [String] { preprocessing.classes }

  /// How many numbers the network makes for one answer.
  package var outputsOfAnswer: Int { model.outputCount / preprocessing.answerCount }

  /// The compiled model, made when it is first asked for and then shared.
  /// - Throws: `Problem` if the network cannot be built.
  public var predictor: Predictor {
    get throws { try compiled { try Predictor(model, kernels: kernels) } }
  }

  /// Where the training rows lay, to say of an input that it is far from them; nil for a model that does not
  /// know.
  var inputRanges: InputRanges? {
    ranges { dataSummary.map { InputRanges($0, preprocessing) } }
  }

  /// Examples with the outputs they give, made when they are first asked for.
  /// - Throws: `Problem` if the network cannot be built.
  package var goldenExamples: [GoldenExample] {
    get throws {
      try golden {
        let predictor = try predictor
        return try goldenInputs.map { GoldenExample(input: $0, output: try predictor($0)) }
      }
    }
  }

  /// The same with other weights, for which it has no golden examples.
  /// - Throws: `Problem` for a network that does not fit its data.
  package func with(_ model: Model) throws -> TrainedModel {
    try Self.check(model, preprocessing, at: "model")
    var other = TrainedModel(
      model, preprocessing, record, dataSummary, golden: nil, decoders, kernels)
    other.calibration = calibration
    return other
  }

  /// Whether a network fits its data.
  static func check(_ model: Model, _ preprocessing: Preprocessing, at location: String) throws {
    let labels = preprocessing.classes
    let outputs =
      switch preprocessing.task {
      case .regression: [preprocessing.targetCount * model.loss.outputsPerTarget]
      case .multilabel: [preprocessing.targetCount]
      case .binary: preprocessing.stepLabels == nil ? [1, 2] : [2]
      case .multiclass, .ordered: [labels.count]
      }
    let (count, rest) = model.outputCount.quotientAndRemainder(
      dividingBy: preprocessing.answerCount)
    guard preprocessing.inputShape == model.inputShape, rest == 0, outputs.contains(count) else {
      throw Problem.shape(
        location,
        expected: "a network from \(preprocessing.inputShape) to "
          + "\(outputs.map(String.init).joined(separator: " or ")) outputs"
          + (preprocessing.stepLabels.map { " at each of \($0.count) steps" } ?? "")
          + ", as its data ask for",
        found: "one from \(model.inputShape) to \(model.outputCount)",
        fix: "give the last layer \(outputs.map(String.init).joined(separator: " or ")) units")
    }
  }
}

extension TrainedModel {
  /// What a trainer has learned, with the preprocessing that made its data.
  /// ```swift
  /// try TrainedModel(trainer, preprocessing: digits).save(to: "digits.safetensors")
  /// ```
  /// - Parameters:
  ///   - data: what the data are called, for the record.
  ///   - decoders: read images that are asked about.
  /// - Throws: `Problem` before the first `fit`, or if preprocessing and network do not fit.
  public init(
    _ trainer: Trainer, preprocessing: Preprocessing, data: String = "",
    decoders: Decoders = .none
  ) throws {
    guard let model = trainer.model, let fit = trainer.lastFit else {
      throw Problem.data(
        "trainer", expected: "a trained network", found: "none yet", fix: "call fit first")
    }
    try Self.check(model, preprocessing, at: "trainer")
    let best = fit.history.last { $0.isBest }
    let record = TrainingRecord(
      task: preprocessing.task == .binary && model.outputCount > 1
        ? .multiclass : preprocessing.task,
      data: data,
      rows: .init(train: fit.train.count, validation: fit.validationRows, test: 0),
      plan: trainer.plan, epochsRun: fit.history.count, bestEpoch: best?.epoch,
      scores: best.map {
        preprocessing.inUserUnits($0.validation ?? $0.train, of: trainer.metrics)
      } ?? [:],
      kernels: try Kernels.chosen().name)
    try self.init(
      model, preprocessing: preprocessing, record: record, examples: fit.train,
      dataSummary: DataSummary(fit.train, preprocessing), decoders: decoders)
    try summarisePredictions(on: fit.train, threads: trainer.threads)
  }
}
