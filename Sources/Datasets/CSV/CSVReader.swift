package import Engine
import Formatting

/// Reads a CSV file row by row (RFC 4180) from any source, holding one piece of it in memory.
///
/// Lines end with LF, CRLF or CR. Quoted fields may hold delimiters, line ends and `""` for a quote.
/// A quote inside an unquoted field stands for itself. Empty lines are skipped. A UTF-8 byte order
/// mark is skipped; UTF-16 is refused.
package final class CSVReader {
  /// The names of the columns, all different and none empty.
  package private(set) var header: [String] = []
  /// How messages call the file.
  package let name: String

  private var source: any ByteSource
  private let delimiter: UInt8
  /// The longest row accepted, in bytes; a quote left open would otherwise read the whole file.
  private let rowLimit: Int
  /// The most columns accepted.
  package static let mostColumns = 100_000

  private var buffer: UnsafeMutableBufferPointer<UInt8>
  /// The part of the buffer that is read but not yet handed out.
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var line = 1
  private var fields: [CSVRow.Field] = []

  /// Reads the header.
  /// - Parameters:
  ///   - delimiter: The byte between fields, such as `;` or a tab.
  ///   - pieceSize: Bytes asked of the source at a time.
  /// - Throws: `Problem` for an empty file, an empty or repeated column name, or text that is
  ///   not UTF-8; `Problem` from the source.
  package init(
    _ source: any ByteSource, delimiter: UInt8 = UInt8(ascii: ","), pieceSize: Int = 1 << 20,
    rowLimit: Int = 1 << 26
  ) throws {
    self.source = source
    self.name = source.name
    self.delimiter = delimiter
    self.rowLimit = rowLimit
    buffer = .allocate(capacity: max(pieceSize, 16))
    try skipByteOrderMark()
    guard let row = try nextRow() else {
      throw Problem.data(name, expected: "a header line and rows", found: "an empty file")
    }
    header = try Self.names(in: row)
  }

  deinit { buffer.deallocate() }

  private static func names(in row: CSVRow) throws -> [String] {
    var names: [String] = []
    var seen: [String: Int] = [:]
    var problems: [Problem] = []
    for index in 0..<row.count {
      let text = try row.trimmedText(index)
      if text.isEmpty {
        problems.append(
          Problem.data(
            row.location(of: index), expected: "a column name", found: "an empty one",
            fix: "name column \(index + 1) in the header"))
      } else if let first = seen[text] {
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
    return names
  }

  /// Hands the next row to `body`; false when there is none left.
  ///
  /// The number of fields may differ from the header's; see ``checkWidth(of:)``.
  package func readRow(_ body: (CSVRow) throws -> Void) throws -> Bool {
    guard let row = try nextRow() else { return false }
    try body(row)
    return true
  }

  /// What is wrong with a row that has more or fewer fields than the header.
  package func checkWidth(of row: CSVRow) -> Problem? {
    guard row.count != header.count else { return nil }
    return Problem.data(
      row.location(of: header.count), expected: "\(header.count) fields as in the header",
      found: "\(row.count)",
      fix: row.count > header.count
        ? "quote fields that contain the delimiter" : "add the missing fields")
  }

  // MARK: Finding rows

  private func skipByteOrderMark() throws {
    while end - start < 3, try refill() {}
    let first = buffer[start..<end].prefix(3)
    if first.starts(with: [0xFE, 0xFF]) || first.starts(with: [0xFF, 0xFE]) {
      throw Problem.data(
        "\(name):1:1", expected: "UTF-8 text", found: "UTF-16", fix: "save the file as UTF-8")
    }
    if first.elementsEqual([0xEF, 0xBB, 0xBF]) { start += 3 }
  }

  private func nextRow() throws -> CSVRow? {
    while true {
      skipEmptyLines()
      guard let found = try scan() else {
        if try refill() { continue }
        return nil  // scan() finishes the last row itself once the end is known
      }
      let row = found.row
      start = found.next
      line += found.lineEnds
      if row.bytes.isEmpty { continue }
      return row
    }
  }

  /// A file may hold nothing but line ends, millions of them. A CR whose LF may be in the next piece is
  /// left to ``scan()``.
  private func skipEmptyLines() {
    while start < end {
      switch buffer[start] {
      case 0x0A: line += 1
      case 0x0D where start + 1 < end: line += buffer[start + 1] == 0x0A ? 0 : 1
      default: return
      }
      start += 1
    }
  }

  /// The row at `start`, or nil when more bytes are needed to see its end, or none are left.
  private func scan() throws -> (row: CSVRow, next: Int, lineEnds: Int)? {
    guard start < end else { return nil }
    let base = UnsafePointer(buffer.baseAddress! + start)
    let count = end - start
    // Bytes above this end nothing; digits and letters are, so most bytes cost one comparison.
    let threshold = max(delimiter, UInt8(ascii: "\""))
    fields.removeAll(keepingCapacity: true)
    var lineEnds = 0
    var next = 0
    while true {
      var field = CSVRow.Field(start: next, end: next)
      if next < count, base[next] == UInt8(ascii: "\"") {
        guard let closing = try scanQuoted(base, count, from: next, &field, &lineEnds) else {
          return nil
        }
        next = closing
      } else {
        while next < count {
          let byte = base[next]
          if byte <= threshold, byte == delimiter || byte == 0x0A || byte == 0x0D { break }
          next += 1
        }
        field.end = next
      }
      fields.append(field)
      if next < count, base[next] == delimiter {
        guard fields.count < Self.mostColumns else {
          throw problem(
            base, at: next, expected: "at most \(Self.mostColumns) columns", found: "more",
            fix: "check that the file is a table, written row by row")
        }
        next += 1
        continue
      }
      // The end of the row. A CR at the end of the piece may have its LF in the next.
      if next == count || (base[next] == 0x0D && next + 1 == count) {
        guard isAtEnd else { return nil }
      }
      var after = next
      if after < count {
        after += base[after] == 0x0D && after + 1 < count && base[after + 1] == 0x0A ? 2 : 1
        lineEnds += 1
      }
      let row = CSVRow(
        name: name, bytes: UnsafeBufferPointer(start: base, count: next), fields: fields, line: line
      )
      return (row, start + after, lineEnds)
    }
  }

  /// Reads a quoted field from its opening quote; the offset behind its closing quote, or nil when
  /// more bytes are needed.
  private func scanQuoted(
    _ base: UnsafePointer<UInt8>, _ count: Int, from opening: Int, _ field: inout CSVRow.Field,
    _ lineEnds: inout Int
  ) throws -> Int? {
    var next = opening + 1
    field.start = next
    while true {
      while next < count, base[next] != UInt8(ascii: "\"") {
        if base[next] == 0x0A { lineEnds += 1 }
        next += 1
      }
      if next == count {
        guard isAtEnd else { return nil }
        throw problem(
          base, at: opening, expected: "a closing quote", found: "the end of the file",
          fix: "close the quote opened here")
      }
      if next + 1 == count, !isAtEnd { return nil }
      if next + 1 < count, base[next + 1] == UInt8(ascii: "\"") {
        field.escaped = true
        next += 2
        continue
      }
      field.end = next
      next += 1
      guard next == count || base[next] == delimiter || base[next] == 0x0A || base[next] == 0x0D
      else {
        throw problem(
          base, at: next, expected: "a delimiter or a line end after the closing quote",
          found: "other text", fix: "write quotes inside a quoted field twice")
      }
      return next
    }
  }

  private func problem(
    _ base: UnsafePointer<UInt8>, at offset: Int, expected: String, found: String, fix: String
  ) -> Problem {
    let row = CSVRow(
      name: name, bytes: UnsafeBufferPointer(start: base, count: offset),
      fields: [], line: line)
    return Problem.data(
      row.location(ofByte: offset), expected: expected, found: found, fix: fix)
  }

  /// Moves what is left to the front and reads more behind it; false at the end of the source.
  private func refill() throws -> Bool {
    guard !isAtEnd else { return false }
    if start > 0 {
      buffer.baseAddress!.update(from: buffer.baseAddress! + start, count: end - start)
      end -= start
      start = 0
    }
    if end == buffer.count { try grow() }
    // A pipe gives little at a time; a long row would be looked at again for each.
    let before = end
    while end < buffer.count {
      let free = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(buffer)[end...])
      let got = try source.read(into: free)
      end += got
      isAtEnd = got == 0
      if isAtEnd { break }
    }
    return end > before || start < end
  }

  private func grow() throws {
    guard buffer.count < rowLimit else {
      throw Problem.data(
        "\(name):\(line):1", expected: "rows of at most \(rowLimit) bytes", found: "a longer one",
        fix: "look for a quote that is never closed")
    }
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: buffer.count * 2)
    larger.baseAddress!.update(from: buffer.baseAddress!, count: end)
    buffer.deallocate()
    buffer = larger
  }
}
