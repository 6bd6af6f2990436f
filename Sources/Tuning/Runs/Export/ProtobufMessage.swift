/// A message of protocol buffers being written: each field as its number with the kind of its bytes, then the
/// bytes (https://protobuf.dev/programming-guides/encoding).
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ number: Int) {
    key(field, 0)
    variableLength(UInt64(bitPattern: Int64(number)))
  }

  mutating func add(_ field: Int, _ number: Double) {
    key(field, 1)
    bytes += number.bitPattern.littleEndianBytes
  }

  mutating func add(_ field: Int, _ number: Float) {
    key(field, 5)
    bytes += number.bitPattern.littleEndianBytes
  }

  mutating func add(_ field: Int, _ text: String) { add(field, bytes: Array(text.utf8)) }

  mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, bytes: message.bytes) }

  mutating func add(_ field: Int, bytes content: [UInt8]) {
    key(field, 2)
    variableLength(UInt64(content.count))
    bytes += content
  }

  private mutating func key(_ field: Int, _ kind: Int) { variableLength(UInt64(field << 3 | kind)) }

  /// Seven bits in a byte, the lowest first; the eighth says that more follow.
  private mutating func variableLength(_ number: UInt64) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  init() {}

  /// A message with the fields that a body adds.
  init(_ body: (inout ProtobufMessage) -> Void) { body(&self) }
}

extension FixedWidthInteger {
  /// The lowest first.
  var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
