/// What happens while training, in order.
public enum TrainingEvent: Sendable {
  /// A step is done.
  case step(StepRecord)
  /// An epoch is done and evaluated.
  case epoch(EpochRecord)
  /// Training is over, for the reason told.
  case end(TrainingOutcome)
}

/// What the listener wants.
public enum TrainingControl: Sendable {
  /// Go on.
  case `continue`
  /// End after this step, keeping everything.
  case stop
}

/// One learning cycle.
public struct StepRecord: Sendable, Hashable, Codable {
  /// Counted from 1.
  public var epoch: Int
  /// Within the epoch, counted from 1.
  public var step: Int
  /// How many steps the epoch has.
  public var stepsPerEpoch: Int
  /// Mean loss of the epoch's steps so far, penalties and dropout included.
  public var loss: Double
  /// The loss of this step alone, before its update.
  public var stepLoss: Double
  /// Of this step.
  public var learningRate: Double

  /// Does it end its epoch?
  package var isLast: Bool { step == stepsPerEpoch }
}

/// One pass over the training data.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// Counted from 1.
  public var epoch: Int
  /// Mean loss of the steps while the weights were changing, penalties and dropout included.
  public var runningLoss: Double
  /// Loss and metrics after the epoch, by name, without dropout and penalties, on
  /// ``trainRows`` training rows; empty where none were asked for.
  public var train: [String: Double]
  /// The same on the validation data; nil without any.
  public var validation: [String: Double]?
  /// Of the last step.
  public var learningRate: Double
  /// Training alone, without evaluation. Differs from run to run.
  public var seconds: Double
  /// Was this the best epoch up to now?
  public var isBest: Bool
  /// √Σg² of each parameter's gradient by name, after the epoch, on one batch of it as it is trained
  /// with (dropout and penalties included); nil in records of older runs.
  public var gradientNorms: [String: Double]?
  /// On how many training rows ``train`` was computed; nil in records of older runs.
  public var trainRows: Int?
}

extension EpochRecord {
  /// The loss that decides which epoch is best: on the validation data, else on the training data.
  public var watchedLoss: Double? { (validation ?? train)["loss"] }
}

/// Why training ended and what was kept.
public struct TrainingOutcome: Sendable, Hashable, Codable {
  /// The reason.
  public enum Reason: String, Sendable, Codable {
    case finished, stoppedEarly, interrupted
  }

  /// Why training ended.
  public var reason: Reason
  /// Those of the trainings it went on from included.
  public var epochsRun: Int
  /// Counted from 1; nil if no epoch was finished.
  public var bestEpoch: Int?
  /// In one sentence.
  public var sentence: String
}
