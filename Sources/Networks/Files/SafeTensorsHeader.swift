import Engine

/// The table of contents of a safetensors file.
struct SafeTensorsHeader {
  /// What the header says about one tensor.
  struct Field {
    var name: String
    /// As the file names it.
    var typeName: String
    var shape: TensorShape
    /// Where its bytes begin and end, counted from the start of the data.
    var begin: Int
    var end: Int

    /// Nil for numbers that this program does not read.
    var type: SafeTensors.ElementType? { SafeTensors.ElementType(rawValue: typeName) }
  }

  /// In the order of the file's text.
  var fields: [Field] = []
  /// All strings, reserved ones too.
  var metadata: [String: String] = [:]

  /// The length of all data.
  var dataCount: Int { fields.reduce(0) { max($0, $1.end) } }

  /// The hash that is stored as `sha256`: of all other strings in order of their keys' bytes, of the
  /// fields in their order, and of the data. Lengths stand before contents, so no two files share one
  /// form.
  ///
  /// `data` gives its pieces, in the order of the file, to the sink it receives.
  func hash(data: (_ sink: (UnsafeRawBufferPointer) -> Void) -> Void) -> String {
    var hash = SHA256()
    let strings = metadata.filter { $0.key != SafeTensors.Reserved.hash }
    hash.update(integer: strings.count)
    for (key, value) in strings.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      hash.update(text: key)
      hash.update(text: value)
    }
    hash.update(integer: fields.count)
    for field in fields {
      hash.update(text: field.name)
      hash.update(text: field.typeName)
      for number in [field.shape.rank] + field.shape.extents + [field.begin, field.end] {
        hash.update(integer: number)
      }
    }
    data { hash.update($0) }
    return SHA256.text(hash.finalize())
  }

  /// The header as JSON, `__metadata__` first, keys sorted, so that equal contents give equal bytes.
  var json: String {
    var members: [String] = []
    if !metadata.isEmpty {
      let strings = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      members.append("\"__metadata__\":{\(strings.joined(separator: ","))}")
    }
    for field in fields {
      let shape = field.shape.extents.map(String.init).joined(separator: ",")
      members.append(
        "\(Self.quoted(field.name)):{\"dtype\":\"\(field.typeName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(field.begin),\(field.end)]}")
    }
    return "{\(members.joined(separator: ","))}"
  }

  /// A JSON string (RFC 8259 section 7).
  private static func quoted(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var bytes: [UInt8] = [0x22]
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5C: bytes += [0x5C, byte]
      case 0x0A: bytes += Array("\\n".utf8)
      case 0..<0x20:
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension SHA256 {
  fileprivate mutating func update(integer: Int) {
    withUnsafeBytes(of: UInt64(integer).littleEndian) { update($0) }
  }

  fileprivate mutating func update(text: String) {
    update(integer: text.utf8.count)
    update(text.utf8)
  }
}
