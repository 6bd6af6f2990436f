import ArgumentParser
import Codecs
import ConfigurationFiles
import Glassbox
import Logging
import Platform
import Studio

/// `glassbox studio`
struct OpenStudio: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "studio",
    abstract: "Open a page where networks are seen learning.",
    discussion: """
      glassbox studio
      glassbox studio runs --port 8090
      glassbox studio students.csv --target passed

      The page is for this machine alone and needs no network. It has a playground, in which every number of a \
      network that learns can be taken hold of; pictures before a network; the runs of a folder, those that are \
      trained now live; data to look at and to label; lessons; and models to try and to watch. The address holds \
      a token that lets nobody else in.
      """)

  @Argument(
    help: "The folder of runs to show, or a CSV file to play with.", completion: .file())
  var path = Self.usualFolder
  @Option(help: "The column that is learned, of a CSV file.")
  var target: String?
  @OptionGroup var models: RegistryOptions
  @Option(help: "The port; 0 takes a free one.")
  var port = 0
  @OptionGroup var output: OutputOptions

  private static let usualFolder = "runs"

  private struct Result: Encodable { let url: String }

  func run() async throws {
    let isTable = !RunFolder.isFolder(path) && AtomicFile.exists(path)
    // The usual folder may come later, with the first run; what somebody names is there.
    guard isTable || RunFolder.isFolder(path) || path == Self.usualFolder else {
      throw Problem(
        .missing, path, expected: "a folder of runs or a CSV file", found: "neither",
        fix: "check the path")
    }
    let start = try isTable ? PlaygroundSettings(table: path, target: target) : nil
    var logger = Logger(label: "glassbox", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = .error
    let server = try StudioServer(
      folder: isTable ? Self.usualFolder : path, models: models.path, start: start, port: port,
      readers: StudioReaders(
        decoders: .standard, settings: { try ConfigurationFile.read($0, $1) },
        yaml: { try ConfigurationFile.yaml($0, including: $1) }),
      build: GlassboxCommand.version, worker: TuneWorker.command, logger: logger
    ) { [output] address in
      if output.json {
        try? printJSON(Result(url: address))
      } else {
        print("The studio is open at \(address)")
        if !output.quiet { print("Ctrl-C ends it.") }
      }
      fflush(nil)
    }
    try await server.runUntilSignalled()
  }
}
