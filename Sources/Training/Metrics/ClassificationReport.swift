public import Engine

/// How good a classifier is on examples it has not learnt from: every score with its 95 % interval.
///
/// Conventions follow scikit-learn: rows of the confusion matrix are true classes, columns predicted
/// ones; a division by zero gives 0; the macro mean runs over the classes that are a target or a
/// prediction. Intervals take the examples as independent draws; where none would hold, a score has none and
/// says why.
public struct ClassificationReport: Codable, Sendable, Equatable {
  /// The scores of one class.
  public struct ClassScores: Codable, Sendable, Equatable {
    /// The class's name.
    public let label: String
    /// How many examples are of this class.
    public let support: Int
    /// Right share of the predictions of this class.
    public let precision: Score
    /// Found share of this class's examples.
    public let recall: Score
    /// Harmonic mean of precision and recall.
    public let f1: Score
    /// Area under the curve of this class against the rest.
    public internal(set) var auc: Score
  }

  /// Precision, recall and F1 over all classes.
  public struct Averages: Codable, Sendable, Equatable {
    /// Mean precision.
    public let precision: Score
    /// Mean recall.
    public let recall: Score
    /// Mean F1.
    public let f1: Score
  }

  /// How many examples were scored.
  public let examples: Int
  /// Share of right predictions.
  public internal(set) var accuracy: Score
  /// How many of the largest scores `topKAccuracy` looks at.
  public let topK: Int
  /// Share of examples whose true class is among the `topK` largest scores.
  public internal(set) var topKAccuracy: Score
  /// Area under the curve: of class 1 with two classes, else the mean of one-vs-rest.
  public internal(set) var auc: Score
  /// Mean of −log p of the true class, p clipped to [2⁻²³, 1 − 2⁻²³].
  public internal(set) var logLoss: Score
  /// Each class's scores, by class index.
  public internal(set) var classes: [ClassScores]
  /// Every class counts the same.
  public internal(set) var macro: Averages
  /// Every class counts by its support.
  public internal(set) var weighted: Averages
  /// Every example counts the same: with one class an example, all three are the accuracy.
  public internal(set) var micro: Averages
  /// Counts; rows are true classes, columns predicted ones.
  public let confusion: [[Int]]
  /// What examples count, where not all count the same and stand alone; nil where they do.
  package internal(set) var sample: ScoredSample.Summary?

