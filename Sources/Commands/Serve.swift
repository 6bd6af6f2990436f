import ArgumentParser
import Codecs
import Glassbox
import Logging
import Platform
import Serving

/// `glassbox serve`
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer with a model over HTTP.",
    discussion: """
      glassbox serve runs/students
      glassbox serve models/students --port 9000 --threads 2
      glassbox serve runs/students --log predictions.sqlite --log-days 30
      glassbox serve runs/students --host 0.0.0.0 --token-file token.txt

      POST /predict takes rows as JSON, PNG and JPEG images, and forms; POST /explain says what a row or an \
      image rests on; GET /model says what a row holds; GET / is a page to try the model in a browser. \
      Without a token only this machine is let in. A model of a registry is followed: when another version \
      becomes live, it takes over without a failed request. With --log every answer is logged, and POST \
      /feedback takes what was true; `glassbox feedback` takes it from a file.
      """)

  @Argument(
    help: """
      A model file, the folder of a run, or a model of a registry: models/NAME, or \
      postgres://HOST/DATABASE/REGISTRY/NAME.
      """, completion: .file())
  var model: String
  @Option(help: "The port; 0 takes a free one.")
  var port = ServingSettings().port
  @Option(help: "The address to bind to.")
  var host = ServingSettings().host
  @Option(
    help: "A file of tokens, one in each line, of which a request has to bring one.",
    completion: .file())
  var tokenFile: String?
  @Option(help: "Another name that requests may call this server by; may be repeated.")
  var allowedHost: [String] = []
  @Option(help: "Threads that compute answers; changes no bit of them.")
  var threads = ServingSettings().threads
  @OptionGroup var log: LogOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let model: ServedModel.Identity
    let url: String
    let log: String?
  }

  func run() async throws {
    let settings = try Failure.usage(settings)
    let source = try ModelSource(path: model, decoders: .standard)
    var logger = Logger(label: "glassbox", factory: { StreamLogHandler.standardError(label: $0) })
    if output.quiet { logger.logLevel = .error }
    if settings.log == nil {
      output.note("answers are not logged; --log predictions.sqlite does, and lets feedback in")
    }
    let server = try ModelServer(
      source, decoders: .standard, settings: settings, logger: logger
    ) { identity, port in
      let url =
        "http://\(settings.host.contains(":") ? "[\(settings.host)]" : settings.host):\(port)"
      if output.json {
        try? printJSON(Result(model: identity, url: url, log: settings.log?.shownPath))
      } else {
        print("\(identity.name) answers at \(url)")
      }
      fflush(nil)
    }
    try await server.runUntilSignalled()
  }

  private func settings() throws -> ServingSettings {
    var settings = ServingSettings()
    (settings.host, settings.port, settings.threads) = (host, port, threads)
    settings.allowedHosts = allowedHost
    settings.log = log.settings
    settings.tokens = try tokenFile.map(ServingSettings.tokens(inFile:)) ?? []
    return settings
  }
}

/// Where answers are logged.
struct LogOptions: ParsableArguments {
  private static let usual = PredictionLogSettings(path: "")

  @Option(
    help: """
      What every answer is logged to: an SQLite file, or postgres://HOST/DATABASE/NAME for several servers; nothing \
      if left out.
      """, completion: .file())
  var log: String?
  @Option(
    help: "What is kept of requests: none, summary, or full; never pixels.",
    completion: .list(PredictionLogSettings.Inputs.allCases.map(\.rawValue)),
    transform: Self.inputs)
  var logInputs = Self.usual.inputs
  @Option(help: "The most that the log takes on the disk, in MiB; the oldest rows go first.")
  var logSize = Self.usual.bytes >> 20
  @Option(help: "Days after which a row of the log goes.")
  var logDays = Self.usual.days

  private static func inputs(_ name: String) throws -> PredictionLogSettings.Inputs {
    guard let inputs = PredictionLogSettings.Inputs(rawValue: name) else {
      let known = PredictionLogSettings.Inputs.allCases.map(\.rawValue)
      throw ValidationError("\(Problem.unknown("log_inputs", name, among: known))")
    }
    return inputs
  }

  var settings: PredictionLogSettings? {
    guard let log else { return nil }
    var settings = PredictionLogSettings(path: log)
    settings.inputs = logInputs
    settings.bytes = min(max(0, logSize), 1 << 40) << 20
    settings.days = logDays
    return settings
  }
}
