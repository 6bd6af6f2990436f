public import Charts
import Datasets
import Engine
public import Training

/// How good a model's answers were, as far as the truth is known.
public struct ObservedPerformance: Codable, Sendable {
  /// Rows whose truth is known.
  public var rows: Int
  /// Of classes: the share of right answers. A true label that is none of the model's counts as answered
  /// wrong.
  public var accuracy: Score?
  /// Of the rows whose true label is one of the model's, where the log holds probabilities.
  public var classification: ClassificationReport?
  /// How many true labels are none of the model's.
  public var unknownLabels: Int?
  /// Of numbers.
  public var regression: RegressionReport?
  /// How often answers of about the same probability were right.
  public var calibration: [ReliabilityDiagram.Bin]?
  /// The mean distance between the two, each bin by its rows.
  public var calibrationError: Double?

  private enum CodingKeys: String, CodingKey {
    case rows, accuracy, classification, regression, calibration
    case unknownLabels = "unknown_labels"
    case calibrationError = "calibration_error"
  }
}

/// What accuracy the model's own probabilities promise, where nobody knows the truth: an estimate, right as
/// far as the probabilities are.
public struct EstimatedAccuracy: Codable, Sendable, Hashable {
  /// The mean probability of the answers.
  public var value: Double
  /// The lower end of the 95 % interval of the accuracy on these rows.
  public var low: Double
  /// The upper end.
  public var high: Double
  public var rows: Int
  /// Always, so that nobody takes it for a measurement.
  public var isEstimate = true

  private enum CodingKeys: String, CodingKey {
    case value, low, high, rows
    case isEstimate = "is_estimate"
  }
}

/// Sums of the probabilities of answers.
struct ConfidenceSum {
  private var rows = 0
  private var sum = 0.0
  /// Of p (1 − p), the variance of one answer's being right.
  private var variance = 0.0

  mutating func add(_ probability: Double) {
    guard (0...1).contains(probability) else { return }
    rows += 1
    sum += probability
    variance += probability * (1 - probability)
  }

  mutating func add(_ other: ConfidenceSum) {
    rows += other.rows
    sum += other.sum
    variance += other.variance
  }

  /// Right answers are a sum of independent draws, each with its own probability.
  /// - Returns: nil for fewer rows than a share has an interval of.
  var estimate: EstimatedAccuracy? {
    guard rows >= 10 else { return nil }
    let (mean, half) = (
      sum / Double(rows), Interval.z * variance.squareRoot() / Double(rows)
    )
    return EstimatedAccuracy(
      value: mean, low: max(0, mean - half), high: min(1, mean + half), rows: rows)
  }
}

/// Answers whose truth is known.
struct LabelledAnswers {
  private var classes: [(answer: String, probabilities: ClassProbabilities?, truth: String)] = []
  private var numbers: [(answer: Double, truth: Double)] = []
  /// Rows with feedback of another kind.
  private(set) var notScored = 0

  mutating func add(_ prediction: Prediction, _ truth: ObservedRow.Truth) {
    switch truth {
    case .label(let label) where prediction.label != nil:
      classes.append((prediction.label!, prediction.probabilities, label))
    case .value(let value) where prediction.value != nil && value.isFinite:
      numbers.append((prediction.value!, value))
    default: notScored += 1
    }
  }

  mutating func add(_ other: LabelledAnswers) {
    classes += other.classes
    numbers += other.numbers
    notScored += other.notScored
  }

  /// - Returns: nil without any.
  func scores(of model: TrainedModel) throws -> ObservedPerformance? {
    guard !classes.isEmpty || !numbers.isEmpty else { return nil }
    var scores = ObservedPerformance(rows: classes.count + numbers.count)
    if !numbers.isEmpty {
      scores.regression = try RegressionReport(
        names: [model.preprocessing.targetName], answers: numbers.map(\.answer),
        truths: numbers.map(\.truth))
    }
    guard !classes.isEmpty else { return scores }
    scores.accuracy = Score(hits: classes.count { $0.answer == $0.truth }, of: classes.count)
    let labels = model.labels
    scores.unknownLabels = classes.count { !labels.contains($0.truth) }
    let places = Dictionary(labels.enumerated().map { ($1, $0) }) { first, _ in first }
    var (values, targets): ([Float], [Int]) = ([], [])
    var (promised, isRight): ([Double], [Bool]) = ([], [])
    for (answer, probabilities, truth) in classes {
      guard let probabilities else { continue }
      promised.append(Double(probabilities[answer] ?? 0))
      isRight.append(answer == truth)
      guard let place = places[truth] else { continue }
      values += labels.map { probabilities[$0] ?? 0 }
      targets.append(place)
    }
    if !targets.isEmpty {
      scores.classification = try ClassificationReport(
        labels: labels, scores: values, targets: targets)
    }
    if !promised.isEmpty {
      let diagram = ReliabilityDiagram(probabilities: promised, outcomes: isRight)
      (scores.calibration, scores.calibrationError) = (diagram.bins, diagram.error)
    }
    return scores
  }
}
