package import Datasets
import Engine
import Networks

/// What a part of a file of answers says of itself, beside it: what proves that parts belong together, that
/// none is missing, and what is told of all of them.
package struct AnswerPart: Codable, Sendable {
  /// Of this layout.
  private var version = 1
  /// Which part of how many.
  package let part: Int
  package let parts: Int
  /// What must be the same for the same bits: the program with its kernels, the model, how the file is read
  /// and what is kept of it.
  let program: String
  package let modelSHA256: String
  let settingsSHA256: String
  /// Which rows it has.
  package let cut: FileCut
  package let answers: AnswerSummary
  /// The file of answers, the line of names included.
  let fileBytes: Int
  let headerBytes: Int
  let fileSHA256: String

  private enum CodingKeys: String, CodingKey {
    case version, part, parts, program, answers
    case modelSHA256 = "model_sha256"
    case settingsSHA256 = "settings_sha256"
    case cut = "rows_of_file"
    case fileBytes = "file_bytes"
    case headerBytes = "header_bytes"
    case fileSHA256 = "file_sha256"
  }

  fileprivate init(
    _ part: FilePart, _ origin: AnswerOrigin, _ cut: FileCut, _ answers: AnswerSummary,
    _ written: WrittenBytes
  ) {
    (self.part, parts) = (part.number, part.count)
    (program, modelSHA256, settingsSHA256) = (origin.program, origin.model, origin.settings)
    (self.cut, self.answers) = (cut, answers)
    (fileBytes, headerBytes) = (written.count, written.headerCount)
    fileSHA256 = SHA256.text(written.hash.finalize())
  }

  /// Where it stands: beside the answers.
  package static func path(for answers: String) -> String { "\(answers).part.json" }

  /// The longest that is read.
  private static let limit = 1 << 26

  /// Reads the one beside a file of answers.
  /// - Throws: `Problem` where there is none, or it holds what none ever held.
  init(beside answers: String) throws {
    let path = Self.path(for: answers)
    guard AtomicFile.exists(path) else {
      throw Problem(
        .missing, answers, expected: "a part of answers, with `\(path)` beside it",
        found: AtomicFile.exists(answers) ? "no such file beside it" : "neither",
        fix: "name files that were written as parts")
    }
    let text = String(decoding: try AtomicFile.read(path, limit: Self.limit), as: UTF8.self)
    do {
      self = try JSONText.decode(AnswerPart.self, from: text, at: path)
    } catch let problem as Problem {
      throw Problem(
        .malformed, problem.location, expected: problem.expected, found: problem.found,
        fix: "answer this part again")
    }
    guard version == 1 else {
      throw Problem(
        .malformed, path, expected: "version 1", found: "version \(version)",
        fix: "use a newer Glassbox")
    }
    let bounds = [cut.firstByte, cut.nextByte, cut.textBytes, cut.firstRow, cut.rows, fileBytes]
    guard (try? FilePart(part, of: parts)) != nil,
      bounds.allSatisfy({ (0...1 << 56).contains($0) }),
      (0...fileBytes).contains(headerBytes), cut.rows == self.answers.rows
    else {
      throw Problem(
        .malformed, path, expected: "what a part says of itself",
        found: "part \(part) of \(parts) with numbers that do not fit each other",
        fix: "answer this part again")
    }
    try self.answers.check(at: path)
  }
}

/// What decides the bits of answers, besides the file.
private struct AnswerOrigin {
  let program: String
  let model: String
  let settings: String

  /// How a file is read, as far as it is said.
  private struct Reading: Encodable {
    let keeping: [String]
    let delimiter: String?
    let header: Bool?
    let comment: String?
    let encoding: String?
    let missing: [String]
    let decimalComma: Bool?
    let dayFirst: Bool?
    let kinds: [String: String]
  }

  init(_ model: TrainedModel, _ columns: [String], _ settings: DataSettings) throws {
    program = "\(ProgramVersion.number), kernels \(try Kernels.chosen().name)"
    self.model = SHA256.hex(try model.bytes())
    let reading = Reading(
      keeping: columns, delimiter: settings.delimiter, header: settings.header,
      comment: settings.comment, encoding: settings.encoding?.rawValue,
      missing: settings.missing, decimalComma: settings.decimalComma,
      dayFirst: settings.dayFirst, kinds: settings.kinds.mapValues(\.rawValue))
    self.settings = SHA256.hex(try JSONText.encode(reading).utf8)
  }
}

