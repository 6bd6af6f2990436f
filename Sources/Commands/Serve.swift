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
      glassbox serve runs/students --host 0.0.0.0 --token-file token.txt

      POST /predict takes rows as JSON, PNG and JPEG images, and forms; POST /explain says what a row or an \
      image rests on; GET /model says what a row holds; GET / is a page to try the model in a browser. \
      Without a token only this machine is let in. A model of a registry is followed: when another version \
      becomes live, it takes over without a failed request.
      """)

  @Argument(
    help: "A model file, the folder of a run, or a model of a registry.", completion: .file())
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
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let model: ServedModel.Identity
    let url: String
  }

  func run() async throws {
    let settings = try Failure.usage(settings)
    let source = try ModelSource(path: model, decoders: .standard)
    let identity = try source.load(decoders: .standard).identity
    var logger = Logger(label: "glassbox", factory: { StreamLogHandler.standardError(label: $0) })
    if output.quiet { logger.logLevel = .error }
    let server = try ModelServer(
      source, decoders: .standard, settings: settings, logger: logger
    ) { port in
      let url =
        "http://\(settings.host.contains(":") ? "[\(settings.host)]" : settings.host):\(port)"
      if output.json {
        try? printJSON(Result(model: identity, url: url))
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
    settings.tokens = try tokenFile.map(ServingSettings.tokens(inFile:)) ?? []
    return settings
  }
}
