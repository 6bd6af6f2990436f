import Charts
import Formatting

/// What came out of a study: what was best, which settings mattered, what more trials would likely gain.
package struct StudyReport: Sendable, Encodable {
  package struct FailureCount: Sendable, Hashable, Encodable {
    /// A kind of failure; nil where none is known.
    package let failure: TuningTrial.Failure?
    package let trials: Int
    /// What the first of them said.
    package let problem: String?
  }

  /// The version of this layout.
  package let version = 1
  /// What came out, in a sentence.
  package let sentence: String
  /// The number of the winner, or else of the best complete trial.
  package let best: Int?
  /// How many trials came to each state.
  package let counts: [String: Int]
  package let decision: StudyDecision?
  package let importance: SettingImportance?
  /// Why nothing is known of importance.
  package let importanceReason: String?
  package let gain: LikelyGain?
  /// Why nothing is known of what more trials would gain.
  package let gainReason: String?
  package let failures: [FailureCount]
  /// What a reader should know.
  package let notes: [String]
  package let study: StudyRecord
  /// Drawn from the forest of ``importance``; not in the JSON, which holds all trials.
  let forest: StudyForest?

  private enum CodingKeys: String, CodingKey {
    case version, sentence, best, counts, decision, importance, gain, failures, notes, study
    case importanceReason = "importance_reason"
    case gainReason = "gain_reason"
  }

  /// - Parameters:
  ///   - decision: of the finalists; nil before there are any.
  ///   - next: of how many more trials the likely gain is said.
  package init(
    of study: StudyRecord, decision: StudyDecision? = nil, next: Int = LikelyGain.usualNext
  ) {
    (self.study, self.decision) = (study, decision)
    best = decision?.winner ?? study.best?.number
    counts = Dictionary(
      uniqueKeysWithValues: TuningTrial.State.allCases.map { state in
        (state.rawValue, study.trials.count { $0.state == state })
      })
    let forest = Result { () throws(TooLittleKnown) in try StudyForest(of: study) }
    self.forest = try? forest.get()
    let importance = forest.flatMap { forest in
      Result { () throws(TooLittleKnown) in try SettingImportance(of: study, forest) }
    }
    self.importance = try? importance.get()
    importanceReason = importance.reason
    let gain = Result { () throws(TooLittleKnown) in
      try LikelyGain(of: study.endedCosts, next: next)
    }
    self.gain = try? gain.get()
    gainReason = gain.reason
    failures = Self.failures(study.trials)
    notes = study.notes + Self.notes(self.importance)
    sentence = decision?.sentence ?? Self.sentence(study)
  }

  private static func failures(_ trials: [TuningTrial]) -> [FailureCount] {
    let failed = trials.filter { $0.state == .failed }
    let kinds: [TuningTrial.Failure?] = TuningTrial.Failure.allCases + [nil]
    return kinds.compactMap { kind in
      let some = failed.filter { $0.failure == kind }
      guard !some.isEmpty else { return nil }
      return FailureCount(
        failure: kind, trials: some.count, problem: some.lazy.compactMap(\.problem).first)
    }
  }

  private static func notes(_ importance: SettingImportance?) -> [String] {
    guard let importance, importance.limited > 0 else { return [] }
    return [
      "\(importance.limited) of the trials that importance is measured on are so far off that a milder "
        + "value stands for them"
    ]
  }

  private static func sentence(_ study: StudyRecord) -> String {
    guard let best = study.best, let value = best.value else {
      return study.trials.isEmpty
        ? "No trial has begun." : "None of \(study.trials.count.grouped) trials came to its end."
    }
    var text =
      "Trial \(best.number) is the best of \(study.complete.count.grouped) complete ones: "
      + "\(study.objective.name) \(value.brief)"
    if let usual = study.trials.first(where: { $0.number == 1 }), usual.number != best.number,
      let value = usual.value, usual.state == .complete
    {
      text += ", where the default settings have \(value.brief)"
    }
    return text + "."
  }

  /// The trial that ``best`` names.
  var bestTrial: TuningTrial? { best.flatMap { best in study.trials.first { $0.number == best } } }

  /// The best trials first, then pruned ones, running ones and failed ones, each by their numbers.
  var ranked: [TuningTrial] {
    func key(_ trial: TuningTrial) -> (Int, Double, Int) {
      switch (trial.state, trial.value) {
      case (.complete, let value?) where !value.isNaN:
        (trial.number == best ? 0 : 1, study.objective.cost(value), trial.number)
      case (.complete, _): (2, 0, trial.number)
      case (.pruned, _): (3, 0, trial.number)
      case (.running, _): (4, 0, trial.number)
      case (.failed, _): (5, 0, trial.number)
      }
    }
    return study.trials.map { (key($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension Result where Failure == TooLittleKnown {
  fileprivate var reason: String? {
    if case .failure(let failure) = self { failure.reason } else { nil }
  }
}

extension StudyRecord {
  /// Of each trial that has ended, in their order: infinity for one that was stopped or has no value.
  package var endedCosts: [Double] {
    trials.filter { $0.state != .running }.map { trial in
      guard trial.state == .complete, let value = trial.value else { return .infinity }
      let cost = objective.cost(value)
      return cost.isNaN ? .infinity : cost
    }
  }

  /// A trial's settings in the order of the space, then others by name; long numbers to four digits.
  func settings(of settings: [String: String]) -> [(name: String, value: String)] {
    let names = dimensions.map(\.name)
    return (names + settings.keys.filter { !names.contains($0) }.sorted()).compactMap { name in
      settings[name].map { (name, Self.brief($0)) }
    }
  }

  /// The settings on one line.
  func line(of settings: [String: String]) -> String {
    self.settings(of: settings).map { "\($0.name) \($0.value.shortened(to: 80))" }
      .joined(separator: ", ")
  }

  private static func brief(_ value: String) -> String {
    guard value.count > 8, let number = Double(value), number.isFinite else { return value }
    return number.brief
  }
}
