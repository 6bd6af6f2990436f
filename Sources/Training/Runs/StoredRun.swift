public import Datasets
import Engine
public import Networks

/// A run as its folder holds it: opened once, whatever is done with it next.
/// ```swift
/// let run = try StoredRun("runs/students")
/// let model = try run.model()
/// let report = try TrainingSession(resuming: run).train()
/// ```
public struct StoredRun: Sendable {
  /// Where its files lie.
  public let folder: RunFolder
  /// Everything that was decided when it began. It splits the data as they were split then. What is
  /// changed here, a run that is resumed goes on with, if it is a learning rate, its schedule, a limit
  /// of gradients, the epochs or the patience.
  public var configuration: RunConfiguration
  /// As its file has it.
  let stored: RunConfiguration
  /// Read its data.
  public let decoders: Decoders
  let registry: Registry

  /// Opens the folder of a run and reads its settings.
  ///
  /// - Parameters:
  ///   - registry: what its files can name, such as layers of your own.
  ///   - decoders: read the data, and images that its model is asked about.
  /// - Throws: `Problem` if the folder or its configuration is missing or cannot be read.
  public init(
    _ path: String, registry: Registry = .standard, decoders: Decoders = .none
  ) throws {
    folder = try RunFolder(existing: path)
    self.registry = registry
    self.decoders = decoders
    var configuration = try folder.configuration(registry: registry)
    try configuration.check(registry: registry)
    if let way = configuration.workingFolder {
      configuration.findFiles(from: "\(folder.path)/\(way)")
    }
    if folder.has(.split) { configuration.data.split = folder[.split] }
    if folder.has(.moreRows) {
      // All data may be feedback.
      if configuration.data.moreRows == nil {
        configuration.data.source = folder[.moreRows]
      } else {
        configuration.data.moreRows = folder[.moreRows]
      }
    }
    self.configuration = configuration
    stored = configuration
  }

  /// How far it has come.
  /// - Throws: `Problem` for a report that cannot be read.
  public var state: RunFolder.State { get throws { try folder.state } }

  /// Its epochs, scores of a regression in the target's unit.
  /// - Throws: `Problem` if they cannot be read.
  public var history: [EpochRecord] { get throws { try folder.metrics() } }

  /// Its best model so far.
  /// - Throws: `Problem` if there is none yet, or it no longer works as it did.
  public func model() throws -> TrainedModel {
    try TrainedModel(path: folder[.model], registry: registry, decoders: decoders)
  }

  /// Where it can go on from.
  /// - Throws: `Problem` if there is none yet, or it is damaged.
  public func checkpoint() throws -> Checkpoint {
    try Checkpoint(path: folder[.checkpoint], registry: registry)
  }

  /// Its data and its network, prepared as they were when it began.
  ///
  /// - Parameters:
  ///   - data: other data to take instead; they get a split of their own.
  ///   - threads: instead of the run's own number; changes no bit of the result.
  /// - Throws: `Problem` if the data have changed or are gone.
  public func experiment(data: String? = nil, threads: Int? = nil) throws -> Experiment {
    var configuration = configuration
    if let data, data != configuration.data.source {
      (configuration.data.source, configuration.data.split) = (data, nil)
    }
    if let threads { configuration.training.threads = threads }
    let experiment = try Experiment(configuration, registry: registry, decoders: decoders)
    guard folder.has(.start) else { return experiment }
    let first = try FirstWeights(path: folder[.start])
    return try experiment.starting(with: first.tensors, from: first.origin)
  }
}
