public import Engine

/// How a study looks for the best configuration.
public struct StudySettings: Sendable, Hashable, Codable {
  /// Which trials are stopped early.
  public enum Pruning: String, Sendable, CaseIterable, NamedChoice {
    /// At a third of the epochs, at a third of that and so on, only the best third goes on; a stopped trial is
    /// taken up again when it is among the best third of more trials.
    case halving
    /// What is worse than the median of the others after as many epochs ends.
    case median
    case none
  }

  /// How many configurations are tried, the default one included.
  public var trials = 50
  /// No trial begins later, in seconds of all sittings together; nil for no limit.
  public var seconds: Double?
  /// How the next configuration is chosen: grid, random, sobol, tpe or gaussian_process; nil chooses by the
  /// space and the number of trials.
  public var sampler: String?
  /// Which trials are stopped early.
  public var pruning = Pruning.halving
  /// What is made small or large on the validation rows: `loss` or a metric; nil takes the loss, or the
  /// leading metric where losses cannot be compared.
  public var objective: String?
  /// In how many parts training and validation rows are cut, each of which validates once; nil for one
  /// validation part.
  public var folds: Int?
  /// How many of the best are trained again with other seeds, beside the default.
  public var finalists = 3
  /// How many seeds those are.
  public var finalSeeds = 3
  /// How many of the best trainings are joined into one model, beside the winner's; nil for none.
  public var ensemble: Int?
  /// Whether it ends when more trials would likely gain nothing.
  public var stopsWhenSettled = false

  /// The defaults.
  public init() {}

  private enum CodingKeys: String, CodingKey {
    case trials, seconds, sampler, pruning, objective, folds, finalists, ensemble
    case finalSeeds = "final_seeds"
    case stopsWhenSettled = "stops_when_settled"
  }

  /// - Throws: `Problem`, all of them together.
  func check() throws {
    var problems: [Problem] = []
    func require(_ holds: Bool, _ name: String, _ expected: String, _ found: Any) {
      if !holds { problems.append(.data(name, expected: expected, found: "\(found)")) }
    }
    require((1...100_000).contains(trials), "trials", "1 to 100,000", trials)
    require(seconds.map { $0 > 0 && $0.isFinite } ?? true, "time", "a time above 0", seconds ?? 0)
    require(
      folds.map { (2...100).contains($0) } ?? true, "folds", "2 to 100", folds ?? 0)
    require(
      sampler.map { SamplerChoice.names.contains($0) } ?? true, "sampler",
      SamplerChoice.names.alternatives, sampler.map { "`\($0)`" } ?? "")
    require((1...20).contains(finalists), "finalists", "1 to 20", finalists)
    // Folds leave no model behind.
    let fewest = folds == nil ? 0 : 1
    require((fewest...100).contains(finalSeeds), "final_seeds", "\(fewest) to 100", finalSeeds)
    let most = (finalists + 1) * finalSeeds
    require(
      ensemble.map { (2...max(2, most)).contains($0) } ?? true, "ensemble",
      "2 to \(max(2, most)), the trainings with further seeds", ensemble ?? 0)
    try Problem.throwIfAny(problems)
  }
}
