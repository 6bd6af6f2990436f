import Datasets
import Engine
import Formatting
import Networks
import Training

/// The rows that the live version was trained on, as its manifest names them.
struct OldData: Sendable {
  /// Of the version's run.
  let configuration: RunConfiguration
  /// The split of all its rows, those of earlier feedback at the end.
  let split: Split
  /// How many rows the data have without those of earlier feedback.
  let rows: Int
  let manifest: SplitManifest
  /// Earlier feedback, with what each row was used for.
  let known: [(row: LabelledRow, use: FeedbackManifest.Use)]
  /// Why the data, but for earlier feedback, cannot be used; nil where they can.
  let fault: Problem?

  /// - Throws: `Problem` for a version that came without its run, and for earlier feedback that was changed.
  init(of version: RunFolder, model: TrainedModel, decoders: Decoders) throws {
    guard version.has(.configuration), version.has(.split) else {
      throw Problem(
        .missing, version.path, expected: "the settings and the split of a run",
        found: "a model alone",
        fix: "register the folder of its run instead of the model's file")
    }
    configuration = try StoredRun(version.path, decoders: decoders).configuration
    manifest = try SplitManifest(
      json: AtomicFile.read(version[.split], limit: 1 << 28), name: version[.split])
    guard let count = manifest.rows, let files = manifest.files, !files.isEmpty else {
      throw Problem.data(
        version[.split], expected: "a split with the count of rows and the hashes of the data",
        found: "one without", fix: "train the model on a data file, without a split of your own")
    }
    try configuration.data.checkThatRowsAreInMemory(
      for: "a retraining that puts new rows beside the old ones",
      fix: "train a new version on a file with both")
    split = try manifest.split(rows: count)
    guard configuration.data.moreRows == nil || version.has(.feedback) else {
      throw Problem.data(
        version[.configuration], expected: "no `more_rows` beside the data but feedback",
        found: "`\(configuration.data.moreRows ?? "")`", fix: "join the files and train on one")
    }
    known = try Self.known(version, model, files.last?.sha256)
    rows = count - known.count
    fault = Self.fault(configuration.data.source ?? "", files[0])
  }

  private static func known(
    _ version: RunFolder, _ model: TrainedModel, _ sha256: String?
  ) throws -> [(row: LabelledRow, use: FeedbackManifest.Use)] {
    guard version.has(.feedback) else { return [] }
    if let fault = Self.fault(
      version[.moreRows], .init(name: "", sha256: sha256 ?? ""), fix: "promote another version")
    {
      throw fault
    }
    let manifest = try JSONText.decode(
      FeedbackManifest.self,
      from: String(
        decoding: try AtomicFile.read(version[.feedback], limit: 1 << 30), as: UTF8.self),
      at: version[.feedback])
    return zip(
      try LabelledRowsFile(model.preprocessing).rows(path: version[.moreRows], manifest),
      manifest.rows.map(\.use)
    ).map { ($0, $1) }
  }

  private static func fault(
    _ path: String, _ expected: SplitManifest.File,
    fix: String = "bring it back as it was, or train without the old data (`without_old_data`)"
  ) -> Problem? {
    guard AtomicFile.exists(path) else {
      return Problem(
        .missing, path, expected: "the data that the live version was trained on",
        found: "no such file", fix: fix)
    }
    do {
      let found = try PreparedData.file(path)
      guard found.sha256 != expected.sha256 else { return nil }
      return Problem(
        .malformed, path,
        expected: "the data that the live version was trained on, SHA-256 "
          + "\(expected.sha256.prefix(12))", found: "\(found.sha256.prefix(12))", fix: fix)
    } catch let problem as Problem { return problem } catch { return nil }
  }

  /// Which rows are sealed, as SHA-256; nil for none.
  var testPart: String? {
    if case .file(let path) = configuration.data.test {
      return (try? PreparedData.file(path))?.sha256
    }
    guard !split.test.isEmpty, let rows = manifest.sha256?["test"], let file = manifest.files?.first
    else { return nil }
    return SHA256.hex((file.sha256 + rows).utf8)
  }
}
