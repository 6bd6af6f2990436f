public import Engine

/// How good a classifier is on examples it has not learnt from: every score with its 95 % interval.
///
/// Conventions follow scikit-learn: rows of the confusion matrix are true classes, columns predicted
/// ones; a division by zero gives 0; the macro mean runs over the classes that are a target or a
/// prediction. Intervals take the examples as independent draws.
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
    public let auc: Score
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
  public let accuracy: Score
  /// How many of the largest scores `topKAccuracy` looks at.
  public let topK: Int
  /// Share of examples whose true class is among the `topK` largest scores.
  public let topKAccuracy: Score
  /// Area under the curve: of class 1 with two classes, else the mean of one-vs-rest.
  public let auc: Score
  /// Mean of −log p of the true class, p clipped to [2⁻²³, 1 − 2⁻²³].
  public let logLoss: Score
  /// Each class's scores, by class index.
  public let classes: [ClassScores]
  /// Every class counts the same.
  public let macro: Averages
  /// Every class counts by its support.
  public let weighted: Averages
  /// Every example counts the same: with one class an example, all three are the accuracy.
  public let micro: Averages
  /// Counts; rows are true classes, columns predicted ones.
  public let confusion: [[Int]]

  /// Scores a classifier.
  /// - Parameters:
  ///   - labels: the classes' names, by class index; at least two.
  ///   - scores: row-major, examples × classes, larger is likelier; or, for two classes, one column
  ///     of probabilities of class 1. The first of equal scores is the prediction.
  ///   - targets: the true class of each example.
  ///   - topK: how many classes `topKAccuracy` may name.
  ///   - seed: of the bootstrap of the log loss.
  /// - Throws: `Problem` for no examples, counts that do not fit, a target that is no class, a
  ///   score that is not finite, or `topK` below 1.
  public init(
    labels: [String], scores: [Float], targets: [Int], topK: Int = 5, seed: UInt64 = 0
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
    accuracy = Score(hits: tallies.hits.reduce(0, +), of: count)
    topKAccuracy =
      topK < labels.count
      ? Score(hits: predictions.hits(among: topK), of: count)
      : Score(nil, of: count, without: "there are only \(labels.count) classes")
    let classes = labels.indices.map { c in
      ClassScores(
        label: labels[c], support: tallies.support[c],
        precision: Score(hits: tallies.hits[c], of: tallies.predictions[c]),
        recall: Score(hits: tallies.hits[c], of: tallies.support[c]),
        f1: Score(
          tallies.f1(c), .f1(hits: tallies.hits[c], of: tallies.union(c)), of: tallies.union(c)),
        auc: Self.area(of: c, predictions, support: tallies.support[c]))
    }
    self.classes = classes
    auc = Self.area(classes, of: count)
    logLoss = Self.logLoss(predictions, seed: seed)
    micro = Averages(precision: accuracy, recall: accuracy, f1: accuracy)
    let present = tallies.present
    let equal = 1 / Double(present.count)
    macro = Self.averages(
      present.map { (classes[$0], equal) }, of: count, weightsFrom: nil)
    let byWeight = Self.averages(
      present.map { (classes[$0], Double(tallies.support[$0]) / Double(count)) }, of: count,
      weightsFrom: count)
    // Recall weighted by support is the accuracy, whose interval is better founded.
    weighted = Averages(precision: byWeight.precision, recall: accuracy, f1: byWeight.f1)
    var counts = [[Int]](
      repeating: [Int](repeating: 0, count: labels.count), count: labels.count)
    for (target, prediction) in zip(targets, predictions.predicted) {
      counts[target][prediction] += 1
    }
    confusion = counts
  }

  private static func area(of c: Int, _ predictions: ClassPredictions, support: Int) -> Score {
    let count = predictions.targets.count
    guard let area = predictions.area(of: c) else {
      return Score(
        nil, of: count,
        without: support == 0 ? "no example is of this class" : "every example is of this class")
    }
    return Score(area, .area(area, positives: support, negatives: count - support), of: count)
  }

  /// The ends of a mean of areas are the means of their ends: right if the classes' areas move
  /// together, too wide if they do not.
  private static func area(_ classes: [ClassScores], of count: Int) -> Score {
    if classes.count == 2 { return classes[1].auc }
    if let missing = classes.first(where: { $0.auc.value == nil }) {
      return Score(
        nil, of: count, without: "class \(missing.label): \(missing.auc.reason ?? "undefined")")
    }
    func mean(_ part: (Score) -> Double?) -> Double {
      classes.reduce(0) { $0 + (part($1.auc) ?? 0) } / Double(classes.count)
    }
    return Score(mean(\.value), Interval(low: mean(\.low), high: mean(\.high)), of: count)
  }

  private static func logLoss(_ predictions: ClassPredictions, seed: UInt64) -> Score {
    let count = predictions.targets.count
    guard predictions.areProbabilities else {
      return Score(nil, of: count, without: "the scores are not probabilities")
    }
    let losses = predictions.logLosses
    let mean = losses.reduce(0, +) / Double(count)
    guard count > 1 else { return Score(mean, of: count, without: "one example has no spread") }
    let interval = Bootstrap(seed: seed).intervals(examples: count, statistics: 1) { drawn in
      [drawn.reduce(0) { $0 + losses[$1] } / Double(count)]
    }
    return Score(mean, interval[0]!, of: count)
  }

  private static func averages(
    _ classes: [(scores: ClassScores, weight: Double)], of count: Int, weightsFrom examples: Int?
  ) -> Averages {
    func mean(_ score: KeyPath<ClassScores, Score>, touching: Int) -> Score {
      let parts = classes.map { scores, weight in
        let score = scores[keyPath: score]
        return (
          value: score.value!, interval: Interval(low: score.low!, high: score.high!),
          weight: weight
        )
      }
      let interval = Interval.mean(of: parts, touching: touching, weightsFrom: examples)
      return Score(parts.reduce(0) { $0 + $1.weight * $1.value }, interval, of: count)
    }
    // A prediction is of one class and a target is of one class, but a mistake lowers the F1 of two.
    return Averages(
      precision: mean(\.precision, touching: 1), recall: mean(\.recall, touching: 1),
      f1: mean(\.f1, touching: 2))
  }
}
