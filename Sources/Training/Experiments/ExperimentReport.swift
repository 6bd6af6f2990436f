public import Datasets
import Engine
import Networks

/// What came out of a training and what made it: the content of `report.json`.
public struct ExperimentReport: Codable, Sendable {
  /// The scores of one part of the data.
  public struct PartScores: Codable, Sendable {
    /// The mean of the loss that was trained with; for a regression, of the standardised targets.
    public var loss: Double
    public var accuracy: Double?
    /// In the target's unit.
    public var rmse: Double?
    /// In the target's unit.
    public var mae: Double?
    public var r2: Double?
    /// 95 % of accuracy or of the root mean squared error; nil if there are too few rows.
    public var interval: [Double]?
    /// Every score.
    public var scores: Evaluation

    init(_ evaluation: Evaluation) {
      loss = evaluation.loss
      scores = evaluation
      accuracy = evaluation.classification?.accuracy.value
      if let output = evaluation.regression?.outputs[0] {
        (rmse, mae, r2) = (output.rmse.value, output.mae.value, output.r2.value)
      }
      let leading = evaluation.leading.score
      if let low = leading.low, let high = leading.high { interval = [low, high] }
    }
  }

  public var formatVersion = 1
  public var program = "glassbox \(ProgramVersion.number)"
  public var task: LearningTask
  public var data: String
  public var target: String
  /// Class labels in the order of the outputs.
  public var labels: [String]
  public var rows: TrainingRecord.Rows
  /// How many numbers are learned.
  public var parameters: Int
  public var epochsRun: Int
  public var bestEpoch: Int?
  public var ending: TrainingOutcome.Reason
  /// Why training ended and what was kept.
  public var sentence: String
  public var validation: PartScores?
  public var test: PartScores?
  /// Training alone, without evaluation.
  public var seconds: Double
  public var samplesPerSecond: Double
  /// Where the model lies.
  public var model: String?
  /// The run's folder.
  public var run: String?
  public var seed: UInt64
  public var threads: Int
  public var kernels: String
  public var weightsSHA256: String
  /// The model or run that the training started from.
  public var from: String?
  /// What became of each tensor, where the training started from a trained model.
  package var tensors: [TensorChange]?
  /// What a reader should know about the data.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case program, task, data, target, labels, rows, parameters, ending, sentence, validation, test
    case seconds, model, run, seed, threads, kernels, notes, from, tensors
    case formatVersion = "format_version"
    case epochsRun = "epochs_run"
    case bestEpoch = "best_epoch"
    case samplesPerSecond = "samples_per_second"
    case weightsSHA256 = "weights_sha256"
  }
}

extension Experiment {
  /// Unseals the test rows and scores the model.
  public func report(
    on model: TrainedModel, of run: TrainingLoop, _ ending: TrainingOutcome
  ) throws -> ExperimentReport {
    let threads = configuration.training.threads ?? 1
    func scores(_ data: Dataset?) throws -> ExperimentReport.PartScores? {
      try data.map {
        .init(
          try model.evaluate($0, threads: threads, kernels: kernels, seed: configuration.data.seed))
      }
    }
    let seconds = run.seconds
    return ExperimentReport(
      task: task, data: configuration.data.source ?? "", target: data.preprocessing.targetName,
      labels: model.labels, rows: data.rows, parameters: model.model.parameterCount,
      epochsRun: ending.epochsRun, bestEpoch: ending.bestEpoch, ending: ending.reason,
      sentence: ending.sentence, validation: try scores(data.validation),
      test: try scores(data.test), seconds: seconds,
      samplesPerSecond: seconds > 0 ? Double(run.examplesLearned) / seconds : 0,
      seed: configuration.data.seed, threads: threads, kernels: kernels.name,
      weightsSHA256: model.model.weightsSHA256,
      from: configuration.network.from,
      tensors: try data.base.map {
        try TensorChange.all(base: $0.model, start: start, end: model.model)
      },
      notes: data.notes)
  }
}
