public import Datasets
package import Engine
public import Networks

/// Trains a network and keeps its best weights.
/// ```swift
/// var trainer = Trainer(network, loss: .crossEntropy, optimizer: .adam(), metrics: [.accuracy])
/// let history = try trainer.fit(train, validation: validation, epochs: 20, stopping: .early(patience: 5))
/// let probabilities = try trainer.predict(test)
/// ```
public struct Trainer: Sendable {
  /// What is trained.
  public var network: any Layer
  /// Computed after every epoch, beside the loss.
  public var metrics: [any Metric]
  /// Everything that decides the result; `fit` sets epochs, batch and stopping.
  public var plan: TrainingPlan
  /// Threads for each step. Changes no bit of the result.
  public var threads: Int
  /// See ``TrainingLoop/transform``.
  public var transform: (@Sendable (inout ParameterGradients) throws -> Void)?
  /// The network with the best weights up to now; nil before the first `fit`.
  public private(set) var model: Model?
  /// What the last `fit` learned from and how it went, for the record that a stored model carries.
  private(set) var lastFit: (history: [EpochRecord], train: Dataset, validationRows: Int)?

  /// A trainer for a network that has not been trained.
  public init(
    _ network: any Layer, loss: any Loss, optimizer: Optimizer = .adam(),
    schedule: any Schedule = .constant, metrics: [any Metric] = [], seed: UInt64 = 1,
    threads: Int = 1
  ) {
    self.network = network
    self.metrics = metrics
    self.threads = threads
    plan = TrainingPlan(loss: loss, optimizer: optimizer, schedule: schedule, seed: seed)
  }

  /// Trains, from the best weights of the last `fit` if there was one.
  ///
  /// - Parameters:
  ///   - validation: decides which epoch is best; without it the training data does.
  ///   - listen: called after each step and epoch and at the end; what it throws ends the training.
  /// - Returns: one record for each epoch.
  /// - Throws: `Problem` where network and data do not fit, for settings out of range or a loss that
  ///   is no longer finite.
  @discardableResult public mutating func fit(
    _ train: Dataset, validation: Dataset? = nil, epochs: Int, batch: Int = 32,
    stopping: EarlyStopping = .never,
    listen: (TrainingEvent) throws -> TrainingControl = { _ in .continue }
  ) throws -> TrainingHistory {
    set(epochs: epochs, batch: batch, stopping: stopping)
    return try learn(loop(train, validation: validation)) { event, _ in try listen(event) }
  }

  /// Trains on a thread of its own, so that no thread of the concurrency pool is held up.
  ///
  /// Cancelling the task ends the training after its step; what was learned until then is returned,
  /// as when `listen` stops it.
  ///
  /// - Parameter listen: called on that thread.
  /// - Throws: `Problem` as the other `fit` does, or where the system gives no thread.
  @discardableResult public mutating func fit(
    _ train: Dataset, validation: Dataset? = nil, epochs: Int, batch: Int = 32,
    stopping: EarlyStopping = .never,
    listen: @escaping @Sendable (TrainingEvent) throws -> TrainingControl = { _ in .continue }
  ) async throws -> TrainingHistory {
    set(epochs: epochs, batch: batch, stopping: stopping)
    let (trained, history) = try await onThread(train, validation: validation, listen)
    self = trained
    return history
  }

  private mutating func set(epochs: Int, batch: Int, stopping: EarlyStopping) {
    plan.epochs = epochs
    plan.batch = batch
    plan.stopping = stopping
  }

  /// The training that `fit` would run with the present plan, to be run, stopped, looked at and saved
  /// by the caller.
  /// - Throws: `Problem` where network and data do not fit, or for settings out of range.
  public func loop(_ train: Dataset, validation: Dataset? = nil) throws -> TrainingLoop {
    let loop = try TrainingLoop(
      start(train.inputs.shape), plan: plan, train: train, validation: validation,
      metrics: metrics, threads: threads)
    loop.transform = transform
    return loop
  }

  /// The best weights of the last `fit`, else the first ones.
  package func start(_ inputShape: TensorShape) throws -> Model {
    try model ?? Model(network, inputShape: inputShape, loss: plan.loss, seed: plan.seed)
  }

  mutating func learn(
    _ loop: TrainingLoop,
    _ observe: (TrainingEvent, TrainingLoop) throws -> TrainingControl
  ) throws -> TrainingHistory {
    let outcome = try loop.run(observe)
    model = try loop.bestModel()
    lastFit = (loop.history, loop.train, loop.validation?.count ?? 0)
    return TrainingHistory(epochs: loop.history, outcome: outcome)
  }

  private func onThread(
    _ train: Dataset, validation: Dataset?,
    _ listen: @escaping @Sendable (TrainingEvent) throws -> TrainingControl
  ) async throws -> (Trainer, TrainingHistory) {
    let trainer = self
    return try await TrainingThread.run { isCancelled in
      var trainer = trainer
      let history = try trainer.learn(trainer.loop(train, validation: validation)) { event, _ in
        let control = try listen(event)
        return isCancelled() ? .stop : control
      }
      return (trainer, history)
    }
  }

  /// Trains on a thread of its own and reports what happens as it happens.
  ///
  /// The last element is the end, with the trained model. Ending the iteration, or cancelling its
  /// task, ends the training after its step. See ``TrainingEvents`` for what a slow reader misses.
  public func events(
    _ train: Dataset, validation: Dataset? = nil, epochs: Int, batch: Int = 32,
    stopping: EarlyStopping = .never
  ) -> TrainingEvents {
    var trainer = self
    trainer.set(epochs: epochs, batch: batch, stopping: stopping)
    return TrainingEvents { [trainer] buffer in
      let loop = try trainer.loop(train, validation: validation)
      try loop.run { event, training in
        if case .end = event {
          buffer.put((event, try training.bestModel()))
        } else {
          buffer.put((event, nil))
        }
        return buffer.isCancelled ? .stop : .continue
      }
    }
  }

  /// Probabilities or values for all examples, row by row.
  /// - Throws: `Problem` before the first `fit`.
  public func predict(_ data: Dataset) throws -> [Float] {
    guard let model else {
      throw Problem.data(
        "trainer", expected: "a trained network", found: "none yet", fix: "call fit first")
    }
    return try Predictor(model, threads: threads).predict(data)
  }
}

extension Predictor {
  /// Probabilities or values for all examples, row by row.
  public func predict(_ data: Dataset) throws -> [Float] {
    try predict(data.count) { first, taken, input in
      data.inputs.copy(first..<first + taken, into: input.baseAddress!)
    }
  }
}
