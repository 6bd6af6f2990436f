import Engine

/// The fields of one message in the wire form of Protocol Buffers, one after the other. Nothing is copied, and
/// every length is checked before it is followed.
/// Source: https://protobuf.dev/programming-guides/encoding.
struct ProtobufReader {
  /// What stands in a field, by its wire type.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(UnsafeRawBufferPointer)
  }

  private let bytes: UnsafeRawBufferPointer
  private var place = 0
  /// What messages call the file.
  let location: String

  /// A message that lies in these bytes.
  init(_ bytes: UnsafeRawBufferPointer, at location: String) {
    (self.bytes, self.location) = (bytes, location)
  }

  /// The next field; nil at the end.
  /// - Throws: `Problem` for a field that is cut off, or that no message has.
  mutating func next() throws(Problem) -> (number: Int, value: Value)? {
    guard place < bytes.count else { return nil }
    guard let tag = varint(), let number = Int(exactly: tag >> 3), number > 0 else {
      throw damaged("a field's number", found: "none")
    }
    switch tag & 7 {
    case 0: if let value = varint() { return (number, .varint(value)) }
    case 1: if let value = fixed(UInt64.self) { return (number, .fixed64(value)) }
    case 5: if let value = fixed(UInt32.self) { return (number, .fixed32(value)) }
    case 2:
      if let length = varint(), length <= UInt64(bytes.count - place) {
        place += Int(length)
        return (
          number,
          .bytes(UnsafeRawBufferPointer(rebasing: bytes[place - Int(length)..<place]))
        )
      }
    default: throw damaged("a known kind of field", found: "kind \(tag & 7) of field \(number)")
    }
    throw damaged("field \(number) whole", found: "one that is cut off")
  }

  /// Numbers that lie one after the other, as in a packed field.
  static func varints(
    in bytes: UnsafeRawBufferPointer, at location: String
  ) throws(Problem) -> [UInt64] {
    var reader = ProtobufReader(bytes, at: location)
    var values: [UInt64] = []
    while reader.place < bytes.count {
      guard let value = reader.varint() else {
        throw reader.damaged("whole numbers", found: "one that is cut off")
      }
      values.append(value)
    }
    return values
  }

  /// What such a file is called that is no message.
  func damaged(_ expected: String, found: String) -> Problem {
    Problem(
      .malformed, location, expected: expected, found: found,
      fix: "the file is damaged or of another kind; fetch or write it again")
  }

  private mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.count, shift < 64 {
      let byte = bytes[place]
      place += 1
      value |= UInt64(byte & 127) << shift
      if byte < 128 { return value }
      shift += 7
    }
    return nil
  }

  private mutating func fixed<Number: FixedWidthInteger & BitwiseCopyable>(
    _ type: Number.Type
  ) -> Number? {
    let size = MemoryLayout<Number>.size
    guard bytes.count - place >= size else { return nil }
    place += size
    return Number(
      littleEndian: bytes.loadUnaligned(fromByteOffset: place - size, as: Number.self))
  }
}

extension ProtobufReader.Value {
  /// A number with its sign, as `int32` and `int64` are written; nil for what is none.
  var integer: Int? {
    if case .varint(let value) = self { Int(truncatingIfNeeded: value) } else { nil }
  }

  /// A text; nil for what is none. What is no UTF-8 shows as such.
  var text: String? {
    if case .bytes(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
  }
}
