public import Datasets
import Networks

/// What made a model: it travels with the weights.
public struct TrainingRecord: Codable, Sendable {
  /// How many rows each part had.
  public struct Rows: Codable, Sendable, Hashable {
    /// Rows the weights were learned from.
    public var train: Int
    /// Rows that chose the best epoch.
    public var validation: Int
    /// Rows that were kept back.
    public var test: Int

    /// Counts of rows.
    public init(train: Int, validation: Int, test: Int) {
      self.train = train
      self.validation = validation
      self.test = test
    }
  }

  /// The program that trained it.
  public var program = "glassbox \(ProgramVersion.number)"
  /// What was learned.
  public var task: LearningTask
  /// The data file's name.
  public var data: String
  /// How many each part had.
  public var rows: Rows
  /// Everything that decided the training.
  public var plan: TrainingPlan
  /// Passes over the training rows.
  public var epochsRun: Int
  /// Counted from 1; nil if no epoch was finished.
  public var bestEpoch: Int?
  /// Loss and metrics of the best epoch on the data that chose it.
  public var scores: [String: Double]
  /// The set of fast loops in use.
  public var kernels: String

  /// What is known of a training; the program is this one.
  public init(
    task: LearningTask, data: String, rows: Rows, plan: TrainingPlan, epochsRun: Int,
    bestEpoch: Int? = nil, scores: [String: Double] = [:], kernels: String
  ) {
    self.task = task
    self.data = data
    self.rows = rows
    self.plan = plan
    self.epochsRun = epochsRun
    self.bestEpoch = bestEpoch
    self.scores = scores
    self.kernels = kernels
  }
}
