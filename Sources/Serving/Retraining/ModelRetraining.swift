import Datasets
import Engine
import Formatting
import Networks
import Platform
public import Training

/// Trains a live model again, on its old data and on labelled traffic, and compares what comes out with it.
/// ```swift
/// let registry = ModelRegistry(path: "models")
/// let retraining = try ModelRetraining(of: "students", in: registry, log: "predictions.sqlite")
/// for note in retraining.feedback.notes { print(note) }
/// let report = try retraining.run(in: "runs/students-retraining")
/// print(report.sentence)
/// ```
/// Two challengers are trained with the live version's settings: one goes on from its weights, one begins
/// anew. The same seed, data and feedback give the same bits.
public struct ModelRetraining {
  /// What is to be known of the feedback before it is learned from.
  public let feedback: FeedbackSummary
  /// What is to be known of the old data.
  public let notes: [String]

  private let name: String
  private let registry: ModelRegistry
  private let settings: RetrainingSettings
  private let live: RegisteredVersion
  private let champion: ServedModel
  private let old: OldData
  private let traffic: LabelledTraffic

  /// Reads what there is to learn from.
  ///
  /// - Parameters:
  ///   - log: of the server that answered with the model, with inputs in full.
  /// - Throws: `Problem` if no version is live; for a model that is not of rows of a table; for old data that
  ///   are missing or were changed; for too little feedback that is new.
  public init(
    of name: String, in registry: ModelRegistry, log: String,
    settings: RetrainingSettings = RetrainingSettings()
  ) throws {
    try settings.check()
    (self.name, self.registry, self.settings) = (name, registry, settings)
    (live, champion) = try Self.live(name, registry)
    try Self.check(champion.trained, name)
    old = try OldData(
      of: RunFolder(existing: registry.folder(of: name, version: live.version)),
      model: champion.trained, decoders: registry.decoders)
    var notes: [String] = []
    if let fault = old.fault {
      let rows = "the \(old.rows.grouped) rows of the old data"
      guard settings.isWithoutOldData else {
        throw Problem(
          fault.kind, fault.location, expected: fault.expected, found: fault.found,
          fix: "\(fault.fix); \(rows) will then be missing")
      }
      notes.append("\(rows) are missing: \(fault.location): \(fault.found)")
    }
    if old.configuration.data.group != nil {
      notes.append(
        "feedback names no `\(old.configuration.data.group ?? "")`, so challengers take each row by itself"
      )
    }
    self.notes = notes
    traffic = try LabelledTraffic(
      LogReader(path: log), of: champion, known: old.known, settings)
    feedback = traffic.summary
  }

  /// Compares what the live version was asked about lately with what it was trained on.
  ///
  /// - Parameters:
  ///   - since: so many seconds back from now; nil for all.
  /// - Throws: `Problem` if no version is live, for a log that cannot be read, or a model without a summary of
  ///   its training data.
  public static func drift(
    of name: String, in registry: ModelRegistry, log: String, since: Double? = nil
  ) throws -> MonitorReport {
    let (_, champion) = try live(name, registry)
    return try MonitorReport(of: champion, rows: LogReader(path: log), since: since)
  }

  private static func live(
    _ name: String, _ registry: ModelRegistry
  ) throws -> (RegisteredVersion, ServedModel) {
    guard let live = try registry.live(name) else {
      throw Problem.data(
        "\(registry.shownPath)/\(name)", expected: "a live version", found: "none",
        fix: "promote one")
    }
    return (live, try registry.load(name, version: live.version))
  }

  private static func check(_ model: TrainedModel, _ name: String) throws {
    let preprocessing = model.preprocessing
    let found: String? =
      if !preprocessing.isTable {
        "a model of images, whose pixels are never logged"
      } else if preprocessing.sequence != nil || preprocessing.series != nil {
        "a model of sequences"
      } else if preprocessing.targetNames.count > 1 || model.task == .multilabel {
        "a model of several answers, to which there is no feedback"
      } else if preprocessing.roles?.weight != nil {
        "a model whose rows have weights, which feedback has not"
      } else { nil }
    guard let found else { return }
    throw Problem.data(
      "`\(name)`", expected: "a model of rows of a table with one answer each", found: found,
      fix: "train a new model on data with the new labels, register it, and compare the two")
  }

