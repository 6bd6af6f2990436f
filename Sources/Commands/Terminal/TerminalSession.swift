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
    session.offerInterrupt()
    var training = try ReportedTraining(session)
    let outcome = try learn(&training)
    let report = try training.conclude(outcome, build: GlassboxCommand.version)
    if output.json {
      try printJSON(report.experiment)
    } else {
      let seconds = start.duration(to: .now).inSeconds
      print(
        TrainingSummary(report, of: session.experiment.configuration, seconds: seconds).text)
    }
    if outcome.reason == .interrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
  }

  private func learn(_ training: inout ReportedTraining) throws -> TrainingOutcome {
    var progress = Progress(session.experiment, isQuiet: output.quiet)
    do {
      return try training.learn { event in
        progress.show(event)
        return Interruption.isRequested ? .stop : .continue
      }
    } catch let problem as Problem where problem.isDivergence {
      throw Failure(status: .failed, text: problem.commandText)
    }
  }
}
