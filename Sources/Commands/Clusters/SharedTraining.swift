import ArgumentParser
import Clusters
import Formatting
import Glassbox
import Platform

/// A training that several processes share: the first keeps the run and speaks.
struct SharedTraining {
  let group: MPIGroup
  let output: OutputOptions

  /// Trains in this process.
  ///
  /// - Parameters:
  ///   - prepare: what every process does for itself, with the same result.
  ///   - lead: the whole training with its files, of the first process.
  func run(
    _ prepare: () throws -> TrainingStart, lead: (TrainingStart) throws -> TrainingSession,
    start: ContinuousClock.Instant
  ) throws {
    do {
      try share(prepare, lead, start)
      group.finish()
    } catch let code as ExitCode {
      group.finish()
      throw code
    } catch is FoundElsewhere {
      // Its own process says it; this one ends with it.
      group.finish()
      throw ExitCode(ExitStatus.failed.rawValue)
    } catch {
      if let outcome = Failure.outcome(of: error) {
        // The first process keeps what there is, and says more.
        let problem = error as? Problem
        group.end(
          with: outcome, isOfAll: problem?.isOfProcess == true || problem?.isDivergence == true)
      }
      throw error
    }
  }

  private func share(
    _ prepare: () throws -> TrainingStart, _ lead: (TrainingStart) throws -> TrainingSession,
    _ start: ContinuousClock.Instant
  ) throws {
    // Launchers end what they started by the second.
    Interruption.watch([SIGINT, SIGTERM])
    var first = try group.together(signsEvery: group.timeBetweenSigns, prepare)
    first.experiment.group = group
    let experiment = first.experiment
    try group.agree(on: Self.parts(experiment, first.checkpoint))
    guard group.rank == 0 else {
      let loop = try experiment.run(resuming: first.checkpoint, keepsFeatures: true)
      _ = try loop.timing()
      try loop.run(listen: { _ in Interruption.isRequested ? .stop : .continue })
      return
    }
    let session = try lead(first)
    for note in experiment.notes { output.note(note) }
    if let timing = try session.loop.timing() { output.note(Self.sentence(timing)) }
    do {
      try TerminalSession(session, output: output, since: start).run()
    } catch let problem as Problem where problem.isOfProcess {
      throw Failure(
        status: .failed,
        text: problem.commandText
          + "\nThe run is kept: glassbox resume \(session.folder.path) goes on, "
          + "with as many processes as there are")
    }
  }

  /// What must be the same everywhere.
  private static func parts(
    _ experiment: Experiment, _ checkpoint: Checkpoint?
  ) throws -> [SharedPart] {
    var settings = experiment.configuration
    (settings.training.threads, settings.output) = (nil, OutputSettings())
    settings.training.kernels = nil
    return SharedPart.ofProgram(kernels: experiment.kernels.name) + [
      SharedPart("settings", sha256: SHA256.hex(try JSONText.encode(settings).utf8)),
      SharedPart("data", sha256: SHA256.hex(try experiment.data.manifest.json())),
      SharedPart("first weights", sha256: experiment.start.weightsSHA256),
      SharedPart(
        "checkpoint", sha256: try checkpoint?.sha256 ?? SHA256.hex("".utf8),
        fix: "copy the run's folder from one machine to the others, or give all the same one"),
    ]
  }

  /// What the processes gain, before anything is learned.
  private static func sentence(_ timing: TrainingLoop.StepTiming) -> String {
    func milliseconds(_ seconds: Double) -> String { "\((seconds * 1000).brief) ms" }
    let alone = "one process needs \(milliseconds(timing.computing)) for a step"
    let all =
      "\(timing.processes) need \(milliseconds(timing.seconds)), of which "
      + "\(milliseconds(timing.exchanging)) for the exchange"
    guard timing.gain < 1 else {
      return "\(alone), \(all): \(timing.gain.brief) times as fast"
    }
    return
      "\(alone), \(all): slower than one alone. So many pay from steps of about "
      + "\(timing.leastRows) rows on; these have \(timing.rows)"
  }
}
