import ArgumentParser
import Formatting
import Glassbox

/// What the command line adds to the training of an ensemble: progress, Ctrl-C, the summary at the end.
struct EnsembleTraining {
  let session: EnsembleSession
  let output: OutputOptions

  func run() throws {
    Interruption.watch()
    session.offersInterrupt = true
    guard let (report, _) = try train() else {
      output.note(
        "stopped: the members that are trained stay in \(session.path)/; nothing is joined")
      throw ExitCode(ExitStatus.interrupted.rawValue)
    }
    if output.json { return try printJSON(report) }
    print(report.text)
    let data = DataLocation(report.data).paths[0]
    print(
      "Next: glassbox "
        + ["predict", session.path, data].map(\.shellQuoted).joined(separator: " "))
  }

  private func train() throws -> (report: EnsembleReport, model: TrainedModel)? {
    let progress = WorkProgress("training \(session.count) members", isQuiet: output.quiet)
    defer { progress.end() }
    do {
      return try session.train { member, experiment, event in
        switch event {
        case .step(let step):
          // In thousandths of a member.
          let done = Double(step.epoch - 1) + Double(step.step) / Double(step.stepsPerEpoch)
          progress.show(
            (member - 1) * 1000 + Int(1000 * done / Double(experiment.plan.epochs)),
            session.count * 1000)
        case .epoch: break
        case .end(let outcome):
          guard outcome.reason != .interrupted, !output.quiet else { break }
          StandardError.write("member \(member)/\(session.count): \(outcome.sentence)\n")
        }
        return Interruption.isRequested ? .stop : .continue
      }
    } catch let problem as Problem where problem.isDivergence {
      throw Failure(status: .failed, text: problem.commandText)
    }
  }
}
