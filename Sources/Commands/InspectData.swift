import ArgumentParser
import Codecs
import Diagnosis
import Formatting
import Glassbox

/// `glassbox data`
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Look at data before anything is learned from them.",
    discussion: """
      glassbox data students.csv --target passed
      glassbox data preview animals --output sheet.png
      """,
    subcommands: [InspectData.self, PreviewData.self], defaultSubcommand: InspectData.self)
}

/// `glassbox data show`, which is what `glassbox data` does
struct InspectData: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show how data would be understood and split; optionally write the split down.",
    discussion: """
      glassbox data students.csv
      glassbox data students.csv --target passed --write-split split.json
      """)

  @OptionGroup var options: DataOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "Write the split to this file, for train --split.", completion: .file())
  var writeSplit: String?
  @Flag(help: "Replace the file.")
  var force = false

  private struct Facts: Encodable {
    let data: String
    let task: LearningTask
    let target: String
    let columns: [ColumnFacts]
    let inputs: Int
    let inputNames: [String]
    let classes: [DataFacts.ClassCount]
    let rows: TrainingRecord.Rows
    let duplicates: Int
    /// Of images; nil for other data.
    let nearDuplicates: Int?
    let notes: [String]
    let split: String?

    enum CodingKeys: String, CodingKey {
      case data, task, target, columns, inputs, classes, rows, duplicates, notes, split
      case inputNames = "input_names"
      case nearDuplicates = "near_duplicates"
    }
  }

  func run() throws {
    let configuration = try options.configuration()
    guard let path = configuration.data.source else {
      throw Failure(
        status: .usage,
        text: "data: expected a data file, found none. Fix: glassbox data FILE.csv --target COLUMN")
    }
    let isAsked = configuration.data.target != nil || configuration.data.sequence?.labels != nil
    guard isAsked || DataLocation(path) != .table(path) else {
      return try showColumns(configuration.table(path, decoders: .standard), path)
    }
    let data = try PreparedData(configuration, decoders: .standard)
    if let writeSplit { try write(data.manifest, to: writeSplit) }
    let facts = try facts(data, path, configuration)
    if output.json { try printJSON(facts) } else { show(facts, data) }
  }

  /// Without a target: the columns only.
  private func showColumns(_ table: DataTable, _ path: String) throws {
    struct Columns: Encodable {
      let columns: [ColumnFacts]
      let notes: [String]
    }
    if output.json {
      return try printJSON(Columns(columns: ColumnFacts.all(of: table), notes: table.notes))
    }
    for note in table.notes { output.note(note) }
    print("\(path): \(table.count) rows\n\(table.summary)")
    print("\nNext: glassbox data \(path) --target COLUMN")
  }

  private func facts(
    _ data: PreparedData, _ path: String, _ configuration: RunConfiguration
  ) throws -> Facts {
    let preprocessing = data.preprocessing
    var columns: [ColumnFacts] = []
    if case .table(let file) = DataLocation(path), file != "-" {
      columns = ColumnFacts.all(of: try configuration.table(file, decoders: .standard))
    }
    return Facts(
      data: path, task: preprocessing.task, target: preprocessing.targetName,
      columns: columns, inputs: preprocessing.inputShape.count,
      inputNames: preprocessing.shortInputNames,
      classes: DataFacts(data).classes,
      rows: data.rows,
      duplicates: data.duplicates.count, nearDuplicates: data.nearDuplicates?.count,
      notes: data.notes, split: writeSplit)
  }

  private func write(_ manifest: SplitManifest, to path: String) throws {
    try AtomicFile.refuseToOverwrite(path, force: force)
    try AtomicFile.write(manifest.json(), to: path)
  }

  private func show(_ facts: Facts, _ data: PreparedData) {
    print(
      "\(facts.data): \(facts.task.rawValue) of `\(facts.target)` from \(facts.inputs) inputs\n")
    for column in facts.columns { print("  \(column.summary)") }
    print("\npreprocessing\n\(data.preprocessing.summary)\n")
    let rows = facts.rows
    print("rows: \(rows.train) train, \(rows.validation) validation, \(rows.test) test")
    for part in facts.classes {
      print(
        "  \(part.label): \(part.train) train, \(part.validation) validation, \(part.test) test")
    }
    print(
      "duplicates across the split: \(facts.duplicates)"
        + (facts.nearDuplicates.map { ", near duplicates: \($0)" } ?? ""))
    for note in facts.notes { print("note: \(note)") }
    if let split = facts.split { print("the split is in \(split)") }
    print("\nNext: glassbox train " + options.words.map(\.shellQuoted).joined(separator: " "))
  }
}
