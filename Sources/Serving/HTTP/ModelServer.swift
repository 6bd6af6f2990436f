public import Datasets
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle
import UnixSignals

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
    // Of its own, so that they end with the server and are no more than it may use.
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
    defer { loops.shutdownGracefully { _ in } }
    let metrics = ServerMetrics()
    let log = try settings.log.map { try PredictionLog($0, metrics: metrics.ofLog()) }
    defer { log?.close() }
    let queue = PredictionQueue(threads: settings.threads, limits: settings.limits)
    let activity = ServerActivity()
    let routes = Routes(
      slot: slot, settings: settings, queue: queue,
      explanations: ExplanationQueue(settings.limits), metrics: metrics, activity: activity,
      log: log)
    let router = Routes.router()
    router.addMiddleware {
      RequestEnvelope(
        metrics: metrics, logger: logger, activity: activity, methods: routes.methods)
      EntryCheck(settings)
    }
    routes.add(to: router)
    let application = Application(
      router: router,
      server: .http1(configuration: channelConfiguration),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        backlog: 1024,
        availableConnectionsDelegate: .maximum(settings.limits.connections, logger: logger)),
      onServerRunning: { [slot, onReady] channel in
        activity.listens(on: channel)
        await onReady(slot.model.identity, channel.localAddress?.port ?? settings.port)
      },
      eventLoopGroupProvider: .shared(loops),
      logger: quietLogger)
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: application)] + (watch.map { [.init(service: $0)] } ?? [])
        + [.init(service: activity, successTerminationBehavior: .ignore)],
      logger: quietLogger)
    configuration.maximumGracefulShutdownDuration = .seconds(settings.limits.drainSeconds)
    defer { queue.close() }
    let group = ServiceGroup(configuration: configuration)
    try await withTaskExecutorPreference(EventLoopExecutor(loops)) { try await group.run() }
  }

  /// Answers until the process is asked to end (SIGTERM, SIGINT); then answers what has begun.
  /// - Throws: what keeps it from listening, such as a port that is taken.
  public func runUntilSignalled() async throws {
    try await ServiceGroup(
      services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger
    ).run()
  }

  private var channelConfiguration: HTTP1Channel.Configuration {
    let limits = settings.limits
    return HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionGuard(limits)],
      idleTimeout: .nanoseconds(Int64(limits.idleSeconds * 1e9)),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes))
  }

  /// For what the server's parts say of themselves.
  private var quietLogger: Logger {
    var logger = logger
    logger.logLevel = max(logger.logLevel, .error)
    return logger
  }
}