  // MARK: Training

  /// Trains the challengers, compares them with the live version, registers the best as a candidate, and
  /// makes it live if that is asked for and it is better.
  ///
  /// - Parameters:
  ///   - path: the folder for the challengers' runs; nil takes a free one below `runs`.
  ///   - who: for the registry's log; nil takes the name of the user.
  ///   - listen: is told after each step how many epochs are done, of how many at most; may stop it.
  /// - Throws: `Problem` if neither challenger can be trained, or something cannot be written.
  public func run(
    in path: String? = nil, by who: String? = nil,
    listen: (_ done: Int, _ count: Int) throws -> TrainingControl = { _, _ in .continue }
  ) throws -> RetrainingReport {
    let folder = path ?? RunFolder.freePath(name: "\(name)-retraining")
    guard !AtomicFile.exists(folder) else {
      throw Problem(
        .cannotCreate, folder, expected: "a folder that is not there yet", found: "one",
        fix: "choose another `output`")
    }
    try RunFolder.create(folder)
    let plan = try RetrainingPlan(old, traffic, champion.trained, in: RunFolder(existing: folder))
    var notes = feedback.notes + self.notes
    var trainings = try [RetrainingReport.Contestant.Kind.trainedOn, .fromScratch].map { kind in
      let experiment = try Experiment(
        plan.configuration.challenging(
          kind, live: registry.folder(of: name, version: live.version), threads: settings.threads),
        decoders: registry.decoders)
      return Training(
        kind: kind, session: try TrainingSession(experiment, in: "\(folder)/\(kind.folder)"))
    }
    let epochs = trainings.map(\.session.experiment.plan.epochs)
    for place in trainings.indices {
      let before = epochs[..<place].reduce(0, +)
      do {
        try trainings[place].learn { try listen(before + $0, epochs.reduce(0, +)) }
      } catch let problem as Problem where trainings[place].session.loop.hasDiverged {
        notes.append("the challenger \(trainings[place].kind.text) diverged: \(problem.found)")
      }
    }
    let readings = try countReading(of: trainings[0].session.experiment)
    let challengers = try trainings.compactMap { try $0.challenger }
    guard !challengers.isEmpty else {
      throw Problem.data(
        "retraining", expected: "a challenger", found: "none: " + notes.joined(separator: "; "))
    }
    // What is prepared for the one that goes on is prepared for the live version too.
    let test = trainings[0].session.experiment.data.test
    var report = try compare(challengers, test: test)
    (report.testReadings, report.notes) = (readings, notes)
    try keep(&report, challengers.first { $0.kind == report.best }!, plan, who)
    return report
  }

  /// A challenger in training.
  private struct Training {
    let kind: RetrainingReport.Contestant.Kind
    let session: TrainingSession
    /// Nil for one that diverged.
    var outcome: TrainingOutcome?

    mutating func learn(_ listen: (_ epochsDone: Int) throws -> TrainingControl) throws {
      let outcome = try session.learn { event, _ in
        if case .step(let step) = event { try listen(step.epoch - 1) } else { .continue }
      }
      guard outcome.reason != .interrupted else {
        throw Problem.data(
          "retraining", expected: "trainings to their end", found: "one that was stopped",
          fix: "start it again")
      }
      self.outcome = outcome
    }

    /// Scored; nil for one that diverged.
    var challenger: Challenger? {
      get throws {
        try outcome.map {
          let (report, model) = try session.conclude($0)
          return Challenger(
            kind: kind, experiment: session.experiment, folder: session.folder, model: model,
            report: report)
        }
      }
    }
  }

  /// Before the sealed rows are scored.
  private func countReading(of experiment: Experiment) throws -> Int? {
    guard experiment.data.test != nil, let part = old.testPart else { return nil }
    let folder = try RunFolder(existing: registry.folder(of: name, version: live.version))
    let before = folder.has(.report) ? try folder.report().testScorings ?? 0 : 0
    return try registry.countReading(
      of: name, version: live, part: part, before: before, why: "compared with challengers")
  }

