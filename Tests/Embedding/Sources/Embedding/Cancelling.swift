import Glassbox
import Synchronization

/// A task that trains is cancelled.
enum Cancelling {
  /// The step after which the training says that it has begun; the next begins when the task is cancelled.
  private static let steps = 25

  static func check() async throws {
    let (train, validation) = try Corners.data()
    let (began, tell) = AsyncStream.makeStream(of: Void.self)
    let isCancelled = Mutex(false)
    let task = Task { () -> (Trainer, TrainingHistory, Int) in
      var trainer = Trainer(
        Sequential([Dense(8, activation: .tanh), Dense(1)]), loss: .binaryCrossEntropy,
        metrics: [.accuracy])
      let taken = Atomic(0)
      let history = try await trainer.fit(
        train, validation: validation, epochs: 1_000_000
      ) { event in
        guard case .step = event else { return .continue }
        if taken.add(1, ordering: .relaxed).newValue == steps {
          tell.finish()
          while !isCancelled.withLock({ $0 }) {}
        }
        return .continue
      }
      return (trainer, history, taken.load(ordering: .relaxed))
    }
    for await _ in began {}
    task.cancel()
    isCancelled.withLock { $0 = true }
    let (trainer, history, taken) = try await task.value
    try require(
      history.outcome.reason == .interrupted && taken == steps,
      "a cancelled task stops its training after the step it is at")
    let model = try TrainedModel(trainer, preprocessing: Corners.preprocessing())
    let first = try Model(trainer.network, inputShape: [2], loss: .binaryCrossEntropy)
    try require(
      model.model.weightsSHA256 != first.weightsSHA256 && model.record.epochsRun == history.count,
      "what it learned in \(history.count) whole epochs is kept")
  }
}
