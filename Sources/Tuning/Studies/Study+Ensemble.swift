import Engine
import Formatting
import Networks
import Training

extension Study {
  /// Further trainings of finalists as one model, whose answer is the mean of theirs.
  struct Joined {
    /// Where the model lies.
    let path: String
    let runs: [String]
    /// What it reaches on the validation rows, and which trainings could not be joined.
    let sentence: String
    /// On the test rows; nil without any.
    let test: Evaluation?
  }

  /// Joins the best trainings, as many as the settings say.
  ///
  /// - Parameter winner: the run of the winner; what prepares inputs in another way is left out.
  /// - Returns: nil if none are wanted, or fewer than two can be joined.
  /// - Throws: `Problem` if a model or the data cannot be read, or nothing can be written.
  func joined(around winner: String) throws -> Joined? {
    guard let count = settings.ensemble else { return nil }
    let first = try StoredRun(winner, registry: registry, decoders: decoders)
    let others = finals.filter {
      $0.state == .complete && $0.value?.isFinite == true && $0.run != winner
    }
    .sorted { setup.objective.cost($0.value!) < setup.objective.cost($1.value!) }
    var models = [try first.model()]
    var runs = [winner]
    var left = 0
    for final in others where models.count < count {
      let model = try StoredRun(final.run, registry: registry, decoders: decoders).model()
      guard (try? TrainedModel(joining: [models[0], model])) != nil else {
        left += 1
        continue
      }
      models.append(model)
      runs.append(final.run)
    }
    guard models.count > 1 else { return nil }
    var joined = try TrainedModel(joining: models)
    let data = try PreparedData(first.configuration, registry: registry, decoders: decoders)
    let threads = base.training.threads ?? 1
    try joined.settle(
      on: data, coverage: first.configuration.training.coverage, threads: threads)
    let path = "\(folder)/ensemble.safetensors"
    try joined.save(to: path)
    let loss = try data.validation.map { try joined.evaluate($0, threads: threads).loss }
    return Joined(
      path: path, runs: runs,
      sentence: "The ensemble of \(models.count) trainings has validation loss "
        + "\(loss?.brief ?? "unknown")"
        + (left > 0 ? "; \(left) others prepare inputs or answers in another way" : "") + ".",
      test: try data.test.map { try joined.evaluate($0, threads: threads) })
  }
}

extension Evaluation {
  /// Its leading score in words.
  var leadingText: String {
    let leading = leading
    return "\(leading.name) \(leading.score.text())"
  }
}
