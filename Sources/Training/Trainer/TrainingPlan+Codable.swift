import Networks

extension TrainingPlan {
  private enum Key: String, CodingKey {
    case loss, optimizer, schedule, penalty, epochs, batch, accumulate, shards, stopping, seed
    case classWeights, trainScores, joinsLastRow
  }

  /// Plans of older files say nothing of what came later; they get its usual value.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      loss: try fields.decode(Named<Losses>.self, forKey: .loss).wrappedValue,
      optimizer: try fields.decode(Optimizer.self, forKey: .optimizer),
      schedule: try fields.decode(Named<Schedules>.self, forKey: .schedule).wrappedValue,
      penalty: try fields.decode(Penalty.self, forKey: .penalty),
      epochs: try fields.decode(Int.self, forKey: .epochs),
      batch: try fields.decode(Int.self, forKey: .batch),
      stopping: try fields.decode(EarlyStopping.self, forKey: .stopping),
      seed: try fields.decode(UInt64.self, forKey: .seed),
      classWeights: try fields.decodeIfPresent([Double].self, forKey: .classWeights))
    accumulate = try fields.decodeIfPresent(Int.self, forKey: .accumulate) ?? accumulate
    shards = try fields.decodeIfPresent(Int.self, forKey: .shards) ?? shards
    trainScores = try fields.decodeIfPresent(TrainScores.self, forKey: .trainScores) ?? trainScores
    joinsLastRow = try fields.decodeIfPresent(Bool.self, forKey: .joinsLastRow) ?? false
  }
}
