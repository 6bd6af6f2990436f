import ArgumentParser
import Codecs
import Glassbox

/// What the command line adds to a cross-validation: progress, Ctrl-C, the report.
struct FoldsSession {
  let configuration: RunConfiguration
  let folds: Int
  let output: OutputOptions

  func run() throws {
    Interruption.watch()
    let validation = try CrossValidation(configuration, folds: folds, decoders: .standard)
    let report = try train(validation)
    for note in report.notes { output.note(note) }
    if output.json { try printJSON(report) } else { print(report.text(), terminator: "") }
    if !report.isComplete { throw ExitCode(ExitStatus.interrupted.rawValue) }
  }

  /// Shows on standard error how far it has come, and each fold that is done.
  private func train(_ validation: CrossValidation) throws -> CrossValidationReport {
    let progress = WorkProgress("cross-validation", isQuiet: output.quiet)
    defer { progress.end() }
    do {
      return try validation.run { fold, experiment, event in
        switch event {
        case .step(let step):
          // In thousandths of a fold.
          let done = Double(step.epoch - 1) + Double(step.step) / Double(step.stepsPerEpoch)
          progress.show(
            (fold - 1) * 1000 + Int(1000 * done / Double(experiment.plan.epochs)), folds * 1000)
        case .epoch: break
        case .end(let outcome):
          guard outcome.reason != .interrupted, !output.quiet else { break }
          StandardError.write("fold \(fold)/\(folds): \(outcome.sentence)\n")
        }
        return Interruption.isRequested ? .stop : .continue
      }
    } catch let problem as Problem where problem.isDivergence {
      throw Failure(status: .failed, text: problem.commandText)
    }
  }
}
