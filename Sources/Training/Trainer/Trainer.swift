import Datasets
import Engine
import Networks

/// Trains a network and keeps its best weights.
/// ```swift
/// var trainer = Trainer(network, loss: .crossEntropy, optimizer: .adam(), metrics: [.accuracy])
/// let history = try trainer.fit(train, validation: validation, epochs: 20, stopping: .early(patience: 5))
/// let probabilities = try trainer.predict(test)
/// ```
public struct Trainer: Sendable {
  public var network: any Layer
  public var metrics: [Metric]
  /// Everything that decides the result; `fit` sets epochs, batch and stopping.
  public var plan: TrainingPlan
  /// Threads for each step. Changes no bit of the result.
  public var threads: Int
  /// The network with the best weights up to now; nil before the first `fit`.
  public private(set) var model: Model?
  /// What the last `fit` learned from and how it went, for the record that a stored model carries.
  private(set) var lastFit: (history: [EpochRecord], train: Dataset, validationRows: Int)?

  /// A trainer for a network that has not been trained.
  public init(
    _ network: any Layer, loss: Loss, optimizer: Optimizer = .adam(),
    schedule: Schedule = .constant, metrics: [Metric] = [], seed: UInt64 = 1, threads: Int = 1
  ) {
    self.network = network
    self.metrics = metrics
    self.threads = threads
    plan = TrainingPlan(loss: loss, optimizer: optimizer, schedule: schedule, seed: seed)
  }

  /// Trains, from the best weights of the last `fit` if there was one.
  ///
  /// - Parameter validation: decides which epoch is best; without it the training data does.
  /// - Returns: one record for each epoch.
  /// - Throws: `Problem` where network and data do not fit, `Problem` for settings out of
  ///   range or a loss that is no longer finite.
  @discardableResult public mutating func fit(
    _ train: Dataset, validation: Dataset? = nil, epochs: Int, batch: Int = 32,
    stopping: EarlyStopping = .never,
    listen: (TrainingEvent) -> TrainingControl = { _ in .continue }
  ) throws -> [EpochRecord] {
    let run = try prepare(
      train, validation: validation, epochs: epochs, batch: batch, stopping: stopping)
    try run.run(listen: listen)
    model = try run.bestModel()
    lastFit = (run.history, train, validation?.count ?? 0)
    return run.history
  }

  private mutating func prepare(
    _ train: Dataset, validation: Dataset?, epochs: Int, batch: Int, stopping: EarlyStopping
  ) throws -> TrainingLoop {
    plan.epochs = epochs
    plan.batch = batch
    plan.stopping = stopping
    let start =
      try model
      ?? Model(network, inputShape: train.inputs.shape, loss: plan.loss, seed: plan.seed)
    return try TrainingLoop(
      start, plan: plan, train: train, validation: validation, metrics: metrics, threads: threads)
  }

  /// Trains on a thread of its own and reports what happens as it happens.
  ///
  /// The last element is the trained model; ending the iteration ends the training after its step.
  public func events(
    _ train: Dataset, validation: Dataset? = nil, epochs: Int, batch: Int = 32,
    stopping: EarlyStopping = .never
  ) -> AsyncThrowingStream<(event: TrainingEvent, model: Model?), any Error> {
    AsyncThrowingStream { continuation in
      var trainer = self
      let task = Task.detached {
        do {
          let run = try trainer.prepare(
            train, validation: validation, epochs: epochs, batch: batch, stopping: stopping)
          let ending = try run.run(listen: { event in
            if case .end = event { return .continue }
            continuation.yield((event, nil))
            return Task.isCancelled ? .stop : .continue
          })
          continuation.yield((TrainingEvent.end(ending), try run.bestModel()))
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Probabilities or values for all examples, row by row.
  /// - Throws: `Problem` before the first `fit`.
  public func predict(_ data: Dataset) throws -> [Float] {
    guard let model else {
      throw Problem.data(
        "trainer", expected: "a trained network", found: "none yet", fix: "call fit first")
    }
    return try Predictor(model).predict(data)
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
