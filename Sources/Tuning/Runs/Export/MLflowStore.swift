import Datasets
import Engine
import Networks
import Training

/// The layout of MLflow's store of files: a folder for each experiment, in it one for each run, in that a file
/// for each metric, setting and tag.
private struct MLflowStore {
  let path: String

  static let experiment = "glassbox"
  /// MLflow's own are numbers of 18 digits; this one is always the same, so that runs find each other.
  static let experimentID = "708658423980312907"

  /// What happened to a run, as MLflow counts it.
  private static func status(_ state: RunSummary.State) -> Int {
    switch state {
    case .finished: 3
    case .damaged: 4
    case .interrupted, .unfinished: 5
    case .training, .prepared: 1
    }
  }

  var folder: String { "\(path)/\(Self.experimentID)" }

  func runID(_ run: RunValues) throws -> String {
    let settings = try AtomicFile.read(run.folder[.configuration], limit: 1 << 20)
    return String(SHA256.hex(Array(run.label.utf8) + [0] + settings).prefix(32))
  }

  private func meta(_ lines: [(String, String)], to path: String) throws -> String {
    let text = lines.map { "\($0): \($1)\n" }.joined()
    try AtomicFile.write(Array(text.utf8), to: path)
    return path
  }

  /// A text in YAML, which takes JSON's.
  private func quoted(_ text: String) throws -> String { try JSONText.encode(text, pretty: true) }

  /// The address of a folder that is there.
  private func address(_ folder: String) throws -> String {
    let path = RunFolder.realPath(folder) ?? folder
    let plain = path.utf8.map { byte in
      let character = Character(Unicode.Scalar(byte))
      let isPlain =
        byte < 0x80 && (character.isLetter || character.isNumber || "/-._~".contains(character))
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(character) : "%" + (byte < 16 ? "0" : "") + digits
    }
    return try quoted("file://" + plain.joined())
  }

  func writeExperiment(milliseconds: UInt64) throws -> [String] {
    try RunFolder.create(folder)
    let path = "\(folder)/meta.yaml"
    guard !AtomicFile.exists(path) else { return [] }
    return [
      try meta(
        [
          ("artifact_location", address(folder)), ("creation_time", "\(milliseconds)"),
          ("experiment_id", quoted(Self.experimentID)), ("last_update_time", "\(milliseconds)"),
          ("lifecycle_stage", "active"), ("name", quoted(Self.experiment)),
        ], to: path)
    ]
  }

  func write(_ run: RunValues) throws -> [String] {
    let id = try runID(run)
    let folder = "\(folder)/\(id)"
    for name in ["metrics", "params", "tags", "artifacts"] {
      try RunFolder.create("\(folder)/\(name)")
    }
    var files: [String] = []
    func write(_ kind: String, _ name: String, _ text: String) throws {
      let path = "\(folder)/\(kind)/\(name)"
      if let slash = path.lastIndex(of: "/") { try RunFolder.create(String(path[..<slash])) }
      try AtomicFile.write(Array(text.utf8), to: path)
      files.append(path)
    }
    let metrics = Dictionary(grouping: run.values) { "\($0.part)/\($0.metric)" }
    for (name, values) in metrics.sorted(by: { $0.key < $1.key }) {
      try write(
        "metrics", name,
        values.map { "\($0.milliseconds) \($0.value) \($0.epoch)\n" }.joined())
    }
    for (name, text) in run.settings { try write("params", name, text) }
    try write("tags", "mlflow.runName", run.label)
    try write("tags", "mlflow.source.name", "glassbox")
    if let note = run.summary.note { try write("tags", "mlflow.note.content", note) }
    if !run.summary.tags.isEmpty {
      try write("tags", "glassbox.tags", run.summary.tags.joined(separator: ", "))
    }
    // Last: a run without it is none yet.
    files.append(
      try meta(
        [
          ("artifact_uri", address("\(folder)/artifacts")),
          ("end_time", "\(run.summary.milliseconds)"), ("entry_point_name", "''"),
          ("experiment_id", quoted(Self.experimentID)), ("lifecycle_stage", "active"),
          ("run_id", id), ("run_name", quoted(run.label)), ("run_uuid", id),
          ("source_name", "''"), ("source_type", "4"), ("source_version", "''"),
          ("start_time", "\(run.start)"), ("status", "\(Self.status(run.summary.state))"),
          ("tags", "[]"), ("user_id", "''"),
        ], to: "\(folder)/meta.yaml"))
    return files
  }
}

extension RunCollection {
  /// Writes runs as MLflow keeps them in files (`mlruns`): numbers as metrics such as `validation/loss`,
  /// settings as parameters, tags and note as tags.
  ///
  /// - Throws: `Problem` for a run that is not there or is damaged, one that is there already, and files that
  ///   cannot be written.
  public func exportMLflow(
    _ names: [String], to folder: String, force: Bool = false
  ) throws -> RunExport {
    let store = MLflowStore(path: folder)
    let runs = try values(of: names)
    for run in runs {
      try AtomicFile.refuseToOverwrite("\(store.folder)/\(try store.runID(run))", force: force)
    }
    var export = RunExport(
      files: try store.writeExperiment(milliseconds: runs.map(\.start).min() ?? 0))
    for run in runs {
      export.files += try store.write(run)
      export.values += run.values.count
    }
    return export
  }
}
