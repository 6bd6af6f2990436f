import Datasets
import Engine
import Formatting

/// Reads JSON (RFC 8259) from the front to the back, without making a tree of it: what is asked for is
/// what is read, and everything is checked on the way.
struct JSONReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private(set) var place = 0
  private var depth = 0
  private let depthLimit: Int

  /// What a value begins with.
  enum Kind { case object, array, text, number, truth, null }

  /// - Parameters:
  ///   - bytes: valid UTF-8 for as long as the reader is used; see ``reading(_:depthLimit:_:)``.
  private init(_ bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
    (self.bytes, self.depthLimit) = (bytes, depthLimit)
  }

  /// Reads one value that a body consists of.
  /// - Throws: `Problem` of the kind `malformed` for what is no JSON, with the byte.
  static func reading<Value>(
    _ body: [UInt8], depthLimit: Int, _ read: (inout JSONReader) throws -> Value
  ) throws -> Value {
    if body.contains(where: { $0 >= 0x80 }), String(validating: body, as: UTF8.self) == nil {
      throw Problem(.malformed, "body", expected: "text in UTF-8", found: "other bytes")
    }
    return try body.withUnsafeBufferPointer { bytes in
      var reader = JSONReader(bytes, depthLimit: depthLimit)
      let value = try read(&reader)
      reader.skipSpaces()
      guard reader.place == bytes.count else { throw reader.malformed("the end of the body") }
      return value
    }
  }

  // MARK: Values

  /// What comes next.
  mutating func peek() throws -> Kind {
    skipSpaces()
    guard place < bytes.count else { throw malformed("a value") }
    switch bytes[place] {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .text
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .truth
    case UInt8(ascii: "n"): return .null
    default: throw malformed("a value")
    }
  }

  /// Reads the members of an object; the body reads each value.
  mutating func object(_ member: (_ name: String, inout JSONReader) throws -> Void) throws {
    try list(from: "{", to: "}") { reader in
      reader.skipSpaces()
      guard reader.isNext("\"") else { throw reader.malformed("a name in quotes") }
      let name = try reader.text()
      try reader.take(":")
      try member(name, &reader)
    }
  }

  /// Reads the elements of an array; the body reads each.
  mutating func array(_ element: (inout JSONReader) throws -> Void) throws {
    try list(from: "[", to: "]", element)
  }

  /// A text, a number, true and false as texts, or null.
  ///
  /// - Parameter name: what messages call it.
  mutating func cell(_ name: @autoclosure () -> String) throws -> CellValue {
    switch try peek() {
    case .number: return .number(try number(name()))
    case .text: return .text(try text())
    case .truth: return .text(try truth() ? "true" : "false")
    case .null:
      try word("null")
      return .missing
    case .object, .array:
      throw Problem.data(
        name(), expected: "a number, a text, true, false or null", found: "a list or an object")
    }
  }

  mutating func truth() throws -> Bool {
    let isTrue = isNext("t")
    try word(isTrue ? "true" : "false")
    return isTrue
  }

  /// A finite number to the nearest `Double`.
  mutating func number(_ name: @autoclosure () -> String) throws -> Double {
    let start = place
    let isNegative = isNext("-")
    if isNegative { place += 1 }
    var significand: UInt64 = 0
    var decimals = 0
    let whole = digits(&significand)
    guard whole > 0, whole == 1 || bytes[place - whole] != UInt8(ascii: "0") else {
      throw malformed("a number")
    }
    if isNext(".") {
      place += 1
      decimals = digits(&significand)
      guard decimals > 0 else { throw malformed("a digit") }
    }
    if place < bytes.count, bytes[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if isNext("-") || isNext("+") { place += 1 }
      var exponent: UInt64 = 0
      guard digits(&exponent) > 0 else { throw malformed("a digit") }
    } else if whole + decimals <= 15 {
      // Both are exact, so the quotient is rounded once: it is the nearest number.
      let value = Double(significand) / .powerOfTen(decimals)
      return isNegative ? -value : value
    }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<place])
    guard case .finite(let number) = DecimalNumber.read(text) else {
      throw Problem.data(
        name(), expected: "a finite number",
        found: "`\(String(decoding: text, as: UTF8.self).shortened(to: 40))`")
    }
    return number
  }

  /// Reads a value and forgets it.
  mutating func skip() throws {
    switch try peek() {
    case .object: try object { _, reader in try reader.skip() }
    case .array: try array { try $0.skip() }
    default: _ = try cell("value")
    }
  }

  /// A text without its quotes.
  mutating func text() throws -> String {
    place += 1
    let start = place
    while place < bytes.count, bytes[place] != UInt8(ascii: "\""),
      bytes[place] != UInt8(ascii: "\\"),
      bytes[place] >= 0x20
    { place += 1 }
    var text = String(decoding: bytes[start..<place], as: UTF8.self)
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      guard bytes[place] >= 0x20 else { throw malformed("a control character as \\u00XX") }
      if bytes[place] == UInt8(ascii: "\\") {
        text.unicodeScalars.append(try escaped())
      } else {
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\""),
          bytes[place] != UInt8(ascii: "\\"), bytes[place] >= 0x20
        { place += 1 }
        text += String(decoding: bytes[start..<place], as: UTF8.self)
      }
    }
    guard place < bytes.count else { throw malformed("a closing quote") }
    place += 1
    return text
  }

  // MARK: Parts

  private mutating func list(
    from opening: Unicode.Scalar, to closing: Unicode.Scalar,
    _ element: (inout JSONReader) throws -> Void
  ) throws {
    try take(opening)
    depth += 1
    guard depth <= depthLimit else {
      throw Problem(
        .malformed, "body, byte \(place)", expected: "JSON of at most \(depthLimit) levels",
        found: "more")
    }
    skipSpaces()
    if !isNext(closing) {
      while true {
        try element(&self)
        skipSpaces()
        guard isNext(",") else { break }
        place += 1
      }
    }
    try take(closing)
    depth -= 1
  }

  private mutating func escaped() throws -> Unicode.Scalar {
    place += 1
    guard place < bytes.count else { throw malformed("an escaped character") }
    defer { place += 1 }
    switch bytes[place] {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return try unicode()
    default: throw malformed("an escaped character")
    }
  }

  /// Behind `\u`; ends on the last digit.
  private mutating func unicode() throws -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(UInt16(first)), place + 2 < bytes.count,
      bytes[place + 1] == UInt8(ascii: "\\"), bytes[place + 2] == UInt8(ascii: "u")
    else { throw malformed("a pair of surrogates") }
    place += 2
    let second = try fourDigits()
    guard UTF16.isTrailSurrogate(UInt16(second)),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw malformed("a pair of surrogates") }
    return scalar
  }

  private mutating func fourDigits() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      place += 1
      guard place < bytes.count, let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue
      else { throw malformed("four hexadecimal digits") }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// Passes over digits and takes them into a number, which wraps beyond 19 of them.
  /// - Returns: how many there are.
  private mutating func digits(_ number: inout UInt64) -> Int {
    let start = place
    while place < bytes.count, bytes[place] &- UInt8(ascii: "0") < 10 {
      number = number &* 10 &+ UInt64(bytes[place] &- UInt8(ascii: "0"))
      place += 1
    }
    return place - start
  }

  private mutating func word(_ word: StaticString) throws {
    let count = word.utf8CodeUnitCount
    guard place + count <= bytes.count,
      (0..<count).allSatisfy({ bytes[place + $0] == word.utf8Start[$0] })
    else { throw malformed("\(word)") }
    place += count
  }

  private mutating func take(_ mark: Unicode.Scalar) throws {
    skipSpaces()
    guard isNext(mark) else { throw malformed("`\(mark)`") }
    place += 1
  }

  private func isNext(_ mark: Unicode.Scalar) -> Bool {
    place < bytes.count && bytes[place] == UInt8(ascii: mark)
  }

  private mutating func skipSpaces() {
    while place < bytes.count, bytes[place] <= 0x20,
      bytes[place] == 0x20 || bytes[place] == 0x0A || bytes[place] == 0x0D || bytes[place] == 0x09
    { place += 1 }
  }

  private func malformed(_ expected: String) -> Problem {
    let found =
      place < bytes.count
      ? "`\(String(decoding: bytes[place...].prefix(20), as: UTF8.self).shortened(to: 12))`"
      : "the end of the body"
    return Problem(.malformed, "body, byte \(place)", expected: expected, found: found)
  }
}
