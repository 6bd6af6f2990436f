public import Engine
import Formatting

/// How good answers are where an example may have any number of labels: every score with its 95 %
/// interval, or why there is none that would hold. A label is answered if it is more likely than not;
/// conventions are scikit-learn's, and a division by zero gives 0.
public struct MultilabelReport: Codable, Sendable, Equatable {
  /// How many examples were scored.
  public let examples: Int
  /// Share of examples with every label right.
  public let subsetAccuracy: Score
  /// Share of single labels, of all examples together, that are wrong.
  public let hammingLoss: Score
  /// Of all labels of all examples together.
  public let micro: ClassificationReport.Averages
  /// Plain means over the labels.
  public let macro: ClassificationReport.Averages
  /// Each label's scores; support is how many examples have it.
  public let labels: [ClassificationReport.ClassScores]
  /// What examples count, where not all count the same and stand alone; nil where they do.
  package let sample: ScoredSample.Summary?

  private enum CodingKeys: String, CodingKey {
    case examples, micro, macro, labels, sample
    case subsetAccuracy = "subset_accuracy"
    case hammingLoss = "hamming_loss"
  }

  /// Scores answers.
  /// - Parameters:
  ///   - labels: the labels' names.
  ///   - probabilities: row-major, examples × labels, each from 0 to 1.
  ///   - targets: as many, 1 for a label that the example has and 0 for one that it has not.
  ///   - weights: how much each example counts; nil for all the same.
  ///   - groups: the number of the group of each example, whose members are no independent draws; nil
  ///     where each stands alone.
  /// - Throws: `Problem` for no examples, counts that do not fit, or other numbers.
  public init(
    labels: [String], probabilities: [Float], targets: [Float], weights: [Float]? = nil,
    groups: [Int32]? = nil
  ) throws(Problem) {
    let predictions = try LabelPredictions(probabilities, targets: targets, labels: labels.count)
    let count = predictions.count
    if let sample = try ScoredSample(weights: weights, groups: groups, count: count) {
      self.init(names: labels, predictions, sample)
    } else {
      self.init(names: labels, predictions)
    }
  }

  /// The scores of examples that all count the same and stand alone.
  private init(names labels: [String], _ predictions: LabelPredictions) {
    let count = predictions.count
    sample = nil
    examples = count
    subsetAccuracy = Score(hits: Int(predictions.exact.reduce(0, +)), of: count)
    let all = predictions.total
    // The labels of one example are no independent draws, so their shares have no plain interval.
    func whole(_ value: Double) -> Score {
      Score(value, nil, of: count, without: "the labels of an example are not independent")
    }
    hammingLoss = whole(predictions.hammingLoss)
    micro = ClassificationReport.Averages(
      precision: whole(share(all.hits, all.predictions)),
      recall: whole(share(all.hits, all.support)),
      f1: whole(share(2 * all.hits, all.predictions + all.support)))
    let scores = labels.indices.map { place -> ClassificationReport.ClassScores in
      let tally = predictions.tally(of: place)
      let (hits, support) = (Int(tally.hits), Int(tally.support))
      let union = Int(tally.predictions) + support - hits
      return .init(
        label: labels[place], support: support,
        precision: Score(hits: hits, of: Int(tally.predictions)),
        recall: Score(hits: hits, of: support),
        f1: Score(
          share(2 * tally.hits, tally.predictions + tally.support),
          .f1(hits: hits, of: union), of: union,
          without: Score.tooFew(union, Interval.fewestForShares)),
        auc: ClassificationReport.area(
          predictions.curve(of: place), support: support, of: count))
    }
    self.labels = scores
    func mean(_ score: (ClassificationReport.ClassScores) -> Score) -> Score {
      whole(scores.reduce(0) { $0 + (score($1).value ?? 0) } / Double(scores.count))
    }
    macro = ClassificationReport.Averages(
      precision: mean(\.precision), recall: mean(\.recall), f1: mean(\.f1))
  }

  /// The same of examples that do not all count the same or stand alone; an example with its labels is one
  /// draw, so that here shares of labels have intervals too.
  private init(names: [String], _ predictions: LabelPredictions, _ sample: ScoredSample) {
    typealias Tally = (hits: Double, predictions: Double, support: Double)
    let parts = sample.map { weights in
      var part = predictions
      part.weights = weights
      return (
        exact: part.weights.mean(of: part.exact), hammingLoss: part.hammingLoss, total: part.total,
        tallies: names.indices.map { part.tally(of: $0) },
        areas: names.indices.map { part.curve(of: $0)?.value }
      )
    }
    func averages(_ tallies: [[Tally]]) -> ClassificationReport.Averages {
      func mean(_ value: (Tally) -> Double) -> Score {
        sample.share(
          tallies.map { $0.reduce(0) { $0 + value($1) } / Double($0.count) },
          fewest: Interval.fewestForMeans)
      }
      return .init(
        precision: mean { share($0.hits, $0.predictions) },
        recall: mean { share($0.hits, $0.support) },
        f1: mean { share(2 * $0.hits, $0.predictions + $0.support) })
    }
    self.sample = sample.summary
    examples = predictions.count
    subsetAccuracy = sample.share(parts.map(\.exact))
    hammingLoss = sample.share(parts.map(\.hammingLoss), fewest: Interval.fewestForMeans)
    let tallies = parts.map(\.tallies)
    micro = averages(parts.map { [$0.total] })
    macro = averages(tallies)
    labels = names.indices.map { place in
      let own = averages(tallies.map { [$0[place]] })
      return .init(
        label: names[place], support: Int(predictions.tally(of: place).support),
        precision: own.precision, recall: own.recall, f1: own.f1,
        auc: sample.share(
          parts.map { $0.areas[place] }, fewest: Interval.fewestForMeans,
          without: "every example has it, or none"))
    }
  }

  /// The report as aligned text of at most 80 columns, with a final line break.
  public func text() -> String {
    let width = 14
    func overall(_ name: String, _ score: Score) -> String {
      aligned(name, to: width + 4) + score.text(endDecimals: 3) + "  of \(score.of)"
    }
    func row(_ label: String, _ p: Score, _ r: Score, _ f: Score, _ count: Int) -> String {
      aligned(label, to: width - 1) + " " + aligned(p.text(), to: 20) + aligned(r.text(), to: 20)
        + aligned(f.text(), to: 19) + aligned("\(count)", to: 7, .right)
    }
    var lines = [
      overall("all labels right", subsetAccuracy), overall("Hamming loss", hammingLoss), "",
      aligned("", to: width) + aligned("precision", to: 20) + aligned("recall", to: 20)
        + aligned("F1", to: 19) + aligned("n", to: 7, .right),
    ]
    lines += labels.map { row($0.label, $0.precision, $0.recall, $0.f1, $0.support) }
    lines.append("")
    for (name, means) in [("micro mean", micro), ("macro mean", macro)] {
      lines.append(row(name, means.precision, means.recall, means.f1, examples))
    }
    lines += [
      "", "Brackets hold 95 % intervals; where none would hold, there are none.",
      "A label is answered if it is more likely than not; one never answered has precision 0.",
    ]
    if let sample { lines += sample.lines }
    return lines.joined(separator: "\n") + "\n"
  }
}
