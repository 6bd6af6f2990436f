/// All that is known of a study: what pages and reports are made of.
package struct StudyRecord: Sendable, Codable {
  package var name: String
  package var objective: Objective
  package var dimensions: [SearchDimension]
  /// For each dimension the texts of its choices; empty for one of numbers.
  package var choices: [[String]]
  package var sampler: String
  package var pruning: String
  package var seed: UInt64
  /// By their numbers.
  package var trials: [TuningTrial]
  /// What a reader should know.
  package var notes: [String]

  private enum CodingKeys: String, CodingKey {
    case name, objective, dimensions, choices, sampler, pruning, seed, trials, notes
  }

  /// Whose value counts: complete ones.
  package var complete: [TuningTrial] { trials.filter { $0.state == .complete && $0.value != nil } }

  /// The best complete trial; the first of equal ones.
  package var best: TuningTrial? {
    complete.min { objective.cost($0.value!) < objective.cost($1.value!) }
  }
}
