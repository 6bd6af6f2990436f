import Datasets
import Engine

/// Turns an encodable value into the cells of one row: numbers, texts and truth values by their names.
/// A nil is a missing cell.
struct RowEncoder {
  /// - Parameter location: what messages call the row.
  /// - Throws: `Problem` for a value that is no row, or holds more than plain values.
  static func cells(of row: some Encodable, at location: String) throws -> [String: CellValue] {
    if let row = row as? [String: CellValue] { return row }
    if let row = row as? [String: String] { return row.mapValues { .text($0) } }
    if let row = row as? [String: Double] { return row.mapValues { .number($0) } }
    let sink = Sink(location)
    try row.encode(to: Coder(sink: sink, name: nil))
    guard sink.isRow else {
      throw Problem.data(
        location, expected: "values by the names of columns", found: "\(type(of: row))",
        fix: "give a dictionary, or a struct with a property for each column")
    }
    return sink.cells
  }

  /// Where the cells are gathered.
  fileprivate final class Sink {
    let location: String
    var cells: [String: CellValue] = [:]
    var isRow = false

    init(_ location: String) { self.location = location }

    func put(_ value: (some Encodable)?, _ name: String?) throws {
      guard let name else { throw refused(value, "a whole row") }
      if let cell = Self.cell(value) {
        cells[name] = cell
      } else if let value {
        // Such as a case of an enum, which writes its raw value.
        try value.encode(to: Coder(sink: self, name: name))
      }
    }

    private static func cell(_ value: (some Encodable)?) -> CellValue? {
      switch value {
      case nil: .missing
      case let cell as CellValue: cell
      case let text as String: .text(text)
      case let truth as Bool: .text(truth ? "true" : "false")
      case let number as Double: .number(number)
      case let number as Float: .number(Double(number))
      case let number as any BinaryInteger: .number(Double(number))
      default: nil
      }
    }

    func refused(_ value: Any?, _ name: String) -> Problem {
      Problem.data(
        "\(location), column `\(name)`", expected: "a number or a text",
        found: value.map { "\(type(of: $0))" } ?? "nil")
    }
  }

  fileprivate struct Coder: Encoder, SingleValueEncodingContainer {
    let sink: Sink
    /// The column that is written; nil for the row itself.
    let name: String?
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
      if name == nil { sink.isRow = true }
      return KeyedEncodingContainer(Columns(sink: sink, inside: name))
    }
    func unkeyedContainer() -> any UnkeyedEncodingContainer { Refusal(sink: sink, name: name) }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func encodeNil() throws { if let name { sink.cells[name] = .missing } }
    func encode(_ value: some Encodable) throws { try sink.put(value, name) }
  }

  private struct Columns<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let sink: Sink
    let inside: String?
    var codingPath: [any CodingKey] { [] }

    private func name(_ key: Key) throws -> String {
      guard let inside else { return key.stringValue }
      throw sink.refused(Any?.none, inside)
    }

    func encodeNil(forKey key: Key) throws { sink.cells[try name(key)] = .missing }
    private func put(_ value: (some Encodable)?, _ key: Key) throws {
      try sink.put(value, try name(key))
    }
    func encode(_ value: some Encodable, forKey key: Key) throws { try put(value, key) }
    // Left to themselves these skip what is nil; here it is a missing cell. One generic function would
    // not be taken for all of them.
    func encodeIfPresent(_ value: (some Encodable)?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int8?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int16?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int32?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws { try put(value, key) }
    func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try put(value, key) }
    func nestedContainer<Inner: CodingKey>(
      keyedBy type: Inner.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Inner> {
      KeyedEncodingContainer(Columns<Inner>(sink: sink, inside: key.stringValue))
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      Refusal(sink: sink, name: key.stringValue)
    }
    func superEncoder() -> any Encoder { Coder(sink: sink, name: "super") }
    func superEncoder(forKey key: Key) -> any Encoder { Coder(sink: sink, name: key.stringValue) }
  }

  /// A list is neither a row nor a cell.
  private struct Refusal: UnkeyedEncodingContainer {
    let sink: Sink
    let name: String?
    var codingPath: [any CodingKey] { [] }
    var count: Int { 0 }

    private var problem: Problem {
      sink.refused([Any]?.none ?? [], name ?? "")
    }
    func encodeNil() throws { throw problem }
    func encode(_ value: some Encodable) throws { throw problem }
    func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
      KeyedEncodingContainer(Columns<Key>(sink: sink, inside: name ?? ""))
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
    func superEncoder() -> any Encoder { Coder(sink: sink, name: name) }
  }
}
