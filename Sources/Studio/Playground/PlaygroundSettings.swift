import Datasets
import Engine
import Networks
package import Training

/// Everything that decides a playground; the page's address, an export and a test hold nothing else.
package struct PlaygroundSettings: Codable, Sendable {
  /// What is learned.
  package var data: PlaygroundData
  /// How, by the settings of a run.
  package var run: RunConfiguration
  /// What was changed by hand on the way, in the order of the steps.
  package var edits: [PlaygroundEdit.Dated] = []

  /// A playground that is not edited yet.
  package init(data: PlaygroundData, run: RunConfiguration = RunConfiguration()) {
    (self.data, self.run) = (data, run)
  }

  private enum Key: String, CodingKey, CaseIterable {
    case data, run, edits
  }

  /// - Throws: `Problem` for names that are not known and values that cannot be used.
  package init(from decoder: any Decoder) throws {
    let names = Key.allCases.map(\.rawValue)
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where !names.contains(key.stringValue) {
      throw Problem.data(
        "playground", expected: "one of " + names.joined(separator: ", "),
        found: "`\(key.stringValue)`", fix: Problem.fix(key.stringValue, among: names))
    }
    let fields = try decoder.container(keyedBy: Key.self)
    data = try fields.decode(PlaygroundData.self, forKey: .data)
    run = try fields.decodeIfPresent(RunConfiguration.self, forKey: .run) ?? RunConfiguration()
    edits = try fields.decodeIfPresent([PlaygroundEdit.Dated].self, forKey: .edits) ?? []
  }

  /// Settings that are as usual are left out.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(data, forKey: .data)
    try run.encodeChosen(to: fields.superEncoder(forKey: .run))
    if !edits.isEmpty { try fields.encode(edits, forKey: .edits) }
  }

  /// Settings that would read or write files, or ask for what a playground says by itself.
  private static let refused: Set<String> = [
    "data", "more_rows", "split", "from", "from_sha256", "freeze", "head", "unfreeze", "target",
    "forecast", "sequence",
  ]

  /// The settings of the run with what a playground decides where nobody says it: a small network that can
  /// be seen whole, and a training without an end by a learning rate that stays.
  ///
  /// - Throws: `Problem`, all of them together, for settings that a playground has no use for.
  func completed() throws -> RunConfiguration {
    var problems = try run.chosen.filter {
      Self.refused.contains($0.name) || $0.group == .output
    }.map { setting in
      Problem.data(
        setting.name, expected: "no such setting in a playground, which reads and writes no files",
        found: setting.written(of: self.run) ?? "one", fix: "leave it out")
    }
    for (name, part) in [("validation", run.data.validation), ("test", run.data.test)]
    where part.isFile {
      problems.append(
        Problem.data(name, expected: "a share of the points, such as 0.2", found: "a file"))
    }
    try Problem.throwIfAny(problems)
    var run = run
    run.data.target = data.target
    run.data.task = run.data.task ?? data.task
    if run.network.architecture == nil, run.network.hidden == nil { run.network.hidden = [8, 8] }
    run.training.schedule = run.training.schedule ?? .constant
    run.training.epochs = run.training.epochs ?? TrainingPlan.mostEpochs
    run.training.patience = run.training.patience ?? 0
    // A step of so small a network is over before a second thread wakes up.
    run.training.threads = run.training.threads ?? 1
    return run
  }
}