/// Counts and hashes what is written.
private struct WrittenBytes {
  var hash = SHA256()
  var count = 0
  var headerCount = 0

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    if count == 0 { headerCount = bytes.count }
    hash.update(bytes)
    count += bytes.count
  }
}

extension TrainedModel {
  /// Answers the rows of a file of any size and writes them as a table (CSV), a piece at a time.
  ///
  /// - Parameters: as of ``answers(rowsOf:part:keeping:settings:threads:pieceRows:told:_:)``, and
  ///   - sink: takes some lines at a time.
  package func writeAnswers(
    rowsOf path: String, part: FilePart? = nil, keeping columns: [String] = [],
    settings: DataSettings = DataSettings(), threads: Int = 1, pieceRows: Int? = nil,
    told: (_ done: Int, _ of: Int?) throws -> Void = { _, _ in },
    to sink: (String) throws -> Void
  ) throws -> (summary: AnswerSummary, cut: FileCut?) {
    var table = AnswerTable(
      targets: preprocessing.targetNames, like: try answerPattern(), keeping: columns,
      ofFiles: false)
    var isBegun = false
    func begin() throws {
      if !isBegun { try sink(table.header()) }
      isBegun = true
    }
    var (summary, cut) = try answers(
      rowsOf: path, part: part, keeping: columns, settings: settings, threads: threads,
      pieceRows: pieceRows, told: told
    ) { rows in
      try begin()
      try table.lines(of: rows.predictions, rows.kept, files: nil, from: rows.first, sink)
    }
    try begin()
    summary.guarded = table.guarded
    return (summary, cut)
  }

  /// The same into a file, which appears whole or not at all.
  ///
  /// - Parameter force: whether a file that exists is replaced.
  /// - Throws: `Problem` for a file that exists or cannot be written.
  package func writeAnswers(
    rowsOf path: String, keeping columns: [String] = [], settings: DataSettings = DataSettings(),
    threads: Int = 1, pieceRows: Int? = nil, toFile output: String, force: Bool = false,
    told: (_ done: Int, _ of: Int?) throws -> Void = { _, _ in }
  ) throws -> AnswerSummary {
    try AtomicFile.refuseToOverwrite(output, force: force)
    var summary = AnswerSummary(of: path)
    try AtomicFile.write(to: output) { sink in
      (summary, _) = try writeAnswers(
        rowsOf: path, keeping: columns, settings: settings, threads: threads,
        pieceRows: pieceRows, told: told
      ) { text in try Array(text.utf8).withUnsafeBytes { try sink($0) } }
    }
    return summary
  }

  /// The same for one part of a file: its answers, and beside them what proves to a merge that they are
  /// whole and belong to the others.
  ///
  /// - Parameter path: of a file; standard input cannot be entered in the middle.
  /// - Throws: `Problem` for a file that exists or cannot be written.
  package func writeAnswers(
    rowsOf path: String, part: FilePart, keeping columns: [String] = [],
    settings: DataSettings = DataSettings(), threads: Int = 1, pieceRows: Int? = nil,
    toFile output: String, force: Bool = false,
    told: (_ done: Int, _ of: Int?) throws -> Void = { _, _ in }
  ) throws -> AnswerPart {
    guard path != "-" else {
      throw Problem.data(
        "part", expected: "a file, of which each process reads its part",
        found: "standard input, which each process would read as a whole",
        fix: "write it to a file first, or answer all of it without `part`")
    }
    // What stands beside a file that is there no more says nothing.
    try AtomicFile.refuseToOverwrite(output, force: force)
    let origin = try AnswerOrigin(self, columns, settings)
    var written = WrittenBytes()
    var found: (summary: AnswerSummary, cut: FileCut?)?
    try AtomicFile.write(to: output) { sink in
      found = try writeAnswers(
        rowsOf: path, part: part, keeping: columns, settings: settings, threads: threads,
        pieceRows: pieceRows, told: told
      ) { text in
        try Array(text.utf8).withUnsafeBytes {
          written.add($0)
          try sink($0)
        }
      }
    }
    guard let found, let cut = found.cut else {
      throw Problem(.inputOutput, path, expected: "rows of a part", found: "none")
    }
    let answered = AnswerPart(part, origin, cut, found.summary, written)
    try AtomicFile.write(
      Array(JSONText.encode(answered, pretty: true).utf8), to: AnswerPart.path(for: output))
    return answered
  }
}
