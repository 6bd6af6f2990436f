public import Datasets
import Formatting
import Networks

/// What the folds of a cross-validation scored.
public struct CrossValidationReport: Codable, Sendable {
  /// One of them.
  package struct Fold: Codable, Sendable {
    /// Counted from 1.
    package var fold: Int
    /// How many rows were learned from, chose the best epoch and were held out.
    package var train, validation, heldOut: Int
    package var epochsRun: Int
    /// Counted from 1; nil if no epoch was finished.
    package var bestEpoch: Int?
    /// Loss and metrics on the held-out rows, by name.
    package var scores: [String: Double]
    /// Learning alone.
    package var seconds: Double

    private enum CodingKeys: String, CodingKey {
      case fold, train, validation, scores, seconds
      case heldOut = "held_out"
      case epochsRun = "epochs_run"
      case bestEpoch = "best_epoch"
    }
  }

  /// A score over the folds.
  public struct Spread: Codable, Sendable, Hashable {
    /// Over the folds, each counting the same.
    public var mean: Double
    /// The standard deviation of the folds' scores, with n − 1 for their number n; nil for one fold.
    public var deviation: Double?
    /// The ends of an interval of the mean; nil where none would hold, see `interval_reason`.
    ///
    /// mean ± t √((1/n + held out/learned from) s²), with the 0.975 quantile t of Student's distribution of
    /// n − 1 degrees of freedom: the corrected resampled t of C. Nadeau and Y. Bengio, *Inference for the
    /// Generalization Error*, Machine Learning 52 (2003). The folds' networks share most of their rows, so
    /// their scores are alike and their spread alone would say too little. It is rather too wide: in
    /// simulations it held 94 to 99 % of the time (`Tests/References/cross_validation.py`).
    public var low, high: Double?
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
  /// How many folds were asked for.
  public var asked: Int
  /// Whether all of them were trained; false where it was stopped before.
  public var isComplete: Bool
  /// How many rows of the data file stay sealed, in no fold.
  public var sealedRows: Int
  /// Those that came to their end, in order.
  package var folds: [Fold]
  /// Each score over the folds, by name: `loss`, and the metrics that were followed. A regression's metrics
  /// are in the target's unit; its loss is of the targets standardised by each fold's own training rows.
  public var scores: [String: Spread]
  /// The names of the scores, `loss` first.
  package var names: [String]
  /// Why there are no intervals; nil where there are.
  package var intervalReason: String?
  /// Decided folds, first weights, order and masks.
  public var seed: UInt64
  /// What a reader should know.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case program, task, data, target, asked, folds, scores, names, seed, notes
    case formatVersion = "format_version"
    case isComplete = "is_complete"
    case sealedRows = "sealed_rows"
    case intervalReason = "interval_reason"
  }

  /// The score of each fold that came to its end; a fold in which it is undefined is left out.
  ///
  /// - Parameter name: `loss`, or that of a metric.
  public func values(of name: String) -> [Double] { folds.compactMap { $0.scores[name] } }

  init(
    _ done: [Fold], of experiment: Experiment, asked: Int, isByTime: Bool, sealed: Int,
    notes: [String]
  ) {
    task = experiment.task
    data = experiment.configuration.data.source ?? ""
    target = experiment.data.preprocessing.targetName
    self.asked = asked
    isComplete = done.count == asked
    sealedRows = sealed
    folds = done
    names = ["loss"] + experiment.metrics.map(\.name)
    seed = experiment.configuration.data.seed
    self.notes = notes
    intervalReason =
      isByTime
      ? "folds by time learn from more and more rows, so their mean is of no one training"
      : done.count < Self.fewestForIntervals
        ? "an interval needs at least \(Self.fewestForIntervals) folds" : nil
    let held = done.reduce(0) { $0 + $1.heldOut }
    let learned = done.reduce(0) { $0 + $1.train + $1.validation }
    scores = [:]
    for name in names {
      let values = values(of: name)
      guard !values.isEmpty, values.count == done.count else { continue }
      scores[name] = Self.spread(
        values, ratio: intervalReason == nil ? Double(held) / Double(learned) : nil)
    }
  }

  /// Of fewer folds none holds: of three of 10 rows each it held 92 % of the time.
  static let fewestForIntervals = 5

  /// - Parameter ratio: rows held out over rows learned from; nil for no interval.
  static func spread(_ values: [Double], ratio: Double?) -> Spread {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    guard values.count > 1 else { return Spread(mean: mean) }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    var spread = Spread(mean: mean, deviation: variance.squareRoot())
    // Equal scores of all folds are too coarse to say how far others would lie.
    if let ratio, variance > 0 {
      let half =
        StudentDistribution(degrees: count - 1).upperQuantile
        * ((1 / count + ratio) * variance).squareRoot()
      (spread.low, spread.high) = (mean - half, mean + half)
    }
    return spread
  }
}

extension CrossValidationReport {
  /// The report as text, with a final line break.
  public func text() -> String {
    let shown = names.filter { scores[$0] != nil }
    let header = ["fold", "learn", "choose", "held out", "epochs", "best"] + shown
    let rows = folds.map { fold in
      [fold.fold, fold.train, fold.validation, fold.heldOut, fold.epochsRun].map { "\($0)" }
        + [fold.bestEpoch.map(String.init) ?? ""] + shown.map { fold.scores[$0]?.shortText ?? "" }
    }
    var lines = [
      isComplete
        ? "\(asked) folds, \(task.rawValue) of `\(target)`; scores are those of the held-out rows"
        : "stopped after \(folds.count) of \(asked) folds; scores are those of the held-out rows",
      "",
    ]
    lines += tableLines(
      [header] + rows, header.map { _ in .right }, width: .max)
    lines.append("")
    for name in shown {
      let spread = scores[name]!
      lines.append(
        "\(name): mean \(spread.mean.shortText)"
          + (spread.deviation.map { ", standard deviation between folds \($0.shortText)" } ?? "")
          + (spread.low.map { ", interval \($0.shortText) to \(spread.high!.shortText)" } ?? ""))
    }
    if scores.values.contains(where: { $0.low != nil }) {
      lines.append(
        "The intervals hold the mean of such trainings with 95 % or more (Nadeau and Bengio 2003).")
    } else if let intervalReason {
      lines.append("No interval: \(intervalReason).")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
