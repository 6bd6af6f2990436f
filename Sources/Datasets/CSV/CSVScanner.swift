import Engine
import Formatting

/// Finds the rows of a CSV file (RFC 4180) from any source, holding one piece of it in memory.
///
/// Lines end with LF, CRLF or CR. Quoted fields may hold delimiters, line ends and `""` for a quote.
/// A quote inside an unquoted field stands for itself. Empty lines are skipped, and a UTF-8 byte order
/// mark.
final class CSVScanner {
  /// How messages call the file.
  let name: String
  /// The byte between fields; any number of spaces where it is one, at the ends of a line too.
  var delimiter = UInt8(ascii: ",")
  /// What begins a line that is passed over; nil for none.
  var comment: UInt8?

  private var source: any ByteSource
  /// The longest row accepted, in bytes; a quote left open would otherwise read the whole file.
  private let rowLimit: Int

  private var buffer: UnsafeMutableBufferPointer<UInt8>
  /// The part of the buffer that is read but not yet handed out.
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// Bytes that were handed out and are in the buffer no more.
  private var passed = 0
  private var line = 1
  private var fields: [CSVRow.Field] = []
  /// Where the row begins that was handed out last: its byte in the text, and its line.
  private var last = (byte: 0, line: 1)
  /// The hash of what is in the buffer no more; nil where nobody asks for it.
  private var hash: SHA256?
  /// Bytes of the buffer that are in the hash.
  private var hashed = 0

  /// - Parameters:
  ///   - pieceSize: bytes asked of the source at a time.
  ///   - isHashed: whether ``sha256(before:)`` will be asked for.
  /// - Throws: `Problem` from the source.
  init(
    _ source: any ByteSource, pieceSize: Int = 1 << 20, rowLimit: Int = 1 << 26,
    isHashed: Bool = false
  ) throws {
    hash = isHashed ? SHA256() : nil
    self.source = source
    self.name = source.name
    self.rowLimit = rowLimit
    buffer = .allocate(capacity: max(pieceSize, 16))
    while end - start < 3, try refill() {}
    if buffer[start..<end].prefix(3).elementsEqual([0xEF, 0xBB, 0xBF]) { start += 3 }
  }

  deinit { buffer.deallocate() }

  /// The beginning of what is left, without moving on: whole lines, if there are any.
  /// - Parameter limit: at most so many bytes are looked for.
  func sample(_ limit: Int) throws -> [UInt8] {
    while end - start < min(limit, buffer.count), try refill() {}
    let piece = buffer[start..<min(end, start + limit)]
    if isAtEnd, piece.count == end - start { return Array(piece) }
    let last = piece.lastIndex { $0 == 0x0A || $0 == 0x0D }
    return Array(last.map { piece[...$0] } ?? piece)
  }

  /// Passes over the next line, whatever it holds; its text.
  func skipLine() throws -> [UInt8] {
    skipEmptyLines()
    while true {
      if let stop = buffer[start..<end].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
        let text = Array(buffer[start..<stop])
        start = stop
        return text
      }
      guard try refill() else {
        defer { start = end }
        return Array(buffer[start..<end])
      }
    }
  }

  /// How much of the source is read, from 0 to 1; nil where nobody knows how long it is.
  var progress: Double? {
    guard let length = source.length, length > 0 else { return nil }
    return Double(passed + start) / Double(length)
  }

  /// The byte at which the row begins that was handed out last; behind the end of the text, its length.
  var rowStart: Int { last.byte }
  /// How many bytes the text has; nil where nobody knows before the end.
  var textBytes: Int? { source.length }
  /// How many bytes of the text are passed over or handed out.
  var position: Int { passed + start }

  /// The row that was handed out last is the next one again.
  func stepBack() {
    start = last.byte - passed
    line = last.line
  }

  /// The SHA-256 of the text up to a byte that is not before ``rowStart``, nor before where it was asked
  /// for last.
  func sha256(before byte: Int) -> String {
    addToHash(upTo: byte - passed)
    return SHA256.text((hash ?? SHA256()).finalize())
  }

  private func addToHash(upTo place: Int) {
    guard hash != nil, place > hashed else { return }
    hash?.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[hashed..<place]))
    hashed = place
  }

  /// The next row, valid until the one after; nil at the end.
  func nextRow() throws -> CSVRow? {
    while true {
      skipEmptyLines()
      last = (passed + start, line)
      if let comment, start < end, buffer[start] == comment {
        _ = try skipLine()
        continue
      }
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
    let isSpace = delimiter == UInt8(ascii: " ")
    if isSpace { while next < count, base[next] == delimiter { next += 1 } }
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
        guard fields.count < CSVReader.mostColumns else {
          throw problem(
            base, at: next, expected: "at most \(CSVReader.mostColumns) columns", found: "more",
            fix: "check that the file is a table, written row by row")
        }
        next += 1
        guard isSpace else { continue }
        while next < count, base[next] == delimiter { next += 1 }
        if next < count, base[next] != 0x0A, base[next] != 0x0D { continue }
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
      // People who line up columns put spaces before the delimiter.
      while next < count, base[next] == UInt8(ascii: " "), delimiter != UInt8(ascii: " ") {
        next += 1
      }
      if next == count, !isAtEnd { return nil }
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
      addToHash(upTo: start)
      hashed -= min(hashed, start)
      buffer.baseAddress!.update(from: buffer.baseAddress! + start, count: end - start)
      end -= start
      passed += start
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
