import ArgumentParser
import Codecs
import Formatting
import Glassbox
import Serving

/// `glassbox models`
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Keep versions of models, and say which one is live.",
    discussion: """
      glassbox models register runs/students --name students
      glassbox models promote students 1

      The registry is a folder, or a name in a PostgreSQL database that machines share: \
      --registry postgres://HOST/DATABASE/NAME, which `glassbox serve` takes too.
      """,
    subcommands: [
      RegisterModel.self, PromoteModel.self, ListModels.self, ShowModel.self, CompareModels.self,
      RollBackModel.self,
    ])
}

/// Where the models are.
struct RegistryOptions: ParsableArguments {
  @Option(
    name: .customLong("registry"),
    help: "The folder of all models, or postgres://HOST/DATABASE/NAME for several machines.",
    completion: .directory)
  var path = Self.usual

  private static let usual = "models"

  var registry: ModelRegistry { ModelRegistry(path: path, decoders: .standard) }

  /// What a command that is suggested next needs.
  var words: String {
    path == Self.usual ? "" : " --registry \(registry.shownPath.shellQuoted)"
  }
}

/// What is written down about a change.
struct ChangeOptions: ParsableArguments {
  @Option(help: "Why, for the log.")
  var why = ""
  @Option(help: "Who does it, for the log; the user's name if left out.")
  var who: String?
}

/// `glassbox models register`
struct RegisterModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "Keep the model of a run as a new version, a candidate.",
    discussion: """
      glassbox models register runs/students
      glassbox models register runs/students --name students --why 'more rows'
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Option(help: "What the model is called; the name of the run if left out.")
  var name: String?
  @OptionGroup var options: RegistryOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let name = try name ?? ServedModel(path: model, decoders: .standard).identity.name
    let registry = options.registry
    let version = try registry.register(model, as: name, by: change.who, why: change.why)
    if output.json { return try printJSON(version) }
    let number = version.version
    print("\(name) \(number) is a candidate: \(registry.shownPath)/\(name)/\(number)")
    print("Next: glassbox models promote \(name) \(number)\(options.words)")
  }
}

/// `glassbox models promote`
struct PromoteModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract:
      "Make a version the live one, which servers answer with, if its golden examples pass.",
    discussion: """
      glassbox models promote students 1
      glassbox models promote students 2 --why 'better on new data'
      """)

  @Argument(help: "The model.") var name: String
  @Argument(help: "The version.") var version: Int
  @OptionGroup var options: RegistryOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let registry = options.registry
    try registry.promote(name, version: version, by: change.who, why: change.why)
    try tellLive(name, registry, output)
  }
}

/// `glassbox models rollback`
struct RollBackModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Make the version live again that was live before.",
    discussion: """
      glassbox models rollback students --why 'too many complaints'
      """)

  @Argument(help: "The model.") var name: String
  @OptionGroup var options: RegistryOptions
  @OptionGroup var change: ChangeOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let registry = options.registry
    try registry.rollback(name, by: change.who, why: change.why)
    try tellLive(name, registry, output)
  }
}

private func tellLive(_ name: String, _ registry: ModelRegistry, _ output: OutputOptions) throws {
  guard let live = try registry.live(name) else { return }
  if output.json { return try printJSON(live) }
  print("\(name) \(live.version) is live.")
}

/// `glassbox models list`
struct ListModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the models and their live versions.",
    discussion: """
      glassbox models list
      """)

  @OptionGroup var options: RegistryOptions
  @OptionGroup var output: OutputOptions

  private struct Entry: Encodable {
    let name: String
    let versions: Int
    let live: Int?
  }
  private struct Result: Encodable { let models: [Entry] }

  func run() throws {
    let registry = options.registry
    let entries = try registry.names().map { name in
      let versions = try registry.versions(of: name)
      return Entry(
        name: name, versions: versions.count, live: versions.last { $0.stage == .live }?.version)
    }
    if output.json { return try printJSON(Result(models: entries)) }
    let rows = entries.map { [$0.name, "\($0.versions)", $0.live.map(String.init) ?? "none"] }
    print(
      rows.isEmpty
        ? "No models in \(registry.shownPath)."
        : tableLines([["model", "versions", "live"]] + rows, [.left, .right, .right])
          .joined(separator: "\n"))
  }
}

/// `glassbox models show`
struct ShowModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a model's versions, and what was done to them.",
    discussion: """
      glassbox models show students
      """)

  @Argument(help: "The model.") var name: String
  @OptionGroup var options: RegistryOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let name: String
    let versions: [RegisteredVersion]
    let history: [RegistryEvent]
  }

  func run() throws {
    let registry = options.registry
    let versions = try registry.versions(of: name)
    let history = try registry.history(of: name)
    if output.json {
      return try printJSON(Result(name: name, versions: versions, history: history))
    }
    let heading = ["version", "stage", "registered", "hash", "from"]
    print(
      tableLines(
        [heading]
          + versions.map {
            ["\($0.version)", $0.stage.rawValue, $0.registered, "\($0.hash.prefix(12))", $0.source]
          }, [.right, .left, .left, .left, .left]
      ).joined(separator: "\n"))
    print("")
    for event in history {
      print(
        "\(event.time)  \(event.who)  \(event.action.rawValue) \(event.version)"
          + (event.why.isEmpty ? "" : ": \(event.why)"))
    }
  }
}

/// `glassbox models compare`
struct CompareModels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Put two versions of a model beside each other.",
    discussion: """
      glassbox models compare students 1 2
      """)

  @Argument(help: "The model.") var name: String
  @Argument(help: "A version.") var first: Int
  @Argument(help: "Another.") var second: Int
  @OptionGroup var options: RegistryOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let comparison = try options.registry.compare(name, first, second)
    if output.json { return try printJSON(comparison) }
    print(
      tableLines(
        [["", "version \(first)", "version \(second)"]]
          + comparison.lines.map { [$0.name, $0.first, $0.second] }, [.left, .right, .right]
      ).joined(separator: "\n"))
  }
}
