import ArgumentParser
import Diagnosis
import Glassbox

/// What the command line adds to a training: progress, Ctrl-C, the report's page, the summary at the end.
struct TerminalSession {
  private let session: TrainingSession
  private let output: OutputOptions
  private let start: ContinuousClock.Instant

  /// - Parameter start: when the command began.
  init(_ session: TrainingSession, output: OutputOptions, since start: ContinuousClock.Instant) {
    self.session = session
    self.output = output
    self.start = start
  }

  /// Trains to the end or to Ctrl-C, scores, writes the report and prints it.
  func run() throws {
    Interruption.watch()
    var tracker = try WeightTracker(session)
    let outcome = try learn(&tracker)
    let (report, model) = try session.conclude(outcome)
    let runReport = try RunReport(
      report, of: session.experiment, model: model, path: tracker.path(),
      build: GlassboxCommand.version)
    try runReport.write(to: session.folder)
    if output.json {
      try printJSON(report)
    } else {
      let seconds = start.duration(to: .now).inSeconds
      print(
        TrainingSummary(runReport, of: session.experiment.configuration, seconds: seconds).text)
    }
    if outcome.reason == .interrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
  }

  private func learn(_ tracker: inout WeightTracker) throws -> TrainingOutcome {
    var progress = Progress(session.experiment, isQuiet: output.quiet)
    do {
      return try session.learn { event, training in
        if case .epoch = event { tracker.add(training) }
        progress.show(event)
        return Interruption.isRequested ? .stop : .continue
      }
    } catch let problem as Problem where problem.kind == .data {
      // Training has diverged.
      throw Failure(status: .failed, text: problem.commandText)
    }
  }
}
