package import Datasets
import Engine
package import Logging
package import Networks
import ServiceLifecycle
import Serving
package import Training

/// How a studio reads files: images by decoders, what files can name by a registry, and settings as people
/// write them.
package struct StudioReaders: Sendable {
  package var decoders: Decoders
  package var registry: Registry
  /// Settings with the place of each, of the bytes of a file and how messages call it.
  package var settings: @Sendable (_ file: [UInt8], _ name: String) throws -> LocatedValue
  /// Writes settings as people write them, some also where they are as usual; nil where nobody can.
  package var yaml: (@Sendable (RunConfiguration, Set<String>) throws -> String)?

  package init(
    decoders: Decoders = .none, registry: Registry = .standard,
    settings: @escaping @Sendable (_ file: [UInt8], _ name: String) throws -> LocatedValue = {
      try LocatedValue(json: String(decoding: $0, as: UTF8.self), origin: $1)
    },
    yaml: (@Sendable (RunConfiguration, Set<String>) throws -> String)? = nil
  ) {
    (self.decoders, self.registry, self.settings) = (decoders, registry, settings)
    self.yaml = yaml
  }
}

/// The studio: a page on this machine where networks are seen learning.
///
/// It is answered to whoever brings the token, which the page takes from the part of its address behind `#`:
/// browsers keep that to themselves.
package struct StudioServer: Service {
  private let token: String
  private let server: WebServer
  private let trainings: Trainings
  private let logger: Logger
  private let onReady: @Sendable (_ address: String) async -> Void

  /// - Parameters:
  ///   - folder: holds the runs and data that the page shows.
  ///   - studies: where studies are, beside those among the runs.
  ///   - models: the folder of the registry, which need not exist, or its address.
  ///   - start: what the page begins with; nil for what it begins with by itself.
  ///   - port: 0 takes a free one.
  ///   - build: the program with its commit, for the reports of trainings that begin on the page.
  ///   - worker: a program that trains the trials of studies, and its arguments; nil trains them here.
  ///   - onReady: called with the page's address once it can be asked for.
  /// - Throws: `Problem` for a port out of range.
  package init(
    folder: String, studies: String = "studies", models: String = "models",
    start: PlaygroundSettings? = nil, port: Int,
    readers: StudioReaders,
    build: String? = nil, worker: [String]? = nil, logger: Logger = Logger(label: "glassbox"),
    onReady: @escaping @Sendable (_ address: String) async -> Void = { _ in }
  ) throws {
    var settings = ServingSettings()
    settings.port = port
    settings.tokens = [Self.token()]
    // A page has few connections, whose answers may go on as long as it is looked at.
    settings.threads = 1
    settings.limits.drainSeconds = 2
    (token, self.onReady) = (settings.tokens[0], onReady)
    trainings = Trainings()
    let state = StudioState(
      folder: folder, studies: studies,
      registry: ModelRegistry(path: models, decoders: readers.decoders), readers: readers,
      limits: settings.limits, start: start, build: build, worker: worker, trainings: trainings)
    (server, self.logger) =
      (try WebServer(routes: state.routes, settings: settings, logger: logger), logger)
  }

  package func run() async throws {
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(
        try await server.run { [onReady, token] port in
          await onReady("http://127.0.0.1:\(port)/#token=\(token)")
        })
    } catch { outcome = .failure(error) }
    // What is trained here ends here, and is kept.
    await trainings.end()
    try outcome.get()
  }

  /// Answers until the process is asked to end (SIGTERM, SIGINT).
  /// - Throws: what keeps it from listening, such as a port that is taken.
  package func runUntilSignalled() async throws { try await runUntilSignalled(logger) }

  /// 128 bits that nobody can guess, in hexadecimal digits.
  static func token() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
