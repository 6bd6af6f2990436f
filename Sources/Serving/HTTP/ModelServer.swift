public import Datasets
public import Logging
public import ServiceLifecycle

/// A server that answers with a model over HTTP.
/// ```swift
/// try await ModelServer(ModelSource(path: "runs/students")).runUntilSignalled()
/// ```
/// It is a `Service`, so that a program of your own can run it beside others.
public struct ModelServer: Service {
  private let slot: ModelSlot
  private let settings: ServingSettings
  private let logger: Logger
  private let watch: LiveModelWatch?
  private let onReady: @Sendable (_ model: ServedModel.Identity, _ port: Int) async -> Void

  /// - Parameters:
  ///   - slot: holds the model that answers.
  ///   - logger: gets a line for each request.
  ///   - onReady: called with what answers and the port once requests are taken.
  /// - Throws: `Problem` for settings that do not go together.
  public init(
    _ slot: ModelSlot, settings: ServingSettings = ServingSettings(),
    logger: Logger = Logger(label: "glassbox"),
    onReady: @escaping @Sendable (_ model: ServedModel.Identity, _ port: Int) async -> Void = {
      _, _ in
    }
  ) throws {
    try self.init(slot, nil, settings, logger, onReady)
  }

  /// - Parameters:
  ///   - source: what answers; a live version of a registry is followed when another becomes live.
  ///   - decoders: read the images that it is asked about.
  ///   - logger: gets a line for each request.
  ///   - onReady: called with what answers and the port once requests are taken.
  /// - Throws: `Problem` for settings that do not go together, and for a model that cannot be read.
  public init(
    _ source: ModelSource, decoders: Decoders = .none,
    settings: ServingSettings = ServingSettings(),
    logger: Logger = Logger(label: "glassbox"),
    onReady: @escaping @Sendable (_ model: ServedModel.Identity, _ port: Int) async -> Void = {
      _, _ in
    }
  ) throws {
    let slot = ModelSlot(try source.load(decoders: decoders))
    var watch: LiveModelWatch?
    if case .live(let registry, let name) = source {
      watch = LiveModelWatch(registry: registry, name: name, slot: slot, logger: logger)
    }
    try self.init(slot, watch, settings, logger, onReady)
  }

  private init(
    _ slot: ModelSlot, _ watch: LiveModelWatch?, _ settings: ServingSettings, _ logger: Logger,
    _ onReady: @escaping @Sendable (_ model: ServedModel.Identity, _ port: Int) async -> Void
  ) throws {
    try settings.check()
    (self.slot, self.watch, self.settings) = (slot, watch, settings)
    (self.logger, self.onReady) = (logger, onReady)
  }

  /// What answers now.
  public var model: ServedModel { slot.model }

  /// Answers until the task's service group shuts it down.
  /// - Throws: what keeps it from listening, such as a port that is taken, and `Problem` for a log that
  ///   cannot be written.
  public func run() async throws {
    let metrics = ServerMetrics()
    let log = try settings.log.map {
      try PredictionLog($0, metrics: metrics.ofLog(), logger: logger)
    }
    defer { log?.close() }
    let queue = PredictionQueue(threads: settings.threads, limits: settings.limits)
    defer { queue.close() }
    let activity = ServerActivity()
    let routes = Routes(
      slot: slot, settings: settings, queue: queue,
      explanations: ExplanationQueue(settings.limits), metrics: metrics, activity: activity,
      log: log)
    try await WebServer(
      routes: routes.all, settings: settings, logger: logger, metrics: metrics, activity: activity
    ).run(beside: watch.map { [$0] } ?? []) { [slot, onReady] port in
      await onReady(slot.model.identity, port)
    }
  }

  /// Answers until the process is asked to end (SIGTERM, SIGINT); then answers what has begun.
  /// - Throws: what keeps it from listening, such as a port that is taken.
  public func runUntilSignalled() async throws { try await runUntilSignalled(logger) }
}
