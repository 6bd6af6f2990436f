import Engine
package import Networks

/// A setting that a run went on with, in place of the one it had until then.
package struct SettingChange: Sendable, Hashable, Codable {
  /// Its name in files.
  package var setting: String
  /// As JSON text.
  package var before: String
  /// As JSON text.
  package var after: String
  /// How many epochs were finished by then.
  package var epoch: Int

  /// In a sentence, for reports.
  package var sentence: String {
    "\(setting) is \(after) instead of \(before) since "
      + (epoch == 0 ? "the beginning of the run" : "epoch \(epoch) was finished")
  }
}

extension RunConfiguration {
  /// Where another configuration differs, setting by setting.
  ///
  /// - Parameter epoch: how many epochs are finished.
  package func changes(to other: RunConfiguration, epoch: Int) throws -> [SettingChange] {
    try Self.settings.compactMap { setting in
      let (before, after) = (try setting.json(of: self), try setting.json(of: other))
      return before == after
        ? nil : SettingChange(setting: setting.name, before: before, after: after, epoch: epoch)
    }
  }
}

extension RunConfiguration {
  /// Takes other values of some settings.
  /// One of the three limits of gradients takes the place of another.
  ///
  /// - Throws: `Problem` for values that cannot be used.
  package mutating func change(
    _ said: [String: LocatedValue], registry: Registry = .standard
  ) throws {
    if TrainingSettings.clippingNames.contains(where: { said[$0] != nil }) {
      training.clipValue = nil
      training.clipNorm = nil
      training.clipGlobalNorm = nil
    }
    var said = said
    if let schedule = said["schedule"] {
      let epochs = said["epochs"] ?? training.epochs.map { LocatedValue(.integer($0)) }
      said["schedule"] = ConfigurationSources.expanded(schedule, epochs: epochs)
    }
    var problems: [Problem] = []
    for setting in Self.settings {
      if let value = said[setting.name] { problems += setting.read(value, into: &self) }
    }
    try Problem.throwIfAny(problems)
    try check(registry: registry)
  }
}

extension StoredRun {
  /// Goes on with other settings, as flags give them.
  ///
  /// - Throws: `Problem` for values that cannot be used.
  package mutating func change(_ said: [String: LocatedValue]) throws {
    try configuration.change(said, registry: registry)
  }

  /// What the run goes on with instead of what it had.
  /// - Throws: `Problem` for settings that only a new run can have.
  func changes(epoch: Int) throws -> [SettingChange] {
    let changes = try stored.changes(to: configuration, epoch: epoch)
    let fixed = changes.filter { RunConfiguration.setting(named: $0.setting)?.canChange != true }
    try Problem.throwIfAny(
      fixed.map {
        Problem.data(
          $0.setting, expected: "\($0.before), as the run began", found: $0.after,
          fix: "begin a new run; a run goes on with other "
            + RunConfiguration.settings.filter(\.canChange).map(\.name).joined(separator: ", "))
      })
    return changes
  }

  /// What it goes on with.
  /// - Throws: `Problem` if the data have changed, or for settings that only a new run can have.
  package func goingOnFromCheckpoint(threads: Int? = nil) throws -> TrainingStart {
    var checkpoint = folder.has(.checkpoint) ? try self.checkpoint() : nil
    let changes = try goingOn.changes(epoch: checkpoint?.epochsDone ?? 0)
    let experiment = try goingOn.experiment(threads: threads)
    if !changes.isEmpty { checkpoint = checkpoint?.goingOn(experiment.plan, changes) }
    return TrainingStart(experiment, checkpoint, isChanged: !changes.isEmpty)
  }

  /// The run with all that its changes ask for: a cosine that ended with the training ends with the
  /// longer one.
  var goingOn: StoredRun {
    var run = self
    run.configuration.training.stretchSchedule(from: stored.training.epochs)
    return run
  }
}

extension TrainingSettings {
  /// A cosine that ended with the training ends with one of other epochs.
  package mutating func stretchSchedule(from before: Int?) {
    guard let before, let epochs, before != epochs, let schedule,
      schedule.isSame(as: Schedules.Cosine(over: before))
    else { return }
    self.schedule = .cosine(over: epochs)
  }
}
