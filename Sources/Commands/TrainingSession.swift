import ArgumentParser
import Diagnosis
import Glassbox

/// A training with its effects: files, progress, Ctrl-C, the summary at the end.
struct TrainingSession {
  private let experiment: Experiment
  private let run: TrainingLoop
  private let folder: RunFolder
  private let output: OutputOptions

  init(_ experiment: Experiment, _ run: TrainingLoop, folder: RunFolder, output: OutputOptions) {
    self.experiment = experiment
    self.run = run
    self.folder = folder
    self.output = output
  }

  /// Trains to the end or to Ctrl-C, scores, writes the report and prints it.
  func train(isResumed: Bool = false) throws {
    if isResumed {
      try folder.restoreMetrics(run.history)
    } else {
      for note in experiment.data.notes { output.note(note) }
    }
    Interruption.watch()
    var tracker = WeightTracker(experiment)
    let ending = try learn(&tracker)
    let model = try experiment.model(of: run)
    try model.save(to: folder[.model])
    var report = try experiment.report(on: model, of: run, ending)
    report.model = folder[.model]
    report.run = folder.path
    try RunReport(
      report, of: experiment, model: model, path: tracker.path(), build: GlassboxCommand.version
    ).write(to: folder)
    if output.json { try printJSON(report) } else { print(TrainingSummary(report).text) }
    if ending.reason == .interrupted { throw ExitCode(ExitStatus.interrupted.rawValue) }
  }

  private func learn(_ tracker: inout WeightTracker) throws -> TrainingOutcome {
    var progress = Progress(experiment, isQuiet: output.quiet)
    var saver = Saver(experiment, run, folder)
    // The listener cannot throw; what goes wrong in it ends the training and is thrown below.
    var failure: (any Error)?
    do {
      let ending = try run.run(
        save: { checkpoint in
          tracker.add(checkpoint)
          try saver.offer(checkpoint)
        },
        listen: { event in
          progress.show(event)
          do {
            try keep(event)
          } catch {
            failure = error
            return .stop
          }
          return Interruption.isRequested ? .stop : .continue
        })
      try saver.finish()
      if let failure { throw failure }
      return ending
    } catch let problem as Problem where problem.kind == .data {
      // Training has diverged; what was good until then is kept.
      try saver.finish()
      throw Failure(status: .failed, text: problem.description)
    }
  }

  private func keep(_ event: TrainingEvent) throws {
    switch event {
    case .epoch(let record): try folder.append(experiment.inUserUnits(record))
    case .step(let step):
      guard let every = experiment.configuration.output.checkpointEvery else { return }
      let total = (step.epoch - 1) * step.stepsPerEpoch + step.step
      if total.isMultiple(of: every) { try run.checkpoint().write(to: folder[.checkpoint]) }
    case .end: break
    }
  }
}
