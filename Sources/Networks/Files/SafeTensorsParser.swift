import Engine

/// Reads the JSON of a safetensors header and nothing else: the few forms that the format allows, no
/// name twice, numbers that fit, text that is UTF-8. General JSON readers keep one of two equal names
/// in silence.
struct SafeTensorsParser {
  private let bytes: UnsafeRawBufferPointer
  private let location: String
  /// Whether numbers are accepted that this program does not read.
  private let takesAnyType: Bool
  private var next = 0

  /// `bytes` must outlive the parser.
  init(_ bytes: UnsafeRawBufferPointer, _ location: String, takesAnyType: Bool = false) {
    self.bytes = bytes
    self.location = location
    self.takesAnyType = takesAnyType
  }

  mutating func header() throws -> SafeTensorsHeader {
    var header = SafeTensorsHeader()
    guard bytes.first == UInt8(ascii: "{") else { throw problem("{ as the header's first byte") }
    try object { parser, key in
      if key == "__metadata__" {
        var metadata: [String: String] = [:]
        try parser.object { parser, key in metadata[key] = try parser.string() }
        header.metadata = metadata
      } else {
        guard header.fields.count < SafeTensors.maximumTensors else {
          throw parser.problem("at most \(SafeTensors.maximumTensors) tensors")
        }
        header.fields.append(try parser.field(named: key))
      }
    }
    skipSpace()
    guard next == bytes.count else { throw problem("nothing but spaces after the last }") }
    return header
  }

  private mutating func field(named name: String) throws -> SafeTensorsHeader.Field {
    var type: String?
    var shape: TensorShape?
    var offsets: [Int]?
    try object { parser, key in
      switch key {
      case "dtype":
        let start = parser.next
        let text = try parser.string()
        type = text
        guard parser.takesAnyType || SafeTensors.ElementType(rawValue: text) != nil else {
          let known = SafeTensors.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
          throw parser.problem(
            "tensor \"\(name)\" of one of the types \(known)", found: text,
            fix: "convert the file to F32", at: start)
        }
      case "shape":
        let extents = try parser.integers(atMost: TensorShape.maximumRank)
        do throws(Problem) {
          shape = try TensorShape(checking: extents)
        } catch {
          throw parser.problem(
            "tensor \"\(name)\" with a shape of \(error.expected)", found: "\(extents)")
        }
      case "data_offsets": offsets = try parser.integers(atMost: 2)
      default:
        throw parser.problem("dtype, shape or data_offsets", found: "\"\(key)\"")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw problem("dtype, shape and two data_offsets for tensor \"\(name)\"")
    }
    return .init(name: name, typeName: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  // MARK: JSON

  /// `{` key `:` what the body reads `,` … `}`, with no key twice.
  private mutating func object(_ member: (inout Self, String) throws -> Void) throws {
    try expect("{")
    if skip("}") { return }
    var keys: Set<String> = []
    repeat {
      let key = try string()
      guard keys.insert(key).inserted else {
        throw problem("names that differ", found: "\"\(key)\" twice")
      }
      try expect(":")
      try member(&self, key)
    } while skip(",")
    try expect("}")
  }

  private mutating func integers(atMost limit: Int) throws -> [Int] {
    try expect("[")
    var numbers: [Int] = []
    if skip("]") { return numbers }
    repeat {
      guard numbers.count < limit else { throw problem("at most \(limit) numbers in this list") }
      numbers.append(try integer())
    } while skip(",")
    try expect("]")
    return numbers
  }

  private mutating func integer() throws -> Int {
    skipSpace()
    let start = next
    var number = 0
    while next < bytes.count, case let digit = bytes[next], (0x30...0x39).contains(digit) {
      let (tens, over) = number.multipliedReportingOverflow(by: 10)
      let (sum, overAgain) = tens.addingReportingOverflow(Int(digit - 0x30))
      guard !over, !overAgain else { throw problem("a whole number below 2⁶³") }
      number = sum
      next += 1
    }
    guard next > start, next == start + 1 || bytes[start] != 0x30 else {
      throw problem("a whole number without sign or leading zero")
    }
    return number
  }

  private mutating func string() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while next < bytes.count {
      let byte = bytes[next]
      next += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw problem("text in UTF-8")
        }
        return string
      case UInt8(ascii: "\\"): text += try escaped()
      case 0..<0x20: throw problem("control characters written as escapes")
      default: text.append(byte)
      }
    }
    throw problem("a closing quotation mark", found: "the end of the header")
  }

  /// What follows a backslash, as UTF-8.
  private mutating func escaped() throws -> [UInt8] {
    guard next < bytes.count else { throw problem("an escape", found: "the end of the header") }
    next += 1
    switch bytes[next - 1] {
    case UInt8(ascii: "\""): return [0x22]
    case UInt8(ascii: "\\"): return [0x5C]
    case UInt8(ascii: "/"): return [0x2F]
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "u"):
      var units = [try unit()]
      if UTF16.isLeadSurrogate(units[0]), next + 1 < bytes.count,
        bytes[next] == UInt8(ascii: "\\"), bytes[next + 1] == UInt8(ascii: "u")
      {
        next += 2
        units.append(try unit())
      }
      guard let text = String(validating: units, as: UTF16.self) else {
        throw problem("surrogates in pairs")
      }
      return Array(text.utf8)
    default: throw problem("one of the escapes of JSON")
    }
  }

  /// Four hexadecimal digits.
  private mutating func unit() throws -> UInt16 {
    guard next + 4 <= bytes.count else { throw problem("four hexadecimal digits") }
    var value: UInt16 = 0
    for byte in bytes[next..<next + 4] {
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw problem("four hexadecimal digits")
      }
      value = value << 4 | UInt16(digit)
    }
    next += 4
    return value
  }

  private mutating func skipSpace() {
    while next < bytes.count, case let byte = bytes[next],
      byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    {
      next += 1
    }
  }

  /// Whether this character comes next; if so it is passed.
  private mutating func skip(_ character: UnicodeScalar) -> Bool {
    skipSpace()
    guard next < bytes.count, bytes[next] == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  private mutating func expect(_ character: UnicodeScalar) throws {
    guard skip(character) else { throw problem("\(character)") }
  }

  private func problem(
    _ expected: String, found: String? = nil, fix: String = "check that this is a safetensors file",
    at place: Int? = nil
  ) -> Problem {
    let here: String
    if next >= bytes.count {
      here = "the end of the header"
    } else {
      let byte = bytes[next]
      here = (0x21..<0x7F).contains(byte) ? "\(UnicodeScalar(byte))" : "byte \(byte)"
    }
    return Problem(
      .malformed, "\(location), byte \(8 + (place ?? next))", expected: expected,
      found: found ?? here,
      fix: fix)
  }
}
