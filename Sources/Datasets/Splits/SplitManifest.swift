import Engine

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A split written down, so that anyone can repeat it: the rows of each part, how they were drawn,
/// and hashes of the data and of each part.
///
/// A manifest written by hand needs `train` and `validation` or `test`, lists of row numbers from 0
/// in which `[3, 9]` stands for the rows 3 to 9. Everything else may be left out.
package struct SplitManifest: Codable, Sendable, Equatable {
  /// A data file and the SHA-256 of its bytes as 64 hexadecimal digits.
  package struct File: Codable, Sendable, Equatable {
    /// The file's name without its folder.
    package let name: String
    /// 64 hexadecimal digits.
    package let sha256: String

    /// A file and its hash; see ``ByteSource/sha256()``.
    package init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// The version of this layout.
  package let version: Int
  /// What the draw started from; nil when the rows were chosen by hand.
  package let seed: UInt64?
  /// Shares of train, validation and test.
  package let fractions: [Double]?
  /// Whether classes were shared out evenly.
  package let stratified: Bool?
  /// The column whose groups were kept together.
  package let group: String?
  /// The column whose order decided, the past for train.
  package let time: String?
  /// The number of rows of the data.
  package let rows: Int?
  /// The data the row numbers belong to.
  package let files: [File]?
  /// Nil where the parts are drawn again instead of being listed.
  let train: IndexList?
  let validation: IndexList?
  let test: IndexList?
  /// For each part the SHA-256 of its row numbers, each as eight bytes, the lowest first.
  package let sha256: [String: String]?

  /// Writes down a split.
  package init(
    _ split: Split, rows: Int, files: [File], seed: UInt64? = nil, fractions: [Double]? = nil,
    stratified: Bool? = nil, group: String? = nil, time: String? = nil
  ) {
    self.init(
      split, version: 1, rows: rows, files: files, seed: seed, fractions: fractions,
      stratified: stratified, group: group, time: time)
  }

  /// Writes down how a split of very many rows is drawn again: without lists, which would be as long as the
  /// data.
  package init(
    drawing split: Split, rows: Int, files: [File], seed: UInt64, fractions: [Double],
    stratified: Bool
  ) {
    self.init(
      split, version: 2, rows: rows, files: files, seed: seed, fractions: fractions,
      stratified: stratified, group: nil, time: nil)
  }

  private init(
    _ split: Split, version: Int, rows: Int, files: [File], seed: UInt64?, fractions: [Double]?,
    stratified: Bool?, group: String?, time: String?
  ) {
    self.version = version
    self.seed = seed
    self.fractions = fractions
    self.stratified = stratified
    (self.group, self.time) = (group, time)
    self.rows = rows
    self.files = files
    func list(_ part: Split.Part) -> IndexList? { version == 1 ? IndexList(split[part]) : nil }
    (train, validation, test) = (list(.train), list(.validation), list(.test))
    sha256 = Self.hashes(split)
  }

  private static func hashes(_ split: Split) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: Split.Part.allCases.map {
        ($0.rawValue, IndexList.sha256(split[$0]))
      })
  }

  /// Whether the parts are drawn again instead of being listed.
  package var isDrawnAgain: Bool { train == nil }

  /// - Throws: What the decoder throws for a missing or misshapen field.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    version = try values.decodeIfPresent(Int.self, forKey: .version) ?? 1
    guard version == 1 || version == 2 else {
      throw Problem.data(
        "split manifest", expected: "version 1 or 2", found: "version \(version)",
        fix: "use a newer Glassbox")
    }
    seed = try values.decodeIfPresent(UInt64.self, forKey: .seed)
    fractions = try values.decodeIfPresent([Double].self, forKey: .fractions)
    stratified = try values.decodeIfPresent(Bool.self, forKey: .stratified)
    group = try values.decodeIfPresent(String.self, forKey: .group)
    time = try values.decodeIfPresent(String.self, forKey: .time)
    rows = try values.decodeIfPresent(Int.self, forKey: .rows)
    if let rows, rows < 1 {
      throw Problem.data("split manifest: rows", expected: "at least 1", found: "\(rows)")
    }
    files = try values.decodeIfPresent([File].self, forKey: .files)
    train = version == 1 ? try values.decode(IndexList.self, forKey: .train) : nil
    validation = try values.decodeIfPresent(IndexList.self, forKey: .validation)
    test = try values.decodeIfPresent(IndexList.self, forKey: .test)
    sha256 = try values.decodeIfPresent([String: String].self, forKey: .sha256)
    guard version == 1 || seed != nil && fractions?.count == 3 && sha256 != nil else {
      throw Problem.data(
        "split manifest",
        expected: "`seed`, three `fractions` and `sha256` to draw the parts again",
        found: "not all of them", fix: "restore the file")
    }
  }

  /// Reads a manifest.
  /// - Parameter name: How messages call the file.
  /// - Throws: `Problem` for bytes that are not a manifest, for bad row lists.
  package init(json: [UInt8], name: String = "split manifest") throws {
    try JSONNesting.check(json, at: name)
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(
        .malformed, name,
        expected: "a split manifest in JSON: lists of row numbers `train`, "
          + "`validation`, `test`",
        found: Self.reason(error))
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "no `\(key.stringValue)`"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "something else at `\(context.codingPath.map(\.stringValue).joined(separator: "."))`"
    default: "text that is not JSON"
    }
  }

  /// The manifest as JSON with sorted keys.
  package func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(self))
  }

  /// The parts for data with this many rows, checked.
  /// - Parameters:
  ///   - rows: The number of rows of the data at hand.
  ///   - files: The data files' hashes, when they shall be compared.
  /// - Throws: `Problem` for other data, changed lists, rows that do not exist, rows in two
  ///   parts or twice in one, or an empty training part.
  package func split(rows: Int, files: [File]? = nil) throws -> Split {
    try checkData(rows: rows, files: files)
    guard let train else {
      throw Problem.data(
        "split manifest", expected: "lists of the rows of each part",
        found: "only how they are drawn", fix: "use it with the `memory` that it was made with")
    }
    let split = Split(
      train: try train.indices(of: rows, in: "train"),
      validation: try validation?.indices(of: rows, in: "validation") ?? [],
      test: try test?.indices(of: rows, in: "test") ?? [])
    guard !split.train.isEmpty else {
      throw Problem.data("split manifest: train", expected: "at least one row", found: "none")
    }
    var owner = [Split.Part?](repeating: nil, count: rows)
    for part in Split.Part.allCases {
      for index in split[part] {
        if let other = owner[index] {
          throw Problem.data(
            "split manifest: \(part.rawValue)", expected: "every row at most once",
            found: other == part ? "row \(index) twice" : "row \(index) also in \(other.rawValue)",
            fix: "remove it from one list")
        }
        owner[index] = part
      }
      let found = IndexList.sha256(split[part])
      if let expected = sha256?[part.rawValue], expected != found {
        throw Problem.data(
          "split manifest: \(part.rawValue)", expected: "rows with SHA-256 \(expected)",
          found: found,
          fix: "restore the list, or remove `sha256` to use the changed one")
      }
    }
    return split
  }

  /// Checks parts that were drawn again.
  /// - Throws: `Problem` for other data, or other parts.
  package func check(_ split: Split, rows: Int, files: [File]) throws {
    try checkData(rows: rows, files: files)
    let found = Self.hashes(split)
    guard
      let part = Split.Part.allCases.first(where: { found[$0.rawValue] != sha256?[$0.rawValue] })
    else { return }
    throw Problem.data(
      "split manifest: \(part.rawValue)",
      expected: "rows with SHA-256 \(sha256?[part.rawValue] ?? "none")",
      found: found[part.rawValue] ?? "none",
      fix: "use the settings that the split was drawn by, and the data")
  }

  private func checkData(rows: Int, files: [File]?) throws {
    if let expected = self.rows, expected != rows {
      throw Problem.data(
        "split manifest", expected: "data with \(expected) rows", found: "\(rows)",
        fix: "use the data the split was drawn from")
    }
    guard let files, let expected = self.files else { return }
    guard files.map(\.sha256) == expected.map(\.sha256) else {
      let changed = zip(files, expected).first { $0.sha256 != $1.sha256 }
      throw Problem.data(
        "split manifest",
        expected: changed.map { "`\($1.name)` with SHA-256 \($1.sha256)" }
          ?? "\(expected.count) files",
        found: changed.map { $0.0.sha256 } ?? "\(files.count)",
        fix: "use the data the split was drawn from")
    }
  }
}
