import Glassbox

/// Writes the checkpoint and the best model after each epoch. Where epochs are so short that writing
/// would take longer than learning, some wait for the next, never longer than `pause`.
struct Saver {
  private let experiment: Experiment
  private let run: TrainingLoop
  private let folder: RunFolder
  private let clock = ContinuousClock()
  private var saved: ContinuousClock.Instant?
  private var waiting: Checkpoint?
  private var bestEpoch: Int?
  private var waitingModel: TrainedModel?

  private static let pause = Duration.milliseconds(500)

  init(_ experiment: Experiment, _ run: TrainingLoop, _ folder: RunFolder) {
    self.experiment = experiment
    self.run = run
    self.folder = folder
  }

  /// Takes a checkpoint and writes it, now or soon.
  mutating func offer(_ checkpoint: Checkpoint) throws {
    waiting = checkpoint
    if let best = run.history.last(where: \.isBest), best.epoch != bestEpoch {
      bestEpoch = best.epoch
      waitingModel = try experiment.model(of: run)
    }
    if let saved, saved.duration(to: clock.now) < Self.pause { return }
    try finish()
  }

  /// Writes what is still waiting.
  mutating func finish() throws {
    if let model = waitingModel { try model.save(to: folder[.model]) }
    if let checkpoint = waiting { try checkpoint.write(to: folder[.checkpoint]) }
    (waiting, waitingModel) = (nil, nil)
    saved = clock.now
  }
}
