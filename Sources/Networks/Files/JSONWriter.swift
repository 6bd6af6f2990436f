/// Writes values as JSON without spaces, names sorted, as `JSONEncoder` does but in a small part of its time:
/// numbers and texts go straight into one array of bytes, and only their order is kept beside it.
struct JSONWriter {
  /// Every number, text, truth and null, one after the other as they came.
  fileprivate final class Scalars {
    var bytes: [UInt8] = []
  }

  /// - Throws: what a value throws that cannot be written.
  static func bytes(of value: some Encodable) throws -> [UInt8] {
    let scalars = Scalars()
    scalars.bytes.reserveCapacity(1024)
    let root = Node(scalars, key: nil, parent: nil)
    let content = try root.content(of: value, at: nil)
    var output: [UInt8] = []
    output.reserveCapacity(scalars.bytes.count * 2)
    content.write(to: &output, scalars)
    return output
  }

  /// A value that has been written.
  fileprivate enum Content {
    case scalar(Range<Int>)
    case list(Node)

    func write(to output: inout [UInt8], _ scalars: Scalars) {
      switch self {
      case .scalar(let range): output += scalars.bytes[range]
      case .list(let node): node.write(to: &output)
      }
    }
  }

  /// An object, an array, or a value that is being written.
  fileprivate final class Node {
    private let scalars: Scalars
    private let key: (any CodingKey)?
    private unowned let parent: Node?
    /// Of an object, as many as contents.
    private var names: [String] = []
    private var contents: [Content] = []
    private var isArray = false
    /// What a single value became.
    private var single: Content?

    init(_ scalars: Scalars, key: (any CodingKey)?, parent: Node?) {
      (self.scalars, self.key, self.parent) = (scalars, key, parent)
    }

    var path: [any CodingKey] { (parent?.path ?? []) + (key.map { [$0] } ?? []) }
    var count: Int { contents.count }

    func becomeArray() { isArray = true }

    func content<Value: Encodable>(of value: Value, at key: (any CodingKey)?) throws -> Content {
      // The casts to a known type are what most values need, and take no look-up of conformances.
      if Value.self == String.self { return .scalar(write(value as! String)) }
      if Value.self == Float.self { return .scalar(write(value as! Float)) }
      if Value.self == Double.self { return .scalar(write(value as! Double)) }
      if let scalar = value as? any JSONScalar { return .scalar(write(scalar)) }
      let node = Node(scalars, key: key, parent: self)
      try value.encode(to: ValueEncoder(node: node))
      return node.single ?? .list(node)
    }

    func write(_ scalar: some JSONScalar) -> Range<Int> {
      let start = scalars.bytes.count
      scalar.write(to: &scalars.bytes)
      return start..<scalars.bytes.count
    }

    func writeNull() -> Content {
      let start = scalars.bytes.count
      scalars.bytes += "null".utf8
      return .scalar(start..<scalars.bytes.count)
    }

    func setSingle(_ content: Content) { single = content }

    func add(_ content: Content, _ name: String? = nil) {
      if let name { names.append(name) }
      contents.append(content)
    }

    /// A value of this object or array that is yet to be written.
    func child(_ key: any CodingKey, named name: String? = nil) -> Node {
      let node = Node(scalars, key: key, parent: self)
      add(.list(node), name)
      return node
    }

    func write(to output: inout [UInt8]) {
      if let single { return single.write(to: &output, scalars) }
      if isArray {
        output.append(UInt8(ascii: "["))
        for (place, content) in contents.enumerated() {
          if place > 0 { output.append(UInt8(ascii: ",")) }
          content.write(to: &output, scalars)
        }
        return output.append(UInt8(ascii: "]"))
      }
      output.append(UInt8(ascii: "{"))
      let order = names.indices.sorted { (names[$0], $0) < (names[$1], $1) }
      var isFirst = true
      for (next, place) in order.enumerated() {
        // The last value that was given for a name stands.
        if next + 1 < order.count, names[order[next + 1]] == names[place] { continue }
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
        names[place].write(to: &output)
        output.append(UInt8(ascii: ":"))
        contents[place].write(to: &output, scalars)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  // MARK: What values are written with

  private struct ValueEncoder: Encoder, SingleValueEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { node.path }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
      KeyedEncodingContainer(Fields(node: node))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer {
      node.becomeArray()
      return Elements(node: node)
    }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() { node.setSingle(node.writeNull()) }
    func encode<Value: Encodable>(_ value: Value) throws {
      node.setSingle(try node.content(of: value, at: nil))
    }
  }

  private struct Fields<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: Node
    var codingPath: [any CodingKey] { node.path }

    func encodeNil(forKey key: Key) { node.add(node.writeNull(), key.stringValue) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
      node.add(try node.content(of: value, at: key), key.stringValue)
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      encoder(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder(key).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { encoder(Place(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

    private func encoder(_ key: any CodingKey) -> ValueEncoder {
      ValueEncoder(node: node.child(key, named: key.stringValue))
    }
  }

  private struct Elements: UnkeyedEncodingContainer {
    let node: Node
    var codingPath: [any CodingKey] { node.path }
    var count: Int { node.count }

    func encodeNil() { node.add(node.writeNull()) }
    func encode<Value: Encodable>(_ value: Value) throws {
      node.add(try node.content(of: value, at: Place(intValue: node.count)))
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) -> KeyedEncodingContainer<Nested> {
      next().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }
    func superEncoder() -> any Encoder { next() }

    private func next() -> ValueEncoder {
      ValueEncoder(node: node.child(Place(intValue: node.count)))
    }
  }

  /// A place in an array, or a name that belongs to no type.
  private struct Place: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
    init(intValue: Int) { (stringValue, self.intValue) = ("Index \(intValue)", intValue) }
  }
}

// MARK: Scalars

/// A value without parts.
private protocol JSONScalar {
  func write(to bytes: inout [UInt8])
}

extension Bool: JSONScalar {
  fileprivate func write(to bytes: inout [UInt8]) { bytes += (self ? "true" : "false").utf8 }
}

extension JSONScalar where Self: BinaryInteger {
  fileprivate func write(to bytes: inout [UInt8]) { bytes += description.utf8 }
}
extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}

extension JSONScalar where Self: BinaryFloatingPoint & LosslessStringConvertible {
  /// The shortest text that reads back the same; what is no number of JSON as a text.
  fileprivate func write(to bytes: inout [UInt8]) {
    guard isFinite else {
      return (isNaN ? "NaN" : self < 0 ? "-Infinity" : "Infinity").write(to: &bytes)
    }
    let text = description.utf8
    bytes += text.suffix(2).elementsEqual(".0".utf8) ? text.dropLast(2) : text[...]
  }
}
extension Double: JSONScalar {}
extension Float: JSONScalar {}

extension String: JSONScalar {
  fileprivate func write(to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    defer { bytes.append(UInt8(ascii: "\"")) }
    let isPlain = utf8.allSatisfy {
      $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { return bytes += utf8 }
    for byte in utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes += #"\b"#.utf8
      case 0x09: bytes += #"\t"#.utf8
      case 0x0A: bytes += #"\n"#.utf8
      case 0x0C: bytes += #"\f"#.utf8
      case 0x0D: bytes += #"\r"#.utf8
      case 0..<0x20:
        bytes += (byte < 0x10 ? #"\u000"# : #"\u001"#).utf8
        bytes += String(byte & 15, radix: 16).utf8
      default: bytes.append(byte)
      }
    }
  }
}
