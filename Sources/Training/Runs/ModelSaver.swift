import Networks

/// Writes the checkpoint and the best model after each epoch. Where epochs are so short that writing
/// would take longer than learning, some wait for the next, never longer than `pause` or, of a large model,
/// a few times as long as it takes to be written. Model and checkpoint are put together when they are
/// written and not before.
struct ModelSaver {
  private let experiment: Experiment
  private let loop: TrainingLoop
  private let folder: RunFolder
  private let clock = ContinuousClock()
  private var saved: ContinuousClock.Instant?
  /// How long the last writing took.
  private var took = Duration.zero
  /// How many steps the checkpoint in the folder knows.
  private var writtenSteps: UInt64
  /// The epoch whose model is in the folder.
  private var writtenEpoch: Int?

  private static let pause = Duration.milliseconds(500)
  private static let longestPause = Duration.seconds(30)

  init(_ experiment: Experiment, _ loop: TrainingLoop, _ folder: RunFolder) {
    self.experiment = experiment
    self.loop = loop
    self.folder = folder
    writtenSteps = loop.state.steps
  }

  /// Writes where the training stands, now or soon.
  mutating func offer() throws {
    let pause = max(Self.pause, min(took * 4, Self.longestPause))
    if let saved, saved.duration(to: clock.now) < pause { return }
    try finish()
  }

  /// Writes where the training stands.
  mutating func finish() throws {
    guard loop.state.steps != writtenSteps else { return }
    let start = clock.now
    if let best = loop.history.last(where: \.isBest)?.epoch, best != writtenEpoch {
      try experiment.model(of: loop).save(to: folder[.model])
      writtenEpoch = best
    }
    try loop.checkpoint().write(to: folder[.checkpoint])
    writtenSteps = loop.state.steps
    saved = clock.now
    took = start.duration(to: clock.now)
  }
}
