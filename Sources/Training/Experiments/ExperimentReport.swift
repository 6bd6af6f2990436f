public import Datasets
import Engine
import Formatting
import Networks
import Platform

/// What came out of a training and what made it: the content of `report.json`.
public struct ExperimentReport: Codable, Sendable {
  /// The scores of one part of the data.
  public struct PartScores: Codable, Sendable {
    /// The mean of the loss that was trained with; for a regression, of the standardised targets.
    public var loss: Double
    /// The share of right classes, 0 to 1; nil for numbers and labels.
    public var accuracy: Double?
    /// In the target's unit; nil for several targets, whose scores are in ``scores``.
    public var rmse: Double?
    /// In the target's unit; nil for several targets.
    public var mae: Double?
    /// Of several targets the mean.
    public var r2: Double?
    /// 95 % of the leading score: accuracy, the share of rows with all labels right, root mean squared
    /// error, or for several targets R²; nil, with the reason in ``scores``, where none would hold.
    public var interval: [Double]?
    /// Every score.
    public var scores: Evaluation

    init(_ evaluation: Evaluation) {
      loss = evaluation.loss
      scores = evaluation
      accuracy = evaluation.classification?.accuracy.value
      if let regression = evaluation.regression {
        r2 = regression.average.r2.value
        if regression.outputs.count == 1 {
          (rmse, mae) = (regression.average.rmse.value, regression.average.mae.value)
        }
      }
      let leading = evaluation.leading.score
      if let low = leading.low, let high = leading.high { interval = [low, high] }
    }
  }

  /// The version of this layout.
  public var formatVersion = 1
  /// The program that trained.
  public var program = "glassbox \(ProgramVersion.number)"
  /// What was learned.
  public var task: LearningTask
  /// Where the data lay.
  public var data: String
  /// The column that was learned.
  public var target: String
  /// Class labels in the order of the outputs.
  public var labels: [String]
  /// How many each part had.
  public var rows: TrainingRecord.Rows
  /// How many numbers are learned.
  public var parameters: Int
  /// Those of the trainings it went on from included.
  public var epochsRun: Int
  /// Counted from 1; nil if no epoch was finished.
  public var bestEpoch: Int?
  /// Why training ended.
  public var ending: TrainingOutcome.Reason
  /// Why training ended and what was kept.
  public var sentence: String
  /// Scores of the rows that chose the best epoch; nil if there are none.
  public var validation: PartScores?
  /// Scores of the rows that were kept back; nil if there are none, if training has not come to its end, or
  /// if they were left sealed.
  public var test: PartScores?
  /// How many times the rows that were kept back were scored by this run; each time after the first, the
  /// one who decided to go on had seen the scores. Nil in older reports.
  public var testScorings: Int?
  /// Learning alone, of all parts of the run, without reading data, scoring and writing.
  public var seconds: Double
  /// From the preparation of the training to this report: the last part of the run alone, if it was
  /// resumed. Nil in older reports.
  public var wallSeconds: Double?
  /// Examples learned in a second of training.
  public var samplesPerSecond: Double
  /// Where the model lies.
  public var model: String?
  /// The run's folder.
  public var run: String?
  /// Decided split, first weights, order and masks.
  public var seed: UInt64
  /// How many worked; changes no bit.
  public var threads: Int
  /// The set of fast loops in use.
  public var kernels: String
  /// A fingerprint of all weights, 64 hexadecimal digits.
  public var weightsSHA256: String
  /// The model or run that the training started from.
  public var from: String?
  /// Where weights from elsewhere that the training began with came from; nil for others.
  package var weights: WeightsOrigin?
  /// What became of each tensor, where the training started from a trained model.
  package var tensors: [TensorChange]?
  /// The settings that the run went on with after it had begun; nil in older reports.
  package var changes: [SettingChange]?
  /// The most bytes of memory that the process took until it was written; nil where no bound was given, and in
  /// older reports.
  package var peakMemory: Int?
  /// What a reader should know about the data.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case program, task, data, target, labels, rows, parameters, ending, sentence, validation, test
    case seconds, model, run, seed, threads, kernels, notes, from, weights, tensors, changes
    case formatVersion = "format_version"
    case peakMemory = "peak_memory"
    case testScorings = "test_scorings"
    case wallSeconds = "wall_seconds"
    case epochsRun = "epochs_run"
    case bestEpoch = "best_epoch"
    case samplesPerSecond = "samples_per_second"
    case weightsSHA256 = "weights_sha256"
  }
}

extension Experiment {
  /// Scores the model; where training has come to its end, on the test rows too.
  ///
  /// - Parameters:
  ///   - folder: of the run, where the model lies; nil if it is in memory.
  ///   - sealed: leave the test rows unread.
  public func report(
    on model: TrainedModel, of run: TrainingLoop, _ ending: TrainingOutcome,
    in folder: RunFolder? = nil, sealed: Bool = false
  ) throws -> ExperimentReport {
    let threads = configuration.training.threads ?? 1
    func scores(_ data: Dataset?) throws -> ExperimentReport.PartScores? {
      try data.map {
        .init(
          try model.evaluate($0, threads: threads, kernels: kernels))
      }
    }
    var validation = try scores(data.validation)
    // The intervals were made by these rows.
    validation?.scores.coverage = nil
    let seconds = run.seconds
    var report = ExperimentReport(
      task: task, data: configuration.data.source ?? "", target: data.preprocessing.targetName,
      labels: model.labels, rows: data.rows, parameters: model.model.parameterCount,
      epochsRun: ending.epochsRun, bestEpoch: ending.bestEpoch, ending: ending.reason,
      sentence: ending.sentence, validation: validation,
      test: sealed || ending.reason == .interrupted ? nil : try scores(data.test),
      testScorings: data.test == nil ? nil : run.state.testScorings ?? 0, seconds: seconds,
      samplesPerSecond: seconds > 0 ? Double(run.examplesLearned) / seconds : 0,
      seed: configuration.data.seed, threads: threads, kernels: kernels.name,
      weightsSHA256: model.model.weightsSHA256,
      from: configuration.network.from, weights: origin,
      tensors: try data.base.map {
        try TensorChange.all(base: $0.model, start: start, end: model.model)
      },
      changes: run.changes, notes: notes(of: run.plan) + run.changes.map(\.sentence))
    (report.model, report.run) = (folder?[.model], folder?.path)
    report.tellPeakMemory(allowed: configuration.data.memoryBytes)
    return report
  }
}

extension ExperimentReport {
  /// Takes down the most memory that the process took until now, and says where it is more than allowed.
  ///
  /// - Parameter memory: in bytes; nil where no bound was given.
  package mutating func tellPeakMemory(allowed memory: Int?) {
    guard let memory else { return }
    func note(_ peak: Int) -> String {
      "the process took \(Double(peak).byteText) of memory, more than the \(Double(memory).byteText) of "
        + "`memory`"
    }
    if let before = peakMemory { notes.removeAll { $0 == note(before) } }
    let peak = Usage.peakMemory
    peakMemory = peak
    if peak > memory { notes.append(note(peak)) }
  }
}
