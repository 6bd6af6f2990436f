// A conformance of a public type is public.
public import ArgumentParser
import Codecs
import Diagnosis
import Formatting
import Glassbox
import Serving
import Tuning

/// `glassbox runs`
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Look through all runs, compare them, and keep them in order.",
    discussion: """
      glassbox runs list
      glassbox runs show runs/students
      """,
    subcommands: [
      ListRuns.self, ShowRun.self, CompareRuns.self, TagRun.self, NoteRun.self, ExportRuns.self,
      RenameRun.self, DeleteRuns.self,
    ])
}

/// Where the runs are.
struct RunsOptions: ParsableArguments {
  @Option(
    name: .customLong("in"),
    help: "The folder of the runs, or of a study; they may lie a few folders deeper.",
    completion: .directory)
  var path = "runs"

  var runs: RunCollection { RunCollection(path: path, decoders: .standard) }

  /// What follows a name in a command that is suggested next.
  var suffix: String { path == "runs" ? "" : " --in \(path.shellQuoted)" }
}

extension RunSummary.State: ExpressibleByArgument {}
extension RunQuery.Order: ExpressibleByArgument {}

/// `glassbox runs list`
struct ListRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the runs, the newest first, damaged ones too.",
    discussion: """
      glassbox runs list
      glassbox runs list students --state finished --sort score
      glassbox runs list --in runs --tag baseline --json

      The list is kept in .index.sqlite beside the runs, so that only runs that have changed are read again; \
      it can be removed at any time.
      """)

  @Argument(help: "A text in the name, data, target, tags or note.") var text: String?
  @Option(help: "Only runs with this tag; may be repeated, then all of them.") var tag: [String] =
    []
  @Option(help: "Only runs on data whose path has this text in it.") var data: String?
  @Option(help: "Only runs in this state; may be repeated, then any of them.")
  var state: [RunSummary.State] = []
  @Option(help: "What comes first: the newest, the first by name, the best, the longest.")
  var sort = RunQuery.Order.time
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    var query = RunQuery()
    (query.text, query.tags, query.data) = (text, tag, data)
    (query.states, query.order) = (state, sort)
    let progress = WorkProgress("reading runs", isQuiet: output.quiet)
    defer { progress.end() }
    let list = try options.runs.list(query) { progress.show($0, $1) }
    if output.json { return try printJSON(list) }
    print(list.text, terminator: "")
  }
}

/// `glassbox runs show`
struct ShowRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a run: scores, settings, files, tags and note.",
    discussion: """
      glassbox runs show runs/students
      """)

  @Argument(help: "The folder of the run, or its name.", completion: .directory) var name: String
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let description = try options.runs.description(of: name)
    if output.json { return try printJSON(description) }
    print(description.text)
  }
}

/// `glassbox runs compare`
struct CompareRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Put runs beside each other: settings, curves, scores, and a paired test.",
    discussion: """
      glassbox runs compare runs/students runs/wider
      glassbox runs compare runs/students runs/wider --html compared.html

      Where runs have come to their end and have the same test rows, each is tested against the first on \
      these rows: McNemar's test of classes, the bootstrap of numbers. That reads the test rows once more, \
      which is counted in each run's about.json; --without-test leaves them alone.
      """)

  @Argument(help: "The folders of the runs, or their names.", completion: .directory)
  var names: [String]
  @Flag(help: "Leave the test rows alone.") var withoutTest = false
  @Option(help: "Decides which rows the bootstrap draws.") var seed: UInt64 = 0
  @Option(help: "Write a page with charts to this file.", completion: .file()) var html: String?
  @Flag(help: "Replace the file named with --html.") var force = false
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    if let html { try AtomicFile.refuseToOverwrite(html, force: force) }
    let comparison = try options.runs.compare(names, readsTest: !withoutTest, seed: seed)
    if let html { try AtomicFile.write(Array(comparison.html.utf8), to: html) }
    if output.json { return try printJSON(comparison) }
    print(comparison.text, terminator: "")
  }
}

/// `glassbox runs tag`
struct TagRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Add tags to a run, or take them away.",
    discussion: """
      glassbox runs tag runs/students baseline
      glassbox runs tag runs/students 'for the paper'
      """)

  @Argument(help: "The folder of the run, or its name.", completion: .directory) var name: String
  @Argument(help: "The tags.") var tags: [String]
  @Flag(help: "Take the tags away.") var remove = false
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let run: String
    let tags: [String]
  }

  func run() throws {
    let now = try options.runs.tag(
      name, adding: remove ? [] : tags, removing: remove ? tags : [])
    if output.json { return try printJSON(Result(run: name, tags: now)) }
    print("\(name): \(now.isEmpty ? "no tags" : now.joined(separator: ", "))")
  }
}

