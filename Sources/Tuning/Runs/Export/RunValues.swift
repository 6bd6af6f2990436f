import Engine
import Networks
import Training

/// What a run measured, as other programs take it: one number after another, and its settings as texts.
struct RunValues {
  /// A number of one epoch.
  struct Value {
    /// The rows that it was counted on: `train`, `validation` or `test`.
    let part: String
    /// `loss`, `learning_rate`, `gradient_norm/dense/kernel`.
    let metric: String
    /// Counted from 1; of the test rows the best one.
    let epoch: Int
    let value: Double
    /// When it was measured, since the beginning of 1970. The files know when the last epoch was written and
    /// how long each took, so this is without what was spent between them.
    let milliseconds: UInt64
  }

  let folder: RunFolder
  let label: String
  let summary: RunSummary
  let values: [Value]
  /// Every setting that is said or was decided, but for where the run is kept.
  let settings: [(name: String, text: String)]

  /// When it began, since the beginning of 1970.
  var start: UInt64 { values.map(\.milliseconds).min() ?? summary.milliseconds }

  init(_ folder: RunFolder, label: String, _ summary: RunSummary, _ registry: Registry) throws {
    if let problem = summary.problem {
      throw Problem(
        .malformed, folder.path, expected: "a run that can be read", found: problem,
        fix: "leave it out")
    }
    (self.folder, self.label, self.summary) = (folder, label, summary)
    let history = try folder.has(.metrics) ? folder.metrics() : []
    var values: [Value] = []
    var later = history.reduce(0) { $0 + Self.finite($1.seconds) }
    for record in history {
      later = max(0, later - Self.finite(record.seconds))
      let time = summary.milliseconds - min(summary.milliseconds, UInt64(later * 1000))
      func add(_ part: String, _ scores: [String: Double]) {
        for (name, value) in scores.sorted(by: { $0.key < $1.key }) {
          values.append(
            Value(
              part: part, metric: name, epoch: record.epoch, value: value, milliseconds: time))
        }
      }
      add("train", record.train)
      add(
        "train",
        [
          "running_loss": record.runningLoss, "learning_rate": record.learningRate,
          "seconds": record.seconds,
        ])
      for (name, norm) in (record.gradientNorms ?? [:]).sorted(by: { $0.key < $1.key }) {
        add("train", ["gradient_norm/\(name)": norm])
      }
      add("validation", record.validation ?? [:])
    }
    if folder.has(.report), let test = try folder.report().test {
      let leading = test.scores.leading
      for (name, value) in [("loss", test.loss), (leading.name, leading.score.value)] {
        guard let value else { continue }
        values.append(
          Value(
            part: "test", metric: name, epoch: summary.bestEpoch ?? summary.epochs, value: value,
            milliseconds: summary.milliseconds))
      }
    }
    self.values = values
    let configuration = try folder.configuration(registry: registry)
    settings = try RunConfiguration.settings.filter { $0.group != .output }.compactMap { setting in
      let json = try setting.json(of: configuration)
      guard json != "null" else { return nil }
      let text = try? JSONText.decode(String.self, from: json, at: setting.name)
      return (setting.name, text ?? json)
    }
  }

  private static func finite(_ seconds: Double) -> Double {
    seconds.isFinite ? min(max(0, seconds), 1e9) : 0
  }
}

/// What was written for another program.
public struct RunExport: Encodable, Sendable, Hashable {
  /// The files, as their paths from here.
  public var files: [String] = []
  /// How many numbers.
  public var values = 0
  /// What a reader should know.
  public var notes: [String] = []
}

extension RunCollection {
  /// - Throws: `Problem` for a run that is not there or is damaged.
  func values(of names: [String]) throws -> [RunValues] {
    let folders = try names.map(run)
    return try zip(folders, Self.labels(of: folders)).map { folder, label in
      try RunValues(folder, label: label, description(of: folder.path).summary, registry)
    }
  }

  /// Writes every number of runs into a table (CSV), a line for each: `run,part,metric,epoch,value`.
  ///
  /// What is not finite is `nan`, `inf` or `-inf`.
  /// - Throws: `Problem` for a run that is not there or is damaged, a file that exists or cannot be written.
  public func exportCSV(
    _ names: [String], to path: String, force: Bool = false
  ) throws -> RunExport {
    try AtomicFile.refuseToOverwrite(path, force: force)
    var export = RunExport(files: [path])
    var text = "run,part,metric,epoch,value\n"
    var guarded = 0
    func cell(_ text: String) -> String {
      let safe = FilePredictions.withoutFormula(text)
      if safe != text { guarded += 1 }
      return FilePredictions.quoted(safe)
    }
    for run in try values(of: names) {
      let name = cell(run.label)
      for value in run.values {
        text += "\(name),\(value.part),\(cell(value.metric)),\(value.epoch),\(value.value)\n"
      }
      export.values += run.values.count
    }
    try AtomicFile.write(Array(text.utf8), to: path)
    if guarded > 0 {
      export.notes.append(
        "names that a spreadsheet would run as formulas got an apostrophe in front: \(guarded)")
    }
    return export
  }
}
