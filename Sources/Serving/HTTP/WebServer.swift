import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle
import UnixSignals

/// Answers routes over HTTP: the one place that listens, lets in, guards, counts and ends.
package struct WebServer: Sendable {
  private let routes: [Route]
  private let settings: ServingSettings
  private let logger: Logger
  private let metrics: ServerMetrics
  private let activity: ServerActivity

  init(
    routes: [Route], settings: ServingSettings, logger: Logger, metrics: ServerMetrics,
    activity: ServerActivity
  ) {
    (self.routes, self.settings, self.logger) = (routes, settings, logger)
    (self.metrics, self.activity) = (metrics, activity)
  }

  /// - Throws: `Problem` for settings that do not go together.
  package init(routes: [Route], settings: ServingSettings, logger: Logger) throws {
    try settings.check()
    self.init(
      routes: routes, settings: settings, logger: logger, metrics: ServerMetrics(),
      activity: ServerActivity())
  }

  /// Answers until the task's service group shuts it down.
  ///
  /// - Parameters:
  ///   - services: run as long as it does.
  ///   - onReady: called with the port once requests are taken.
  /// - Throws: what keeps it from listening, such as a port that is taken.
  package func run(
    beside services: [any Service] = [],
    onReady: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
  ) async throws {
    // Of its own, so that they end with the server and are no more than it may use.
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: settings.threads)
    defer { loops.shutdownGracefully { _ in } }
    let router = routes.router {
      RequestEnvelope(
        metrics: metrics, logger: logger, activity: activity, methods: routes.methods)
      EntryCheck(settings, routes)
    }
    let application = Application(
      router: router,
      server: .http1(configuration: channelConfiguration),
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: settings.port),
        backlog: 1024,
        availableConnectionsDelegate: .maximum(settings.limits.connections, logger: logger)),
      onServerRunning: { [activity, settings] channel in
        activity.listens(on: channel)
        await onReady(channel.localAddress?.port ?? settings.port)
      },
      eventLoopGroupProvider: .shared(loops),
      logger: logger.quiet)
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: application)] + services.map { .init(service: $0) }
        + [.init(service: activity, successTerminationBehavior: .ignore)],
      logger: logger.quiet)
    configuration.maximumGracefulShutdownDuration = .seconds(settings.limits.drainSeconds)
    let group = ServiceGroup(configuration: configuration)
    try await withTaskExecutorPreference(EventLoopExecutor(loops)) { try await group.run() }
  }

  private var channelConfiguration: HTTP1Channel.Configuration {
    let limits = settings.limits
    return HTTP1Channel.Configuration(
      additionalChannelHandlers: [ConnectionGuard(limits)],
      idleTimeout: .nanoseconds(Int64(limits.idleSeconds * 1e9)),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes))
  }
}

extension Service {
  /// Runs until the process is asked to end (SIGTERM, SIGINT), and ends what has begun.
  package func runUntilSignalled(_ logger: Logger) async throws {
    try await ServiceGroup(
      services: [self], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger.quiet
    ).run()
  }
}

extension Logger {
  /// For what a server's parts say of themselves.
  fileprivate var quiet: Logger {
    var logger = self
    logger.logLevel = max(logLevel, .error)
    return logger
  }
}
