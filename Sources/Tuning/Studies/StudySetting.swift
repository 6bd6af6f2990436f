import Engine

/// One of the things that can be said of how a study looks for the best, as people read of it.
package struct StudySetting: Sendable, Encodable {
  package let name: String
  package let help: String
  /// What it is where nobody says it; empty where it is nothing then.
  package let usual: String
  /// Empty where it is a number or a text.
  package let choices: [String]

  private init(_ name: String, _ help: String, usual: String = "", choices: [String] = []) {
    (self.name, self.help, self.usual, self.choices) = (name, help, usual, choices)
  }

  /// With what it is usually.
  package var text: String { usual.isEmpty ? help : "\(help) (default: \(usual))" }

  private static let usual = StudySettings()

  package static let trials = StudySetting(
    "trials", "How many configurations are tried, the default one included.",
    usual: "\(usual.trials)")
  package static let time = StudySetting(
    "time", "No trial begins later: a number with s, m, h, d or w.")
  package static let parallel = StudySetting(
    "parallel", "How many trials are trained at once, each in a process.")
  package static let sampler = StudySetting(
    "sampler", "How the next is chosen: \(SamplerChoice.names.alternatives).",
    usual: "by the space", choices: SamplerChoice.names)
  package static let pruning = StudySetting(
    "pruning", "Which trials end early: \(StudySettings.Pruning.names.alternatives).",
    usual: usual.pruning.rawValue, choices: StudySettings.Pruning.names)
  package static let objective = StudySetting(
    "objective", "What is made small or large: loss or a metric.", usual: "loss")
  package static let folds = StudySetting(
    "folds", "In how many parts rows are cut, each of which validates once.")
  package static let finalists = StudySetting(
    "finalists", "How many of the best are trained again with other seeds.",
    usual: "\(usual.finalists)")
  package static let finalSeeds = StudySetting(
    "final_seeds", "How many seeds those are.", usual: "\(usual.finalSeeds)")
  package static let ensemble = StudySetting(
    "ensemble",
    "Join so many of the best trainings into one model, which answers with their mean.")

  package static let all = [
    trials, time, parallel, sampler, pruning, objective, folds, finalists, finalSeeds, ensemble,
  ]
}
