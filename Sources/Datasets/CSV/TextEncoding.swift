public import Engine

/// How the text of a file is encoded.
public enum TextEncoding: String, Sendable, NamedChoice {
  /// UTF-8.
  case utf8 = "utf_8"
  /// UTF-16 with a byte order mark, else the lower byte first.
  case utf16 = "utf_16"
  /// Latin-1 with the characters that Windows 1252 has where Latin-1 has none.
  case latin1 = "latin_1"
}

/// Turns another encoding into UTF-8, piece by piece.
struct Transcoder: ByteSource {
  private var source: any ByteSource
  private let encoding: TextEncoding
  private var isBigEndian = false
  /// Bytes that are read but not yet turned, and bytes turned but not yet handed out.
  private var pending: [UInt8] = []
  private var ready: [UInt8] = []
  private var isAtEnd = false
  private var isAtStart = true

  var name: String { source.name }
  var length: Int? { nil }

  /// The source itself where its bytes are UTF-8.
  /// - Parameter encoding: nil looks for a byte order mark of UTF-16.
  static func reading(
    _ source: any ByteSource, as encoding: TextEncoding?
  ) throws -> any ByteSource {
    switch encoding {
    case .utf8: return source
    case .latin1, .utf16: return Transcoder(source, encoding!)
    case nil:
      let peeked = try PeekedSource(source, count: 2)
      let isMarked = peeked.start == [0xFF, 0xFE] || peeked.start == [0xFE, 0xFF]
      return isMarked ? Transcoder(peeked, .utf16) : peeked
    }
  }

  private init(_ source: any ByteSource, _ encoding: TextEncoding) {
    (self.source, self.encoding) = (source, encoding)
  }

  mutating func releaseStart() { source.releaseStart() }

  mutating func rewind() throws {
    try source.rewind()
    (pending, ready, isAtEnd, isAtStart, isBigEndian) = ([], [], false, true, false)
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while ready.isEmpty, !isAtEnd {
      var piece = [UInt8](repeating: 0, count: 1 << 16)
      let count = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
      isAtEnd = count == 0
      pending += piece[..<count]
      encoding == .latin1 ? turnLatin1() : turnUTF16()
    }
    let count = min(buffer.count, ready.count)
    buffer.copyBytes(from: ready[..<count])
    ready.removeFirst(count)
    return count
  }

  private mutating func turnLatin1() {
    for byte in pending {
      let scalar =
        byte >= 0x80 && byte < 0xA0
        ? Self.windows1252[Int(byte) - 0x80] : UnicodeScalar(byte)
      ready += UTF8.encode(scalar).map(Array.init) ?? []
    }
    pending = []
  }

  private mutating func turnUTF16() {
    if isAtStart, pending.count >= 2 {
      isAtStart = false
      if pending.starts(with: [0xFE, 0xFF]) { isBigEndian = true }
      if isBigEndian || pending.starts(with: [0xFF, 0xFE]) { pending.removeFirst(2) }
    }
    var units = stride(from: 0, to: pending.count - 1, by: 2).map { place in
      let (first, second) = (UInt16(pending[place]), UInt16(pending[place + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    pending = Array(pending[(units.count * 2)...])
    // The second half of a pair may be in the next piece.
    if !isAtEnd, let last = units.last, UTF16.isLeadSurrogate(last) {
      units.removeLast()
      pending =
        (isBigEndian
          ? [UInt8(last >> 8), UInt8(last & 255)] : [UInt8(last & 255), UInt8(last >> 8)]) + pending
    }
    ready += Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// 0x80 to 0x9F; the five that Windows leaves out are the control characters of Latin-1.
  private static let windows1252: [UnicodeScalar] = Array(
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)
}

/// A source whose first bytes were looked at.
struct PeekedSource: ByteSource {
  private var source: any ByteSource
  let start: [UInt8]
  private var handedOut = 0

  var name: String { source.name }
  var length: Int? { source.length }

  init(_ source: any ByteSource, count: Int) throws {
    var source = source
    var start: [UInt8] = []
    while start.count < count {
      var piece = [UInt8](repeating: 0, count: count - start.count)
      let got = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
      if got == 0 { break }
      start += piece[..<got]
    }
    (self.source, self.start) = (source, start)
  }

  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard handedOut < start.count else { return try source.read(into: buffer) }
    let count = min(buffer.count, start.count - handedOut)
    buffer.copyBytes(from: start[handedOut..<handedOut + count])
    handedOut += count
    return count
  }

  mutating func releaseStart() { source.releaseStart() }

  mutating func rewind() throws {
    try source.rewind()
    handedOut = start.count
  }
}
