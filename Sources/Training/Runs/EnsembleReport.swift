package import Datasets
import Formatting
import Networks

/// What came of an ensemble, and of each of its members.
package struct EnsembleReport: Codable, Sendable {
  /// The loss, and the score that leads.
  package struct Scores: Codable, Sendable, Hashable {
    package var loss: Double
    /// `accuracy`, `subset_accuracy`, `rmse`, or `r2` of several targets.
    package var name: String
    /// Nil where it is undefined.
    package var value: Double?

    package init(_ scores: Evaluation) {
      loss = scores.loss
      (name, value) = (scores.leading.name, scores.leading.score.value)
    }
  }

  /// One of its networks.
  package struct Member: Codable, Sendable {
    /// The folder of its run.
    package var run: String
    package var seed: UInt64
    package var epochsRun: Int
    package var validation: Scores?
    package var test: Scores?

    init(_ report: ExperimentReport) {
      run = report.run ?? ""
      seed = report.seed
      epochsRun = report.epochsRun
      validation = (report.validation?.scores).map(Scores.init)
    }

    private enum CodingKeys: String, CodingKey {
      case run, seed, validation, test
      case epochsRun = "epochs_run"
    }
  }

  package var formatVersion = 1
  package var program = "glassbox \(ProgramVersion.number)"
  package var task: LearningTask
  package var data: String
  package var target: String
  package var rows: TrainingRecord.Rows
  package var members: [Member]
  /// Of the ensemble.
  package var validation: ExperimentReport.PartScores?
  /// Of the ensemble, on the rows that were kept back; nil if there are none.
  package var test: ExperimentReport.PartScores?
  /// How many times the rows that were kept back were scored: once, by the ensemble and its members.
  package var testScorings: Int
  /// Where the ensemble lies.
  package var model: String
  package var path: String
  package var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case program, task, data, target, rows, members, validation, test, model, path, notes
    case formatVersion = "format_version"
    case testScorings = "test_scorings"
  }

  init(
    _ experiment: Experiment, members: [Member], validation: ExperimentReport.PartScores?,
    test: ExperimentReport.PartScores?, model: String, path: String
  ) {
    task = experiment.task
    data = experiment.configuration.data.source ?? ""
    target = experiment.data.preprocessing.targetName
    rows = experiment.data.rows
    (self.members, self.validation, self.test) = (members, validation, test)
    testScorings = test == nil ? 0 : 1
    (self.model, self.path) = (model, path)
    notes = experiment.notes
  }

  /// The mean of the members' scores of a part; nil where one has none.
  package func meanOfMembers(
    _ part: KeyPath<Member, Scores?>
  ) -> (loss: Double, value: Double)? {
    let scores = members.compactMap { $0[keyPath: part] }
    let values = scores.compactMap(\.value)
    guard values.count == members.count else { return nil }
    let count = Double(values.count)
    return (scores.reduce(0) { $0 + $1.loss } / count, values.reduce(0, +) / count)
  }
}

extension EnsembleReport {
  /// The members and the ensemble as a table, then the ensemble's scores of the test rows.
  package var text: String {
    let part: KeyPath<Member, Scores?> = test == nil ? \.validation : \.test
    let own = ((test ?? validation)?.scores).map(Scores.init)
    let name = own?.name ?? members[0][keyPath: part]?.name ?? ""
    func row(_ label: String, _ seed: String, _ epochs: String, _ scores: (Double, Double?)?)
      -> [String]
    {
      [
        label, seed, epochs, scores?.0.shortText ?? "",
        scores.flatMap { $0.1?.shortText } ?? "",
      ]
    }
    let rows =
      members.enumerated().map { place, member in
        row(
          "member \(place + 1)", "\(member.seed)", "\(member.epochsRun)",
          member[keyPath: part].map { ($0.loss, $0.value) })
      } + [
        row("mean of members", "", "", meanOfMembers(part).map { ($0.loss, $0.value) }),
        row("ensemble", "", "", own.map { ($0.loss, $0.value) }),
      ]
    var lines = [
      "\(members.count) networks of one make, \(task.rawValue) of `\(target)`; scores of the "
        + (test == nil ? "validation" : "test") + " rows:", "",
    ]
    lines += tableLines(
      [["", "seed", "epochs", "loss", name]] + rows, [.left, .right, .right, .right, .right],
      width: .max)
    if let test {
      lines += ["", "The ensemble on the test rows, kept back until now:", "", test.scores.text]
    } else {
      lines.append("")
    }
    lines += [
      "Everything is in \(path)/; the model is \(model).",
      "Its answers say how far its members are apart (`disagreement`).",
    ]
    return lines.joined(separator: "\n")
  }
}
