import Networks

/// Writes the checkpoint and the best model after each epoch. Where epochs are so short that writing
/// would take longer than learning, some wait for the next, never longer than `pause`. A model is put
/// together when it is written and not before.
struct ModelSaver {
  private let experiment: Experiment
  private let loop: TrainingLoop
  private let folder: RunFolder
  private let clock = ContinuousClock()
  private var saved: ContinuousClock.Instant?
  private var waiting: Checkpoint?
  /// The epoch whose model is in the folder.
  private var writtenEpoch: Int?

  private static let pause = Duration.milliseconds(500)

  init(_ experiment: Experiment, _ loop: TrainingLoop, _ folder: RunFolder) {
    self.experiment = experiment
    self.loop = loop
    self.folder = folder
  }

  /// Takes a checkpoint and writes it, now or soon.
  mutating func offer(_ checkpoint: Checkpoint) throws {
    waiting = checkpoint
    if let saved, saved.duration(to: clock.now) < Self.pause { return }
    try finish()
  }

  /// Writes what is still waiting.
  mutating func finish() throws {
    if let best = loop.history.last(where: \.isBest)?.epoch, best != writtenEpoch {
      try experiment.model(of: loop).save(to: folder[.model])
      writtenEpoch = best
    }
    if let checkpoint = waiting { try checkpoint.write(to: folder[.checkpoint]) }
    waiting = nil
    saved = clock.now
  }
}
