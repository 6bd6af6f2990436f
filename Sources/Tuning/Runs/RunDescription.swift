import Datasets
import Engine
import Formatting
import Networks
public import Training

/// A run in full, without its curves and weights.
public struct RunDescription: Encodable, Sendable {
  /// A setting that is not what it would be if nobody had said it.
  public struct Setting: Encodable, Sendable, Hashable {
    public var name: String
    /// As a flag says it.
    public var value: String
  }

  /// A file of its folder.
  public struct File: Encodable, Sendable, Hashable {
    public var name: String
    public var bytes: Int
  }

  public var summary: RunSummary
  /// Why training ended and what was kept; nil for a run without a report.
  public var sentence: String?
  public var rows: TrainingRecord.Rows?
  /// How many numbers are learned.
  public var parameters: Int?
  /// Scores of the rows that chose the best epoch.
  public var validation: Evaluation?
  /// Scores of the rows that were kept back.
  public var test: Evaluation?
  /// How many times the test rows were read: by the run's own training, and to compare it with others.
  public var testReadings: Int?
  public var settings: [Setting]
  public var files: [File]
  /// What a reader should know of the data.
  public var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case summary = "run"
    case sentence, rows, parameters, validation, test, settings, files, notes
    case testReadings = "test_readings"
  }
}

extension RunCollection {
  /// A run in full. Of a damaged one, what can be read.
  /// - Throws: `Problem` for a run that is not there.
  public func description(of name: String) throws -> RunDescription {
    let folder = try run(name)
    guard let files = RunFiles(folder.path, name: folder.name) else {
      throw Problem(.missing, folder.path, expected: "the folder of a run", found: "none")
    }
    var summary = RunSummary(
      reading: folder.path, name: folder.name, milliseconds: files.milliseconds, registry)
    if summary.state != .finished, RunLock.isHeld(folder.path) {
      (summary.state, summary.problem) = (.training, nil)
    }
    let report = folder.has(.report) ? try? folder.report() : nil
    return RunDescription(
      summary: summary, sentence: report?.sentence, rows: report?.rows,
      parameters: report?.parameters, validation: report?.validation?.scores,
      test: report?.test?.scores, testReadings: Self.testReadings(of: folder, report),
      settings: (try? folder.configuration(registry: registry)).map(Self.settings) ?? [],
      files: try RunRemoval(folder).files.map { .init(name: $0.name, bytes: $0.bytes) },
      notes: report?.notes ?? [])
  }

  /// By its training, and by comparisons; nil where no test row was ever read.
  static func testReadings(of folder: RunFolder, _ report: ExperimentReport?) -> Int? {
    guard let report, report.test != nil else { return nil }
    let comparisons = (try? RunAbout(of: folder))?.testComparisons ?? 0
    return max(1, report.testScorings ?? 1) + comparisons
  }

  private static func settings(of configuration: RunConfiguration) -> [RunDescription.Setting] {
    RunConfiguration.settings.compactMap { setting in
      setting.written(of: configuration).map { .init(name: setting.name, value: $0) }
    }
  }
}

extension RunDescription {
  /// In lines of about 80 characters.
  public var text: String {
    var facts: [(String, String)] = [("state", summary.state.rawValue)]
    func add(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { facts.append((name, value)) }
    }
    add("problem", summary.problem)
    add("task", summary.task?.rawValue)
    add("data", summary.data)
    add("target", summary.target)
    add("from", summary.from)
    add(
      "rows",
      rows.map {
        "\($0.train.grouped) train, \($0.validation.grouped) validation, \($0.test.grouped) test"
      })
    add("parameters", parameters?.grouped)
    add(
      "epochs",
      summary.epochs == 0 && summary.bestEpoch == nil
        ? nil
        : "\(summary.epochs)" + (summary.bestEpoch.map { ", the best of them \($0)" } ?? ""))
    add("learned", summary.seconds > 0 ? "\(summary.seconds.brief) s" : nil)
    for (part, scores) in [("validation", validation), ("test", test)] {
      add(part, scores.map { "\($0.leading.name) \(Self.text($0.leading.score, of: $0))" })
    }
    if scoresAreMissing { add("score", summary.score?.text) }
    add("test rows read", testReadings.map { $0 == 1 ? "once" : "\($0) times" })
    add("written", summary.time)
    add("tags", summary.tags.joined(separator: ", "))
    add("note", summary.note)
    let width = facts.map(\.0.count).max() ?? 0
    var lines = [summary.path] + facts.map { "  \(aligned($0, to: width))  \($1)" }
    if let sentence { lines.append("  \(sentence)") }
    lines += notes.map { "  Note: \($0)" }
    if !settings.isEmpty {
      lines.append("settings that are not the default")
      let width = settings.map(\.name.count).max() ?? 0
      lines += settings.map { "  \(aligned($0.name, to: width))  \($0.value.shortened(to: 100))" }
    }
    lines.append("files")
    lines += tableLines(
      files.map { [$0.name, Double($0.bytes).byteText] }, [.left, .right], indent: 2)
    return lines.joined(separator: "\n")
  }

  private var scoresAreMissing: Bool { validation == nil && test == nil }

  static func text(_ score: Score, of scores: Evaluation) -> String {
    scores.regression == nil ? score.text() : score.significantDigits
  }
}
