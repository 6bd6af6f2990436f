import Engine

/// The rows of a file of any size, a piece at a time, each piece a table by itself.
///
/// How the file is laid out and its cells are written is decided by its beginning, and by training where the
/// beginning leaves it open: the same for every piece, and for every part of the file, so that each row is
/// read as in one reading of the whole. What later rows write otherwise is a problem of these rows.
package final class TablePieces {
  /// How messages call the file.
  package var name: String { pass.reader.name }
  /// How many rows stand before those that are read next.
  package private(set) var rowsBefore = 0
  /// What a reader should know of the rows that were read.
  package private(set) var findings: TableFindings
  /// Where the part begins; nil for a whole file.
  package private(set) var cut: FileCut?
  private var pass: TablePass
  private let keepsBadRows: Bool
  private var problems = RowProblems()
  /// The bytes of the text that rows of the part begin in.
  private let share: Range<Int>
  private let length: Int?
  private var isAtEnd = false

  /// The rows that decide how a file is read: so many, or those that begin in so many bytes.
  package static let beginning = (rows: 10_000, bytes: 1 << 23)
  /// A piece has at most so many bytes and one row.
  private static let pieceBytes = 1 << 23
  /// Rows that are passed over at once.
  private static let skipped = 20_000

  /// - Parameters:
  ///   - source: can be read twice, but for what ``ByteSource/releaseStart()`` is said.
  ///   - options: those of a model, which say what each column holds.
  ///   - part: which rows are read; nil for all.
  ///   - beginning: the rows that decide how the file is read.
  ///   - told: hears how many bytes are passed over, and where the part ends; what it throws ends the
  ///     reading.
  /// - Throws: `Problem` for a file without rows, and for columns that it lacks.
  package init(
    _ source: any ByteSource, _ options: TableOptions, part: FilePart? = nil,
    beginning: (rows: Int, bytes: Int) = TablePieces.beginning,
    told: (_ bytes: Int, _ end: Int) throws -> Void = { _, _ in }
  ) throws {
    var source = source
    let length = try part.map { _ in
      try CSVReader.textLength(of: &source, encoding: options.encoding) { try told(0, .max) }
    }
    self.length = length
    share = length.flatMap { length in part?.share(of: length) } ?? 0..<Int.max
    keepsBadRows = options.keepsBadRows
    var first = try TablePass(CSVReader.reading(source, options), options)
    try first.read(rows: beginning.rows, bytes: beginning.bytes)
    try first.refuseNoRows()
    let readings = first.readings(isOfBeginning: true)
    try source.rewind()
    pass = try TablePass(
      CSVReader.reading(source, options, isHashed: part != nil), options, readings: readings)
    source.releaseStart()
    findings = TableFindings(
      layout: pass.reader.notes, columns: zip(pass.builders.map(\.name), readings).map { ($0, $1) })
    guard part != nil, let length else { return }
    try pass(over: share.lowerBound, told)
    cut = FileCut(textBytes: length, firstByte: pass.reader.rowStart, firstRow: rowsBefore)
    cut?.sha256Before = pass.reader.sha256BeforeRow()
  }

  /// Passes over the rows of the parts before.
  private func pass(over byte: Int, _ told: (Int, Int) throws -> Void) throws {
    while try pass.reader.readRow(before: byte, { _ in rowsBefore += 1 }) {
      if rowsBefore.isMultiple(of: Self.skipped) {
        try told(pass.reader.position, share.upperBound)
      }
    }
  }

  /// The next rows, at most so many; nil at the end.
  ///
  /// - Returns: a table whose rows have the lines that they have in the file.
  package func next(rows: Int) throws -> DataTable? {
    while !isAtEnd {
      rowsBefore += pass.rowCount
      pass.startAnew()
      isAtEnd = try !pass.read(rows: rows, bytes: Self.pieceBytes, before: share.upperBound)
      findings.add(pass.builders)
      problems.add(pass.problems)
      if isAtEnd { try close() }
      // A piece may hold nothing but rows that are not kept.
      if pass.rowCount > 0 { return pass.table(keepsBadRows: keepsBadRows, notes: []) }
    }
    return nil
  }

  private func close() throws {
    guard var cut else { return }
    cut.nextByte = pass.reader.rowStart
    cut.rows = rowsBefore + pass.rowCount - cut.firstRow
    cut.sha256Through = pass.reader.sha256BeforeRow()
    self.cut = cut
    guard let length, share.upperBound == length, pass.reader.rowStart != length else { return }
    throw Problem(
      .inputOutput, name, expected: "\(length) bytes of text, as before",
      found: "\(pass.reader.rowStart)", fix: "keep the file as it is while it is read")
  }

  /// How many bytes of the text are read.
  package var position: Int { pass.reader.position }
  /// Where the rows end; nil where nobody knows.
  package var end: Int? { length == nil ? pass.reader.textBytes : share.upperBound }

  /// - Throws: `Problem` with the first rows that could not be read, where they are not kept.
  package func throwProblems() throws {
    if !keepsBadRows { try problems.throwIfAny(in: name) }
  }
}

/// Which rows of a file a part has, and what proves that other parts have the others.
package struct FileCut: Codable, Sendable, Equatable {
  /// How many bytes of text the file has.
  package let textBytes: Int
  /// Where the first row begins, and that of the next part.
  package let firstByte: Int
  package internal(set) var nextByte = 0
  /// How many rows stand before.
  package let firstRow: Int
  package internal(set) var rows = 0
  /// The SHA-256 of the text before the first row, and before that of the next part.
  package internal(set) var sha256Before = ""
  package internal(set) var sha256Through = ""

  init(textBytes: Int, firstByte: Int, firstRow: Int) {
    (self.textBytes, self.firstByte, self.firstRow) = (textBytes, firstByte, firstRow)
  }

  private enum CodingKeys: String, CodingKey {
    case textBytes = "text_bytes"
    case firstByte = "first_byte"
    case nextByte = "next_byte"
    case firstRow = "first_row"
    case rows
    case sha256Before = "sha256_before"
    case sha256Through = "sha256_through"
  }
}
