import Engine
import Formatting

/// One row of a CSV file, valid only inside the closure it is handed to: it points into the reader's
/// buffer.
package struct CSVRow {
  /// Where a field's content lies in the row, without its quotes.
  struct Field {
    var start: Int
    var end: Int
    /// Whether `""` stands for a quote in it.
    var escaped = false
  }

  let name: String
  /// The row's bytes, line end excluded.
  let bytes: UnsafeBufferPointer<UInt8>
  let fields: [Field]
  /// The line the row starts on, from 1; a row with line ends inside quotes covers several.
  package let line: Int

  /// The number of fields.
  package var count: Int { fields.count }

  /// A field's bytes as they stand in the file, without the quotes around it.
  @inline(__always)
  func raw(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[fields[index].start..<fields[index].end])
  }

  /// A field's text.
  /// - Throws: `Problem` when it is not UTF-8.
  package func text(_ index: Int) throws -> String {
    guard fields[index].escaped else { return try valid(raw(index), index) }
    var content: [UInt8] = []
    var skipsQuote = false
    for byte in raw(index) {
      if byte == UInt8(ascii: "\"") && skipsQuote {
        skipsQuote = false
        continue
      }
      skipsQuote = byte == UInt8(ascii: "\"")
      content.append(byte)
    }
    return try content.withUnsafeBufferPointer { try valid($0, index) }
  }

  /// A field's text without spaces and tabs around it.
  func trimmedText(_ index: Int) throws -> String {
    if fields[index].escaped {
      let bytes = Array(try text(index).utf8)
      return bytes.withUnsafeBufferPointer { String(decoding: Self.trim($0), as: UTF8.self) }
    }
    return try valid(Self.trim(raw(index)), index)
  }

  static func trim(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while start < end, DecimalNumber.isSpace(bytes[start]) { start += 1 }
    while start < end, DecimalNumber.isSpace(bytes[end - 1]) { end -= 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  private func valid(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) throws -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem.data(
        location(of: index), expected: "UTF-8 text", found: "bytes that are not",
        fix: "save the file as UTF-8")
    }
    return text
  }

  /// `file:line:column` of a field's first character, so that an editor can jump there.
  package func location(of index: Int) -> String {
    location(ofByte: index < fields.count ? fields[index].start : bytes.count)
  }

  func location(ofByte offset: Int) -> String {
    var line = line
    var column = 1
    for byte in bytes[..<offset] {
      if byte == UInt8(ascii: "\n") {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1  // continuation bytes belong to the character before them
      }
    }
    return "\(name):\(line):\(column)"
  }
}
