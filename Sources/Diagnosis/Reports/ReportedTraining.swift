import Networks
package import Training

/// A training from its first step to the page of its report: the way of its weights is followed, and all that
/// is known at its end is written into the run's folder.
package struct ReportedTraining {
  private let session: TrainingSession
  private var tracker: WeightTracker

  /// - Throws: `Problem` if the network cannot be built.
  package init(_ session: TrainingSession) throws {
    self.session = session
    tracker = try WeightTracker(session)
  }

  /// Trains to the end, or until the listener stops it.
  /// - Throws: what the session's ``TrainingSession/learn(_:)`` throws.
  package mutating func learn(
    _ listen: (TrainingEvent) throws -> TrainingControl
  ) throws -> TrainingOutcome {
    try session.learn { event, training in
      if case .epoch = event { tracker.add(training) }
      return try listen(event)
    }
  }

  /// Scores the best model, and writes the report and its page.
  ///
  /// - Parameter build: the program with its commit, if it knows it.
  /// - Throws: `Problem` if something cannot be written.
  package func conclude(_ outcome: TrainingOutcome, build: String?) throws -> RunReport {
    let (report, model) = try session.conclude(outcome)
    var whole = try RunReport(
      report, of: session.experiment, model: model, path: tracker.path(), build: build)
    // The page looks at the rows once more.
    whole.experiment.tellPeakMemory(allowed: session.experiment.configuration.data.memoryBytes)
    try whole.write(to: session.folder)
    return whole
  }
}
