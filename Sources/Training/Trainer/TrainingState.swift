import Networks

/// Where a training stands, besides the numbers in its variables. It goes into the checkpoint.
struct TrainingState: Codable, Sendable {
  /// Epochs that are finished.
  var epochsDone = 0
  /// Steps of the current epoch that are done.
  var stepsOfEpoch = 0
  /// All steps so far; decides the random masks.
  var steps: UInt64 = 0
  /// Σ loss · examples of the current epoch.
  var lossSum = 0.0
  /// Examples of the current epoch that were learned from.
  var examples = 0
  var schedule = ScheduleState()
  var best = BestEpoch()
  /// What is known of finished epochs, in order: of the best and of the last one always.
  var epochs: [EpochRecord] = []
  /// Of the current epoch, training alone.
  var seconds = 0.0
  /// Of the finished epochs of which it has no record; nil for none.
  var earlierSeconds: Double?
  /// What it went on with after it had begun, in order; nil for nothing.
  var changes: [SettingChange]?
  /// How many times test rows were scored; nil for never.
  var testScorings: Int?

  /// How many records of epochs a checkpoint holds beside that of the best: it is written again and again,
  /// and a training may have a million epochs.
  static let mostRecords = 4096

  /// What a checkpoint holds of it.
  var stored: TrainingState {
    guard epochs.count > Self.mostRecords else { return self }
    var state = self
    let older = epochs.dropLast(Self.mostRecords)
    state.epochs = older.filter { $0.epoch == best.epoch } + epochs.suffix(Self.mostRecords)
    state.earlierSeconds =
      older.filter { $0.epoch != best.epoch }.reduce(earlierSeconds ?? 0) { $0 + $1.seconds }
    return state
  }

  /// The same with other values of some settings. Patience counts anew; a new learning rate or schedule
  /// is not reduced by what was observed under the old one.
  func goingOn(changing settings: Set<String>) -> TrainingState {
    var state = self
    state.best.forgive()
    if !settings.isDisjoint(with: ["learning_rate", "schedule"]) {
      state.schedule = ScheduleState()
    }
    return state
  }
}
