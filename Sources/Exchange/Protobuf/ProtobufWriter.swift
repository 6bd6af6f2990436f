/// Writes messages in the wire form of Protocol Buffers, what ``ProtobufReader`` reads.
struct ProtobufWriter {
  /// The message so far.
  private(set) var bytes: [UInt8] = []

  /// A number, with its sign as `int64` has it.
  mutating func write(_ value: Int, to field: Int) {
    tag(field, kind: 0)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func write(_ value: Float, to field: Int) {
    tag(field, kind: 5)
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func write(_ text: String, to field: Int) { write(Array(text.utf8), to: field) }

  mutating func write(_ content: [UInt8], to field: Int) {
    tag(field, kind: 2)
    varint(UInt64(content.count))
    bytes += content
  }

  /// A message inside this one.
  mutating func write(
    to field: Int, _ content: (inout ProtobufWriter) throws -> Void
  ) rethrows {
    var inner = ProtobufWriter()
    try content(&inner)
    write(inner.bytes, to: field)
  }

  private mutating func tag(_ field: Int, kind: UInt64) {
    varint(UInt64(field) << 3 | kind)
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 128 {
      bytes.append(UInt8(rest & 127) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
