import Engine
import Formatting
public import Training

/// What came out of training a live model again.
public struct RetrainingReport: Codable, Sendable {
  /// One of the models that are compared.
  public struct Contestant: Codable, Sendable {
    /// How a model came to be.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      /// The live version.
      case champion
      /// Trained on from the live version's weights.
      case trainedOn = "trained_on"
      /// From first weights, with the live version's settings.
      case fromScratch = "from_scratch"
    }

    public var kind: Kind
    /// Of the weights.
    public var weightsSHA256: String
    /// On the sealed test part; nil without one.
    public var test: ObservedPerformance?
    /// On the recent labelled rows.
    public var recent: ObservedPerformance
    /// With the champion, on the sealed test part; nil for the champion, and without such a part.
    public var onTest: PairedComparison?
    /// With the champion, on the recent labelled rows; nil for the champion.
    public var onRecent: PairedComparison?
    /// The probability on the recent rows, corrected for the number of challengers (Benjamini and
    /// Hochberg).
    public var correctedPValue: Double?

    private enum CodingKeys: String, CodingKey {
      case kind, test, recent
      case weightsSHA256 = "weights_sha256"
      case onTest = "on_test"
      case onRecent = "on_recent"
      case correctedPValue = "corrected_p_value"
    }
  }

  /// What is to be done.
  public enum Decision: String, Codable, Sendable {
    /// The best challenger is live now.
    case promoted
    /// It is better, and nobody asked for a promotion.
    case better
    /// It is not better on the recent rows by more than chance.
    case notBetter = "not_better"
    /// It is worse on the sealed test part by more than chance.
    case worseOnTest = "worse_on_test"
    /// Nothing shows whether what was learned before is lost: there is no sealed test part.
    case noTest = "no_test"
  }

  /// The version of this layout.
  public private(set) var formatVersion = 1
  public var name: String
  /// The version that was live.
  public var liveVersion: Int
  /// The version that the best challenger was registered as.
  public var candidate: Int
  public var decision: Decision
  /// The decision in one sentence.
  public var sentence: String
  public var settings: RetrainingSettings
  /// In Coordinated Universal Time.
  public var time: String
  /// How many rows the challengers learned from.
  public var trainingRows: Int
  /// How many of them are labelled traffic that the live version has not learned from.
  public var addedRows: Int
  /// How many rows are sealed.
  public var testRows: Int
  /// How many times the sealed rows were read, this time included; each reading makes the next say less.
  public var testReadings: Int?
  public var recentRows: Int
  /// The time of the first recent row.
  public var recentFrom: String
  public var feedback: FeedbackSummary
  /// The champion first.
  public var contestants: [Contestant]
  /// The kind of the best challenger.
  public var best: Contestant.Kind
  /// What a reader should know.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case name, candidate, decision, sentence, settings, time, feedback, contestants, best, notes
    case formatVersion = "format_version"
    case liveVersion = "live_version"
    case trainingRows = "training_rows"
    case addedRows = "added_rows"
    case testRows = "test_rows"
    case testReadings = "test_readings"
    case recentRows = "recent_rows"
    case recentFrom = "recent_from"
  }

  /// Of the decision, with the numbers that it rests on.
  var decisionSentence: String {
    guard let champion = contestants.first, let best = contestants.first(where: { $0.kind == best })
    else { return "" }
    let who = "Version \(candidate), \(best.kind.text),"
    let score = champion.recent.accuracy == nil ? "mean absolute error" : "accuracy"
    func text(_ score: Score?) -> String {
      guard let value = score?.value else { return "none" }
      return champion.recent.accuracy == nil ? value.shortText : value.text(decimals: 3)
    }
    func numbers(_ one: Score?, _ other: Score?, _ p: Double?) -> String {
      "\(score) \(text(one)) against \(text(other))"
        + (p.map { ", p \(MonitorReport.probability($0))" } ?? "")
    }
    let recent = numbers(best.recent.leading, champion.recent.leading, best.correctedPValue)
    let test = numbers(best.test?.leading, champion.test?.leading, best.onTest?.pValue)
    let isBetter = "\(who) is better than version \(liveVersion) on recent traffic (\(recent))"
    switch decision {
    case .promoted:
      return "\(isBetter) and not worse on the sealed test part (\(test)): it is live now."
    case .better:
      return
        "\(isBetter) and not worse on the sealed test part (\(test)): it can be promoted."
    case .notBetter:
      return "\(who) is not promoted: on recent traffic it is not better than version "
        + "\(liveVersion) by more than chance (\(recent))."
    case .worseOnTest:
      return
        "\(who) is not promoted: it is better on recent traffic (\(recent)), but worse than version "
        + "\(liveVersion) on the sealed test part (\(test))."
    case .noTest:
      return
        "\(isBetter), but is not promoted: there is no sealed test part to show whether what was "
        + "learned before is lost."
    }
  }

  /// Whether a challenger is good enough to be live.
  public var isBetter: Bool { decision == .promoted || decision == .better }
}

extension RetrainingReport.Contestant.Kind {
  /// In words.
  var text: String {
    switch self {
    case .champion: "live"
    case .trainedOn: "trained on from the live weights"
    case .fromScratch: "trained from scratch"
    }
  }

  /// Of its run, below the folder of the retraining.
  var folder: String { rawValue }
}

extension RetrainingReport.Contestant {
  /// What may be done with it as a challenger.
  func decision(level: Double) -> RetrainingReport.Decision {
    guard let onRecent,
      onRecent.isBetter(level: level, correctedPValue: correctedPValue)
    else { return .notBetter }
    guard let onTest else { return .noTest }
    return onTest.isWorse(level: level) ? .worseOnTest : .better
  }
}

extension ObservedPerformance {
  /// Accuracy, or the mean absolute error in the target's unit.
  var leading: Score? { accuracy ?? regression?.outputs.first?.mae }

  /// With its interval.
  var leadingText: String {
    guard let leading else { return "" }
    return accuracy == nil ? leading.significantDigits : leading.text()
  }
}
