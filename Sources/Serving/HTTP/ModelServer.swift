import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle
import UnixSignals

/// A server that answers with a model over HTTP.
/// ```swift
/// let model = try ServedModel(path: "runs/students")
/// try await ModelServer(ModelSlot(model)).runUntilSignalled()
/// ```
/// It is a `Service`, so that a program of your own can run it beside others.
public struct ModelServer: Service {
  private let slot: ModelSlot
  private let settings: ServingSettings
  private let logger: Logger
  private let onReady: @Sendable (_ port: Int) async -> Void

  /// - Parameters:
  ///   - slot: holds the model that answers.
  ///   - logger: gets a line for each request.
  ///   - onReady: called with the port once requests are taken.
  /// - Throws: `Problem` for settings that do not go together.
  public init(
    _ slot: ModelSlot, settings: ServingSettings = ServingSettings(),
    logger: Logger = Logger(label: "glassbox"),
    onReady: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) throws {
    try settings.check()
    (self.slot, self.settings, self.logger, self.onReady) = (slot, settings, logger, onReady)
  }

  /// Answers until the task's service group shuts it down.
  /// - Throws: what keeps it from listening, such as a port that is taken.
  public func run() async throws {
    let queue = PredictionQueue(threads: settings.threads, limits: settings.limits)
    let metrics = ServerMetrics()
    let activity = ServerActivity()
    let routes = Routes(
      slot: slot, settings: settings, queue: queue, metrics: metrics, activity: activity)
    let router = Router(context: ServingContext.self)
    router.addMiddleware {
      RequestEnvelope(metrics: metrics, logger: logger, activity: activity)
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
      onServerRunning: { [onReady] channel in
        await onReady(channel.localAddress?.port ?? settings.port)
      },
      logger: quietLogger)
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: application), .init(service: activity, successTerminationBehavior: .ignore)],
      logger: quietLogger)
    configuration.maximumGracefulShutdownDuration = .seconds(settings.limits.drainSeconds)
    defer { queue.close() }
    try await ServiceGroup(configuration: configuration).run()
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
