package import Training

/// What a worker is asked to do: one training with its files.
package struct TrialTask: Sendable, Codable {
  /// Of the trial.
  package let number: Int
  /// The seed of a finalist's further training; nil for the trial itself.
  package let finalSeed: UInt64?
  package let configuration: RunConfiguration
  /// The folder of its run.
  package let run: String
  package let objective: Objective
  /// See ``StudySettings/folds``.
  package let folds: Int?

  private enum CodingKeys: String, CodingKey {
    case number, configuration, run, objective, folds
    case finalSeed = "final_seed"
  }
}

/// How a training ended.
package struct TrialEnd: Sendable, Hashable, Codable {
  package enum State: String, Sendable, Hashable, Codable {
    case complete
    /// Somebody said that it shall not go on.
    case stopped
    case failed
  }

  package var state: State
  /// The objective of the model that was kept.
  package var value: Double?
  package var failure: TuningTrial.Failure?
  package var problem: String?
  /// Of learning, all sittings of the run.
  package var seconds = 0.0
}

/// What a worker says.
package enum TrialMessage: Sendable, Codable {
  /// An epoch is done; it waits for a word whether to go on.
  case epoch(TuningTrial.Epoch)
  case end(TrialEnd)
}
