/// How far a network has come: on rows it never learned from, or on its training rows where there are no
/// others.
public struct LearningProgress: Codable, Sendable, Hashable {
  /// Mean loss on the held-out rows, or the training rows: the best of six looks on the way, as the best weights are
  /// kept. Infinite once a loss or weight stopped being a number.
  public var heldOutLoss: Double
  /// Mean loss on training rows at the end.
  public var trainLoss: Double
  /// Mean held-out loss before the first step.
  public var startLoss: Double
  /// The held-out loss of knowing nothing: the constant answer learned from the training targets.
  public var baseline: Double
  /// The same of the training rows.
  public var trainBaseline: Double
  /// By how many standard errors the held-out loss lies below the baseline, example by example.
  public var significance: Double
  /// By how many standard errors the training loss at the end lies below that of knowing nothing.
  public var trainSignificance: Double
  /// How many rows are scored.
  public var heldOutRows: Int
  public var trainRows: Int
  /// Are the rows never learned from?
  public var isHeldOut: Bool
  /// Row by row; not written to files.
  var heldOut = RowLosses()
  var train = RowLosses()

  enum CodingKeys: String, CodingKey {
    case baseline, significance
    case heldOutLoss = "held_out_loss"
    case startLoss = "start_loss"
    case trainLoss = "train_loss"
    case trainBaseline = "train_baseline"
    case trainSignificance = "train_significance"
    case heldOutRows = "held_out_rows"
    case trainRows = "train_rows"
    case isHeldOut = "is_held_out"
  }

  /// The share of the baseline that is gone; 0 where nothing was learned.
  public var learned: Double {
    guard heldOutLoss.isFinite, baseline > 0 else { return 0 }
    return max(0, 1 - heldOutLoss / baseline)
  }

  /// Do both beat knowing nothing by more than luck?
  var isLearning: Bool { isSignificant && isTrainSignificant }

  /// The share of the baseline that is left, of the training or the held-out rows, whichever is worse;
  /// infinite where a loss is.
  var worseShareLeft: Double {
    guard trainLoss.isFinite, heldOutLoss.isFinite, trainBaseline > 0, baseline > 0 else {
      return .infinity
    }
    return max(trainLoss / trainBaseline, heldOutLoss / baseline)
  }

  /// What the scored rows are called.
  var rowsName: String { isHeldOut ? "held-out" : "training" }

  /// Do the held-out rows beat knowing nothing by more than luck?
  public var isSignificant: Bool {
    heldOutRows >= RowLosses.fewest && RowLosses.isBeyondLuck(significance)
  }

  /// Do the training rows?
  var isTrainSignificant: Bool {
    trainRows >= RowLosses.fewest && RowLosses.isBeyondLuck(trainSignificance)
  }

  init(heldOut: RowLosses, train: RowLosses, startLoss: Double, isHeldOut: Bool) {
    (self.heldOut, self.train) = (heldOut, train)
    (self.startLoss, self.isHeldOut) = (startLoss, isHeldOut)
    (heldOutLoss, trainLoss, baseline) = (heldOut.mean, train.mean, heldOut.meanOfBaseline)
    trainBaseline = train.meanOfBaseline
    (significance, trainSignificance) = (heldOut.significance, train.significance)
    (heldOutRows, trainRows) = (heldOut.losses.count, train.losses.count)
  }
}