  /// Scores a classifier.
  /// - Parameters:
  ///   - labels: the classes' names, by class index; at least two.
  ///   - scores: row-major, examples × classes, larger is likelier; or, for two classes, one column
  ///     of probabilities of class 1. The first of equal scores is the prediction.
  ///   - targets: the true class of each example.
  ///   - topK: how many classes `topKAccuracy` may name.
  ///   - weights: how much each example counts; nil for all the same.
  ///   - groups: the number of the group of each example, whose members are no independent draws; nil
  ///     where each stands alone.
  /// - Throws: `Problem` for no examples, counts that do not fit, a target that is no class, a
  ///   score that is not finite, or `topK` below 1.
  public init(
    labels: [String], scores: [Float], targets: [Int], topK: Int = 5, weights: [Float]? = nil,
    groups: [Int32]? = nil
  ) throws(Problem) {
    guard topK >= 1 else {
      throw Problem.data("topK", expected: "at least 1", found: "\(topK)")
    }
    let predictions = try ClassPredictions(
      scores: scores, targets: targets, classCount: labels.count)
    let tallies = predictions.tallies
    let count = targets.count
    examples = count
    self.topK = topK
    accuracy = Score(hits: Int(tallies.hits.reduce(0, +)), of: count)
    topKAccuracy =
      topK < labels.count
      ? Score(hits: predictions.hits(among: topK), of: count)
      : Score(undefined: "there are only \(labels.count) classes", of: count)
    let curves = labels.indices.map { predictions.curve(of: $0) }
    let classes = labels.indices.map { c in
      let (hits, union) = (Int(tallies.hits[c]), Int(tallies.union(c)))
      let support = Int(tallies.support[c])
      return ClassScores(
        label: labels[c], support: support,
        precision: Score(hits: hits, of: Int(tallies.predictions[c])),
        recall: Score(hits: hits, of: support),
        f1: Score(
          tallies.f1(c), .f1(hits: hits, of: union), of: union,
          without: Score.tooFew(union, Interval.fewestForShares)),
        auc: Self.area(curves[c], support: support, of: count))
    }
    self.classes = classes
    auc = Self.area(classes, curves, of: count)
    logLoss = Self.logLoss(predictions)
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: labels.count), count: labels.count)
    for (target, prediction) in zip(targets, predictions.predicted) {
      counts[target][prediction] += 1
    }
    confusion = counts
    micro = Averages(precision: accuracy, recall: accuracy, f1: accuracy)
    macro = Self.averages(tallies, counts, isWeighted: false)
    let weighted = Self.averages(tallies, counts, isWeighted: true)
    // Recall weighted by support is the accuracy, whose interval is better founded.
    self.weighted = Averages(precision: weighted.precision, recall: accuracy, f1: weighted.f1)
    if let sample = try ScoredSample(weights: weights, groups: groups, count: count) {
      score(by: sample, predictions)
    }
  }

  static func area(_ curve: AreaUnderCurve?, support: Int, of count: Int) -> Score {
    guard let curve else {
      return Score(
        undefined: support == 0 ? "no example is of this class" : "every example is of this class",
        of: count)
    }
    return Score(
      curve.value, .area(curve), of: count,
      without: fewOfAClass)
  }

  private static func area(
    _ classes: [ClassScores], _ curves: [AreaUnderCurve?], of count: Int
  ) -> Score {
    if classes.count == 2 { return classes[1].auc }
    if let missing = classes.first(where: { $0.auc.value == nil }) {
      return Score(
        undefined: "class \(missing.label): \(missing.auc.reason ?? "undefined")", of: count)
    }
    let curves = curves.compactMap { $0 }
    return Score(
      curves.reduce(0) { $0 + $1.value } / Double(curves.count), .meanArea(curves), of: count,
      without: fewOfAClass)
  }

  private static let fewOfAClass =
    "an interval needs \(Interval.fewestOfEachSide) examples of each class"

  /// Below so many mistakes nobody knows what a rare mistake costs, and the mean loss hangs on that.
  private static let fewestMistakes = 3

  private static func logLoss(_ predictions: ClassPredictions) -> Score {
    let count = predictions.targets.count
    guard predictions.areProbabilities else {
      return Score(undefined: "the scores are not probabilities", of: count)
    }
    let losses = predictions.logLosses
    let mistakes = zip(predictions.predicted, predictions.targets).count { $0 != $1 }
    return Score(
      losses.reduce(0, +) / Double(count),
      mistakes < fewestMistakes ? nil : .mean(of: losses), of: count,
      without: count < Interval.fewestForMeans
        ? Score.tooFew(count, Interval.fewestForMeans)
        : mistakes < fewestMistakes
          ? "too few mistakes to know what a rare one costs" : "all losses are equal")
  }

  private static func averages(
    _ tallies: ClassTallies, _ confusion: [[Int]], isWeighted: Bool
  ) -> Averages {
    let present = tallies.present
    let count = Int(tallies.support.reduce(0, +))
    let counts = present.map { row in present.map { confusion[row][$0] } }
    func score(_ kind: Interval.ClassScore, _ value: (Int) -> Double) -> Score {
      Score(
        tallies.mean(value, isWeighted: isWeighted),
        .mean(of: kind, isWeighted: isWeighted, confusion: counts), of: count,
        without: present.count == 1
          ? "one class alone"
          : Score.tooFew(count, Interval.fewestForEachClass * present.count))
    }
    return Averages(
      precision: score(.precision, tallies.precision), recall: score(.recall, tallies.recall),
      f1: score(.f1, tallies.f1))
  }
}
