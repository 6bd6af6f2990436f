public import Datasets
import Engine
import Formatting
import Networks
import Platform
import Training

/// A run in a line: how far it has come, and how good it is.
public struct RunSummary: Encodable, Sendable, Hashable {
  /// How far a run has come.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// A process trains it now.
    case training
    /// It has settings and nothing else.
    case prepared
    /// It has a checkpoint and no report: it was cut off.
    case unfinished
    /// It was asked to stop.
    case interrupted
    /// It has come to its end.
    case finished
    /// One of its files is missing or cannot be read.
    case damaged
  }

  /// The score that leads, on the test rows if they are scored.
  public struct LeadingScore: Codable, Sendable, Hashable {
    /// Of the metric, `accuracy`.
    public var name: String
    /// The rows that it was counted on: `test`, `validation` or `train`.
    public var part: String
    /// In the target's unit where it has one.
    public var value: Double
    /// The lower end of the 95 % interval; nil where there is none, such as of a run that goes on.
    public var low: Double?
    /// The upper end.
    public var high: Double?
    public var largerIsBetter: Bool

    private enum CodingKeys: String, CodingKey {
      case name, part, value, low, high
      case largerIsBetter = "larger_is_better"
    }
  }

  /// Its folder, as seen from the folder of all runs.
  public var name: String
  /// Its folder.
  public var path: String
  public var state: State
  /// What is damaged; nil where nothing is.
  public var problem: String?
  public var task: LearningTask?
  /// Where its data lay.
  public var data: String?
  /// The column that is learned.
  public var target: String?
  public var score: LeadingScore?
  /// How many are done.
  public var epochs: Int
  /// Counted from 1; nil if no epoch was finished.
  public var bestEpoch: Int?
  /// Of learning alone.
  public var seconds: Double
  /// When its training wrote last, in milliseconds since the beginning of 1970.
  public var milliseconds: UInt64
  /// The model or run that it started from.
  public var from: String?
  public var tags: [String]
  public var note: String?

  /// The same time in Coordinated Universal Time: `2026-11-27T03:30:00Z`.
  public var time: String { SystemClock.text(milliseconds) }

  private enum CodingKeys: String, CodingKey {
    case name, path, state, problem, task, data, target, score, epochs, seconds, time, from, tags
    case note
    case bestEpoch = "best_epoch"
    case milliseconds = "time_ms"
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(name, forKey: .name)
    try fields.encode(path, forKey: .path)
    try fields.encode(state, forKey: .state)
    try fields.encodeIfPresent(problem, forKey: .problem)
    try fields.encodeIfPresent(task, forKey: .task)
    try fields.encodeIfPresent(data, forKey: .data)
    try fields.encodeIfPresent(target, forKey: .target)
    try fields.encodeIfPresent(score, forKey: .score)
    try fields.encode(epochs, forKey: .epochs)
    try fields.encodeIfPresent(bestEpoch, forKey: .bestEpoch)
    try fields.encode(seconds, forKey: .seconds)
    try fields.encode(time, forKey: .time)
    try fields.encode(milliseconds, forKey: .milliseconds)
    try fields.encodeIfPresent(from, forKey: .from)
    try fields.encode(tags, forKey: .tags)
    try fields.encodeIfPresent(note, forKey: .note)
  }
}

extension RunSummary.LeadingScore {
  /// - Parameter scores: of a report.
  init?(_ scores: Evaluation, part: String, _ registry: Registry) {
    let (name, score) = scores.leading
    guard let value = score.value else { return nil }
    self.init(
      name: name, part: part, value: value, low: score.low, high: score.high,
      largerIsBetter: Self.isLargerBetter(name, registry))
  }

  static func isLargerBetter(_ name: String, _ registry: Registry) -> Bool {
    // The loss is no metric.
    registry.metrics.first { $0.name == name }?.largerIsBetter ?? false
  }

  /// `accuracy 0.913 [0.87, 0.94]`.
  var text: String {
    let isShare = largerIsBetter
    func written(_ number: Double) -> String {
      isShare && number.isFinite ? number.text(decimals: 3) : number.brief
    }
    let ends = low.flatMap { low in high.map { " [\(written(low)), \(written($0))]" } } ?? ""
    return "\(name) \(written(value))\(ends)" + (part == "test" ? "" : ", \(part)")
  }
}

// MARK: Reading a run's folder

extension RunSummary {
  /// What its files say; a run that cannot be read is a damaged one, with the reason.
  ///
  /// - Parameter name: as seen from the folder of all runs.
  init(reading path: String, name: String, milliseconds: UInt64, _ registry: Registry) {
    self.init(
      name: name, path: path, state: .damaged, epochs: 0, seconds: 0, milliseconds: milliseconds,
      tags: [])
    do {
      let folder = try RunFolder(existing: path)
      // What is known before something is found to be damaged stays known.
      let configuration = try StoredRun(path, registry: registry).configuration
      data = configuration.data.source
      target = configuration.data.target
      from = configuration.network.from
      let state = try folder.state
      if folder.has(.report) {
        try take(folder.report(), registry)
      } else if folder.has(.metrics) {
        take(try folder.metricsOverview(most: 1), configuration, registry)
      }
      if state == .finished || state == .interrupted, !folder.has(.model) {
        throw Problem(
          .missing, folder[.model], expected: "the run's model", found: "no such file")
      }
      self.state = State(rawValue: state.rawValue) ?? .damaged
      let about = try RunAbout(of: folder)
      (tags, note) = (about.tags, about.note)
    } catch let problem as Problem {
      (state, self.problem) = (.damaged, problem.description)
    } catch {
      (state, problem) = (.damaged, "\(error)")
    }
  }

  private mutating func take(_ report: ExperimentReport, _ registry: Registry) throws {
    (task, target) = (report.task, report.target)
    (epochs, bestEpoch, seconds) = (report.epochsRun, report.bestEpoch, report.seconds)
    score =
      report.test.flatMap { LeadingScore($0.scores, part: "test", registry) }
      ?? report.validation.flatMap { LeadingScore($0.scores, part: "validation", registry) }
  }

  private mutating func take(
    _ metrics: MetricsOverview, _ configuration: RunConfiguration, _ registry: Registry
  ) {
    task = configuration.data.task.flatMap { LearningTask(rawValue: $0.rawValue) }
    (epochs, seconds) = (metrics.count, metrics.seconds)
    guard let best = metrics.epochs.last(where: \.isBest) ?? metrics.epochs.last else { return }
    bestEpoch = best.epoch
    let name = configuration.training.metrics?.first?.name ?? "loss"
    let scores = best.validation ?? best.train
    let known = scores[name].map { (name, $0) } ?? scores["loss"].map { ("loss", $0) }
    guard let (name, value) = known else { return }
    score = LeadingScore(
      name: name, part: best.validation == nil ? "train" : "validation", value: value,
      largerIsBetter: LeadingScore.isLargerBetter(name, registry))
  }
}
