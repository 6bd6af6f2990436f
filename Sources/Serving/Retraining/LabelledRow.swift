import Datasets
import Engine
import Networks
import Training

/// A row that a server answered, and what was true of it, in plain cells.
struct LabelledRow: Sendable, Equatable {
  /// Of the request that it was in.
  var id: String
  /// Its place in the request.
  var instance: Int
  /// When it was asked about, in milliseconds since 1970.
  var time: UInt64
  /// By the names of the model's columns.
  var cells: [String: CellValue]
  /// As the target column holds it.
  var truth: String
  /// Who said so; nil for nothing said.
  var source: String?

  /// What it is known by, whatever is said of it.
  struct Key: Hashable, Sendable {
    let id: String
    let instance: Int
  }

  var key: Key { Key(id: id, instance: instance) }

  /// Its cells as one text, the same for equal inputs.
  var inputText: String {
    LogText.object(cells.sorted { $0.key < $1.key }.map { (name: $0.key, cell: $0.value) })
  }

  /// SHA-256 of the prediction, its input and what was true of it.
  var hash: String {
    let parts = LogText.list([id, "\(instance)", truth]) + inputText
    return SHA256.hex(parts.utf8)
  }

  /// In the order in which they were asked about.
  static func isEarlier(_ one: LabelledRow, _ other: LabelledRow) -> Bool {
    (one.time, one.id, one.instance) < (other.time, other.id, other.instance)
  }
}

/// Which labelled rows a version of a model knows, in the order of the file beside it: the content of
/// `feedback.json`.
struct FeedbackManifest: Codable, Sendable, Equatable {
  /// What a row was used for.
  enum Use: String, Codable, Sendable {
    /// The weights were learned from it.
    case training
    /// It was kept back, to compare models with.
    case recent
  }

  struct Row: Codable, Sendable, Equatable {
    var id: String
    var instance: Int
    var time: UInt64
    var source: String?
    /// Of the prediction, its input and what was true of it.
    var sha256: String
    var use: Use
  }

  private(set) var formatVersion = 1
  var rows: [Row]

  private enum CodingKeys: String, CodingKey {
    case rows
    case formatVersion = "format_version"
  }

  init(_ rows: [(LabelledRow, Use)]) {
    self.rows = rows.map { row, use in
      Row(
        id: row.id, instance: row.instance, time: row.time, source: row.source, sha256: row.hash,
        use: use)
    }
  }
}

/// Labelled rows as a table that follows the training data.
struct LabelledRowsFile {
  private let columns: [EncodedColumn]
  private let target: String

  init(_ preprocessing: Preprocessing) {
    columns = preprocessing.columns.filter { $0.width > 0 }
    target = preprocessing.targetName
  }

  /// The bytes of a CSV file.
  func bytes(_ rows: [LabelledRow]) -> [UInt8] {
    func line(_ cells: [String]) -> String {
      cells.map(FilePredictions.quoted).joined(separator: ",") + "\n"
    }
    let header = line(columns.map(\.name) + [target])
    let lines = rows.map { row in
      line(columns.map { Self.text(row.cells[$0.name] ?? .missing) } + [row.truth])
    }
    return Array((header + lines.joined()).utf8)
  }

  private static func text(_ cell: CellValue) -> String {
    switch cell {
    case .missing: ""
    case .number(let number): Column.label(number)
    case .text(let text): text
    }
  }

  /// The rows of such a file back.
  /// - Throws: `Problem` for a file that is missing, or that its manifest does not tell of.
  func rows(path: String, _ manifest: FeedbackManifest) throws -> [LabelledRow] {
    var dialect = CSVDialect()
    (dialect.delimiter, dialect.hasHeader) = (UInt8(ascii: ","), true)
    let reader = try CSVReader(TableFile.open(path), dialect: dialect)
    let places = Dictionary(reader.header.enumerated().map { ($1, $0) }) { first, _ in first }
    var rows: [LabelledRow] = []
    while try reader.readRow({ fields in
      guard rows.count < manifest.rows.count, let place = places[target], place < fields.count
      else { throw changed(path) }
      let known = manifest.rows[rows.count]
      var cells: [String: CellValue] = [:]
      for column in columns {
        let place = places[column.name].flatMap { $0 < fields.count ? $0 : nil }
        cells[column.name] =
          try place.map { Self.cell(try fields.text($0), of: column) } ?? .missing
      }
      rows.append(
        LabelledRow(
          id: known.id, instance: known.instance, time: known.time, cells: cells,
          truth: try fields.text(place), source: known.source))
    }) {}
    guard rows.count == manifest.rows.count else { throw changed(path) }
    return rows
  }

  private static func cell(_ text: String, of column: EncodedColumn) -> CellValue {
    if text.isEmpty { return .missing }
    guard column.kind == .numeric, let number = Double(text) else { return .text(text) }
    return .number(number)
  }

  private func changed(_ path: String) -> Problem {
    Problem(
      .malformed, path, expected: "the rows that the manifest beside it names", found: "others",
      fix: "promote another version")
  }
}