/// `glassbox runs note`
struct NoteRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "note", abstract: "Say something about a run, in place of what was said before.",
    discussion: """
      glassbox runs note runs/students 'before the new rows came'
      """)

  @Argument(help: "The folder of the run, or its name.", completion: .directory) var name: String
  @Argument(help: "The text; an empty one takes the note away.") var text: String
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let run: String
    let note: String?
  }

  func run() throws {
    try options.runs.note(name, text)
    if output.json { return try printJSON(Result(run: name, note: text.isEmpty ? nil : text)) }
    print("\(name): \(text.isEmpty ? "no note" : text)")
  }
}

/// `glassbox runs rename`
struct RenameRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rename", abstract: "Give a run another name in the same folder.",
    discussion: """
      glassbox runs rename runs/spare 'runs of June'
      """)

  @Argument(help: "The folder of the run, or its name.", completion: .directory) var name: String
  @Argument(help: "The new name, without a folder.") var newName: String
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable { let run: String }

  func run() throws {
    let folder = try options.runs.rename(name, to: newName)
    if folder.has(.page) {
      do { try RunReport(of: folder).writePage(to: folder) } catch {
        output.note("report.html still says the old name: \(error)")
      }
    }
    if output.json { return try printJSON(Result(run: folder.path)) }
    print("It is \(folder.path) now.")
  }
}

/// `glassbox runs delete`
struct DeleteRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Say what would go if runs were deleted; with --yes, delete them.",
    discussion: """
      glassbox runs delete runs/students
      """)

  @Argument(help: "The folders of the runs, or their names.", completion: .directory)
  var names: [String]
  @Flag(help: "Delete them.") var yes = false
  @OptionGroup var models: RegistryOptions
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let isDeleted: Bool
    let runs: [RunRemoval]
    /// Versions of models that were copied from these runs, and stay.
    let models: [String]

    private enum CodingKeys: String, CodingKey {
      case runs, models
      case isDeleted = "is_deleted"
    }
  }

  func run() throws {
    let runs = options.runs
    let removals = try runs.removals(of: names)
    let models = self.models.registry.versions(from: removals.map(\.path))
    if !output.json {
      for removal in removals { print(removal.text) }
      for model in models { print("  \(ModelRegistry.stays(model))") }
    }
    if yes { try runs.remove(removals) }
    if output.json {
      return try printJSON(Result(isDeleted: yes, runs: removals, models: models))
    }
    let names = names.map(\.shellQuoted).joined(separator: " ")
    print(
      yes
        ? "Deleted."
        : "Nothing was deleted. Next: glassbox runs delete \(names)\(options.suffix) --yes")
  }
}

/// `glassbox runs export`
struct ExportRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write what runs measured for other programs.",
    discussion: """
      glassbox runs export runs/students --tensorboard tensorboard --csv measured.csv --mlflow mlruns --force

      TensorBoard opens the first folder, a spreadsheet the file, MLflow the last folder. Newer versions of \
      MLflow read folders if MLFLOW_ALLOW_FILE_STORE is true, or take them over with mlflow \
      migrate-filestore.
      """)

  @Argument(help: "The folders of the runs, or their names.", completion: .directory)
  var names: [String]
  @Option(help: "Write TensorBoard's event files into this folder.", completion: .directory)
  var tensorboard: String?
  @Option(help: "Write every number into this table, a line for each.", completion: .file())
  var csv: String?
  @Option(help: "Write MLflow's files into this folder.", completion: .directory)
  var mlflow: String?
  @Flag(help: "Replace files that exist.") var force = false
  @OptionGroup var options: RunsOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard tensorboard != nil || csv != nil || mlflow != nil else {
      throw ValidationError("give --tensorboard FOLDER, --csv FILE or --mlflow FOLDER")
    }
  }

  private struct Result: Encodable {
    var tensorboard: RunExport?
    var csv: RunExport?
    var mlflow: RunExport?
  }

  func run() throws {
    let runs = options.runs
    var result = Result()
    result.csv = try csv.map { try runs.exportCSV(names, to: $0, force: force) }
    result.tensorboard = try tensorboard.map {
      try runs.exportTensorBoard(names, to: $0, force: force)
    }
    result.mlflow = try mlflow.map { try runs.exportMLflow(names, to: $0, force: force) }
    if output.json { return try printJSON(result) }
    for (place, export) in [
      (csv, result.csv), (tensorboard, result.tensorboard), (mlflow, result.mlflow),
    ] {
      guard let place, let export else { continue }
      let files = export.files.count == 1 ? "" : ", \(export.files.count) files"
      print("\(place): \(export.values.grouped) numbers\(files)")
      for note in export.notes { output.note(note) }
    }
  }
}