  // MARK: Comparing

  private func compare(
    _ challengers: [Challenger], test: Dataset?
  ) throws -> RetrainingReport {
    let threads = settings.threads ?? old.configuration.training.threads ?? 1
    func scores(_ answers: Challenger.Answers, _ model: TrainedModel) throws -> ObservedPerformance
    {
      try answers.performance(of: model) ?? ObservedPerformance(rows: 0)
    }
    let model = champion.trained
    let ownTest = try test.map { try Challenger.Answers(model, $0, threads: threads) }
    let ownRecent = try Challenger.Answers(model, traffic.recent, threads: threads)
    var contestants = [
      RetrainingReport.Contestant(
        kind: .champion, weightsSHA256: model.model.weightsSHA256,
        test: try ownTest.map { try scores($0, model) }, recent: try scores(ownRecent, model))
    ]
    for challenger in challengers {
      let model = challenger.model
      let onTest = try challenger.experiment.data.test.map {
        try Challenger.Answers(model, $0, threads: threads)
      }
      let onRecent = try Challenger.Answers(model, traffic.recent, threads: threads)
      var contestant = RetrainingReport.Contestant(
        kind: challenger.kind, weightsSHA256: model.model.weightsSHA256,
        test: try onTest.map { try scores($0, model) }, recent: try scores(onRecent, model))
      if let ownTest, let onTest {
        contestant.onTest = ownTest.comparison(with: onTest, seed: settings.seed)
      }
      contestant.onRecent = ownRecent.comparison(with: onRecent, seed: settings.seed)
      contestants.append(contestant)
    }
    let corrected = contestants.compactMap { $0.onRecent?.pValue }.correctedForMany()
    var tested = 0
    for place in contestants.indices where contestants[place].onRecent?.pValue != nil {
      contestants[place].correctedPValue = corrected[tested]
      tested += 1
    }
    return report(contestants, challengers, testRows: test?.count ?? 0)
  }

  private func report(
    _ contestants: [RetrainingReport.Contestant], _ challengers: [Challenger], testRows: Int
  ) -> RetrainingReport {
    let decisions = contestants.dropFirst().map { ($0, $0.decision(level: settings.level)) }
    // Of those that may be live the best on recent rows, else the best of all.
    let best =
      decisions.max { one, other in
        (one.1 == .better ? 1 : 0, one.0.onRecent?.difference ?? 0)
          < (other.1 == .better ? 1 : 0, other.0.onRecent?.difference ?? 0)
      }!
    return RetrainingReport(
      name: name, liveVersion: live.version, candidate: 0, decision: best.1, sentence: "",
      settings: settings, time: SystemClock.text,
      trainingRows: challengers[0].experiment.data.train.count, addedRows: traffic.added,
      testRows: testRows, recentRows: traffic.recent.count,
      recentFrom: SystemClock.text(traffic.recent[0].time), feedback: feedback,
      contestants: contestants, best: best.0.kind, notes: [])
  }

  // MARK: Keeping

  /// Registers the best challenger, makes it live if it may be, and writes the report beside it.
  private func keep(
    _ report: inout RetrainingReport, _ best: Challenger, _ plan: RetrainingPlan, _ who: String?
  ) throws {
    try plan.copyRows(to: best.folder)
    if let readings = report.testReadings {
      var own = best.report
      own.testScorings = readings
      try best.folder.write(own, to: .report)
    }
    let version = try registry.register(
      best.folder.path, as: name, by: who,
      why: "\(best.kind.text), after version \(live.version)")
    report.candidate = version.version
    if report.decision == .better, settings.isPromoting {
      try registry.promote(
        name, version: version.version, by: who,
        why: "better than version \(live.version) on \(report.recentRows) recent labelled rows")
      report.decision = .promoted
    }
    report.sentence = report.decisionSentence
    let json = try JSONText.encode(report, pretty: true) + "\n"
    for (file, text) in [("retraining.json", json), ("retraining.html", report.html)] {
      try registry.put(file, Array(text.utf8), beside: name, version: version.version)
    }
  }
}
