import Datasets
import Engine
import Networks
import Training

/// What was decided when a study began.
struct StudySetup {
  /// As it was given.
  var configuration: RunConfiguration
  /// As it is written, without its lines; nil where it was made for the task.
  var written: LocatedValue?
  var space: SearchSpace
  let objective: Objective
  /// The most that a trial has.
  let epochs: Int
  /// The point that is nearest to the default configuration.
  var usual: SearchPoint
  /// Whether that is the default configuration; else samplers learn nothing from it.
  let usualIsInSpace: Bool
  var notes: [String]

  /// Of fewer validation rows chance decides more than merit.
  private static let fewRows = 100

  /// Reads the data, so that whatever cannot work is found before anything is written.
  init(
    _ configuration: RunConfiguration, written: LocatedValue?, _ settings: StudySettings,
    experiment: Experiment, registry: Registry
  ) throws {
    self.configuration = configuration
    guard experiment.data.validation != nil else {
      throw Problem.data(
        "validation", expected: "rows that tell one configuration from another", found: "none",
        fix: "set `validation` to a share above 0")
    }
    let text = try written ?? SearchSpace.usual(for: experiment, of: configuration)
    space = try SearchSpace(text, for: configuration, registry: registry)
    self.written = text
    objective = try Objective(settings.objective, in: space, experiment)
    epochs = experiment.plan.epochs
    (usual, usualIsInSpace) = try space.nearestPoint(
      to: experiment.decidedForSpaces(configuration))
    notes = experiment.notes
    if let rows = experiment.data.validation?.count, rows < Self.fewRows, settings.folds == nil {
      notes.append(
        "\(rows) validation rows hardly tell one configuration from another; `folds` judges each by all "
          + "rows that are not for the test")
    }
    if written == nil {
      notes.append("no space was given, so one was made: " + space.lines.joined(separator: "; "))
    }
  }
}

extension Objective {
  /// - Parameter name: what the user wants; nil for the loss, or where losses cannot be compared the leading
  ///   metric.
  /// - Throws: `Problem` for a metric that is not followed, and for losses that cannot be compared.
  init(_ name: String?, in space: SearchSpace, _ experiment: Experiment) throws {
    let changesLoss = space.variables.contains { $0.path.name == "loss" }
    let known = ["loss"] + experiment.metrics.map(\.name)
    let chosen = name ?? (changesLoss ? known.dropFirst().first : nil) ?? "loss"
    guard known.contains(chosen) else {
      throw Problem.data(
        "objective", expected: known.joined(separator: " or "), found: "`\(chosen)`",
        fix: Problem.fix(chosen, among: known))
    }
    guard chosen != "loss" || !changesLoss else {
      throw Problem.data(
        "objective", expected: "a metric, since losses of several kinds cannot be compared",
        found: "`loss`", fix: "leave it out, or name " + known.dropFirst().joined(separator: " or ")
      )
    }
    self.init(
      chosen,
      largerIsBetter: experiment.metrics.first { $0.name == chosen }?.largerIsBetter ?? false)
  }
}
