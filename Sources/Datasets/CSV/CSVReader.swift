package import Engine

/// Reads a CSV file row by row, as its dialect says or as it is found to be laid out.
package final class CSVReader {
  /// The names of the columns, all different and none empty.
  package private(set) var header: [String] = []
  /// How messages call the file.
  package var name: String { scanner.name }
  /// How the file is laid out, as it was said or found.
  package let layout: CSVLayout
  /// What a reader should know of that.
  package private(set) var notes: [String] = []

  private let scanner: CSVScanner
  /// The most columns accepted.
  package static let mostColumns = 100_000
  /// Bytes that are looked at to find out how a file is laid out.
  private static let sampleSize = 1 << 18

  /// Reads the header.
  /// - Parameters:
  ///   - dialect: what is known of the layout.
  ///   - pieceSize: Bytes asked of the source at a time.
  ///   - isHashed: whether ``sha256BeforeRow()`` will be asked for.
  /// - Throws: `Problem` for an empty file, a repeated column name, or text that is not in the encoding;
  ///   `Problem` from the source.
  package init(
    _ source: any ByteSource, dialect: CSVDialect = CSVDialect(), pieceSize: Int = 1 << 20,
    rowLimit: Int = 1 << 26, isHashed: Bool = false
  ) throws {
    scanner = try CSVScanner(
      Transcoder.reading(source, as: dialect.encoding), pieceSize: pieceSize, rowLimit: rowLimit,
      isHashed: isHashed)
    layout = try CSVLayout(of: scanner.sample(Self.sampleSize), dialect)
    notes = layout.notes
    scanner.delimiter = layout.delimiter
    for _ in 0..<layout.commentLines { _ = try scanner.skipLine() }
    scanner.comment = dialect.comment
    guard layout.hasHeader else {
      header = (0..<layout.width).map(Self.name(ofColumn:))
      return
    }
    guard let row = try scanner.nextRow() else {
      throw Problem.data(name, expected: "a header line and rows", found: "an empty file")
    }
    header = try names(in: row)
    if layout.namesRows { header.insert(Self.name(ofColumn: 0), at: 0) }
  }

  /// Reads a file after training: where training had no names for columns, they are matched by their
  /// places, if there are as many, or all but the target.
  static func reading(
    _ source: any ByteSource, _ options: TableOptions, isHashed: Bool = false
  ) throws -> CSVReader {
    var reader = try CSVReader(source, dialect: options.dialect, isHashed: isHashed)
    guard let (columns, targets) = options.unnamed, options.hasHeader != true else { return reader }
    let names = (0..<columns).map(name(ofColumn:))
    let others = names.filter { !targets.contains($0) }
    guard let matched = [names, others].first(where: { $0.count == reader.header.count }),
      reader.header != matched
    else { return reader }
    if reader.layout.hasHeader {
      let wanted = options.columns ?? []
      guard !wanted.allSatisfy(reader.header.contains) else { return reader }
      let isRow = zip(matched, reader.header).allSatisfy { name, cell in
        options.kinds[name] != .numeric || CSVLayout.number(cell) != nil
      }
      if isRow {
        var source = source
        try source.rewind()
        var dialect = options.dialect
        dialect.hasHeader = false
        reader = try CSVReader(source, dialect: dialect, isHashed: isHashed)
      } else {
        reader.notes.append("columns are matched by their places: the training file had no names")
      }
    }
    reader.header = matched
    if matched.count < columns {
      reader.notes.append(
        "there are \(matched.count) columns, \(columns) in training: taken to be all but "
          + targets.map { "`\($0)`" }.joined(separator: ", "))
    }
    return reader
  }

  /// What a column without a name is called, counted from 1.
  private static func name(ofColumn place: Int) -> String { "column_\(place + 1)" }

  private func names(in row: CSVRow) throws -> [String] {
    var names: [String] = []
    var seen: [String: Int] = [:]
    var problems: [Problem] = []
    var unnamed: [String] = []
    for index in 0..<row.count {
      var text = try row.trimmedText(index)
      if index == 0, layout.hasMarkedHeader { text = String(text.drop { $0 == "#" || $0 == " " }) }
      if text.isEmpty {
        text = Self.name(ofColumn: index)
        unnamed.append("`\(text)`")
      }
      if let first = seen[text] {
        problems.append(
          Problem.data(
            row.location(of: index), expected: "different column names",
            found: "`\(text)` twice, as columns \(first + 1) and \(index + 1)",
            fix: "rename or remove one of them"))
      } else {
        seen[text] = index
      }
      names.append(text)
    }
    try Problem.throwIfAny(Array(problems.prefix(Problem.limit)))
    if !unnamed.isEmpty {
      notes.append(
        "columns without a name are called by their place: "
          + unnamed.prefix(10).joined(separator: ", ") + (unnamed.count > 10 ? ", …" : ""))
    }
    return names
  }

  /// Hands the next row to `body`; false when there is none left.
  ///
  /// The number of fields may differ from the header's; see ``checkWidth(of:)``.
  ///
  /// - Parameter end: rows that begin at this byte of the text, or behind it, are left.
  package func readRow(
    before end: Int = .max, _ body: (CSVRow) throws -> Void
  ) throws -> Bool {
    guard let row = try scanner.nextRow() else { return false }
    guard scanner.rowStart < end else {
      scanner.stepBack()
      return false
    }
    try body(row)
    return true
  }

  /// How many bytes of the text are read, those of the last row included.
  var position: Int { scanner.position }
  /// How many there are; nil where nobody knows before the end.
  var textBytes: Int? { scanner.textBytes }
  /// The byte of the text at which the row begins that was read last, or was left; the length of the text
  /// where there is none.
  var rowStart: Int { scanner.rowStart }
  /// The SHA-256 of the text before that byte.
  func sha256BeforeRow() -> String { scanner.sha256(before: scanner.rowStart) }

  /// How many bytes the text of a file has, once it is UTF-8; reads what does not say it to its end, and
  /// goes back to the first byte.
  ///
  /// - Parameter told: hears that it goes on; what it throws ends the reading.
  static func textLength(
    of source: inout any ByteSource, encoding: TextEncoding?, told: () throws -> Void
  ) throws -> Int {
    var text = try Transcoder.reading(source, as: encoding)
    if let length = text.length {
      try source.rewind()
      return length
    }
    var length = 0
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let got = try piece.withUnsafeMutableBytes { try text.read(into: $0) }
      if got == 0 { break }
      length += got
      try told()
    }
    try source.rewind()
    return length
  }

  /// About how many rows there are, by the bytes of those read so far; nil where nobody knows.
  func expectedRows(having count: Int) -> Int? {
    scanner.progress.map { Int(Double(count) / $0 * 1.05) }
  }

  /// What is wrong with a row that has more or fewer fields than the header. An empty field behind the
  /// last is none where all rows end with a delimiter.
  package func checkWidth(of row: CSVRow) -> Problem? {
    guard row.count != header.count else { return nil }
    if layout.rowsEndWithDelimiter, row.count == header.count + 1,
      CSVRow.trim(row.raw(header.count)).isEmpty
    {
      return nil
    }
    return Problem.data(
      row.location(of: header.count), expected: "\(header.count) fields as in the header",
      found: "\(row.count)",
      fix: row.count == layout.commonWidth
        ? "most rows have \(row.count): name all columns in the header, or remove lines before it"
        : row.count > header.count
          ? "quote fields that contain the delimiter" : "add the missing fields")
  }
}
