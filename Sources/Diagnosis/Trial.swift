import Datasets
import Engine
import Networks

/// A remedy tried on a copy: the same first weights, seed and data but for the remedy.
public struct Trial: Codable, Sendable {
  /// What has to become better.
  public enum Judgement: String, Codable, Sendable {
    /// The share of the loss of knowing nothing that is gone on held-out rows.
    case learning
    /// The same, but what is done without the remedy is first carried on at the same pace to the
    /// end of the plan: slowness counts only if the planned steps cannot make up for it.
    case pace
    /// Recall of the rarest class + recall of the largest − 1, on held-out rows.
    case balance
  }

  public var remedy: String
  public var judgement: Judgement
  public var stepsWithout: Int
  public var stepsWith: Int
  public var without: LearningProgress
  public var with: LearningProgress
  /// What is judged, from 0 for nothing to 1 for everything.
  public var scoreWithout: Double
  public var scoreWith: Double
  /// By how many standard errors the remedy lowers the training loss, row by row.
  public var trainGain: Double
  /// By how many standard errors it betters the held-out rows: their loss, row by row, or their recalls
  /// where balance is judged.
  public var heldOutGain: Double
  /// The settings that do the same to a run, each as a flag would say it; nil where none do.
  package var settings: [String: String]?

  enum CodingKeys: String, CodingKey {
    case remedy, judgement, without, with, settings
    case stepsWithout = "steps_without"
    case stepsWith = "steps_with"
    case scoreWithout = "score_without"
    case scoreWith = "score_with"
    case trainGain = "train_gain"
    case heldOutGain = "held_out_gain"
  }

  /// Was it the cause? It is if the remedied network learns better beyond the noise, and the other goes
  /// less than half of its way: most of what could be learned is lost to this cause.
  public var isConfirmed: Bool { isBeyondNoise && scoreWithout < scoreWith / 2 }

  /// Does it help a network that goes more than half of the way without? A tenth of the loss of knowing
  /// nothing is the least that is worth a word; a pace that the planned steps make up for is not.
  var isHelpful: Bool {
    isBeyondNoise && !isConfirmed && judgement == .learning && scoreWith > scoreWithout + 0.1
  }

  /// Are training and held-out rows both better, by three standard errors, and better than knowing
  /// nothing? Never where the rows are too few to tell. With classes weighted, the loss no longer says
  /// what is better, so that the recalls decide.
  private var isBeyondNoise: Bool {
    judgement == .balance
      ? heldOutGain > 3
      : with.isLearning && trainGain > 3 && heldOutGain > 3
  }

  /// Does the remedy lower the worse of both losses, be it within the noise?
  var lowersWorseLoss: Bool { with.worseShareLeft < without.worseShareLeft }

  /// Is it better than the trial of another remedy, beyond the noise?
  func isBetter(than other: Trial) -> Bool {
    judgement == .balance
      ? scoreWith > other.scoreWith
      : with.heldOut.significance(over: other.with.heldOut) > 3
  }
}

extension Trial {
  /// Tries a remedy; nil where there is nothing to try.
  init?(
    _ remedy: Remedy, against setup: TrainingSetup, _ found: Measurements, kernels: Kernels
  ) throws {
    guard let changed = remedy.setup else { return nil }
    let steps = remedy.steps ?? found.rehearsedSteps
    let trialRun = try TrialRun(changed, steps: steps, kernels: kernels)
    self.remedy = remedy.advice
    settings = remedy.settings.isEmpty ? nil : remedy.settings
    judgement = remedy.judgement
    (stepsWithout, stepsWith) = (found.rehearsedSteps, steps)
    (without, with) = (found.progress, trialRun.progress)
    trainGain = with.train.significance(over: without.train)
    heldOutGain = with.heldOut.significance(over: without.heldOut)
    switch remedy.judgement {
    case .learning: (scoreWithout, scoreWith) = (without.learned, with.learned)
    case .balance:
      let counts = found.data.classCounts
      let recalls = Measurements.recalls(changed, trialRun.heldOut.predictions, counts.count)
      scoreWithout = ClassImbalance.score(found.recalls, counts)
      scoreWith = ClassImbalance.score(recalls, counts)
      let error = try ClassImbalance.standardError(
        recalls, counts,
        rows: setup.heldOut.subset(Array(0..<with.heldOutRows)).classCounts(counts.count))
      heldOutGain = (scoreWith - scoreWithout) / error
    case .pace:
      let more = Double(found.plannedSteps) / Double(max(1, found.rehearsedSteps))
      let begin = without.startLoss
      func fall(_ progress: LearningProgress) -> Double {
        progress.heldOutLoss.isFinite ? max(0, (begin - progress.heldOutLoss) / begin) : 0
      }
      (scoreWithout, scoreWith) = (fall(without) * more, fall(with))
    }
  }
}
