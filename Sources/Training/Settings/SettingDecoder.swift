import Engine
import Networks

/// Reads values from what is written, and notes which settings were asked for: others are mistakes.
struct SettingDecoder: Decoder {
  let value: LocatedValue
  let codingPath: [any CodingKey]
  let userInfo: [CodingUserInfoKey: Any]
  private let notes: Notes

  /// The names that were asked for, by the place of what should hold them.
  private final class Notes {
    var asked: [String: Set<String>] = [:]
  }

  init(_ value: LocatedValue, of name: String, userInfo: [CodingUserInfoKey: Any] = [:]) {
    self.init(value, [AnyKey(name)], userInfo, Notes())
  }

  private init(
    _ value: LocatedValue, _ path: [any CodingKey], _ userInfo: [CodingUserInfoKey: Any],
    _ notes: Notes
  ) {
    self.value = value
    self.codingPath = path
    self.userInfo = userInfo
    self.notes = notes
  }

  /// For each name that is written but was never asked for: a setting that would be left out without a
  /// word.
  var unknown: [Problem] { unknown(in: value, codingPath) }

  private func unknown(in value: LocatedValue, _ path: [any CodingKey]) -> [Problem] {
    switch value.content {
    case .list(let items):
      return items.enumerated().flatMap { unknown(in: $1, path + [PlaceKey($0)]) }
    case .object(let members):
      return members.sorted { $0.key < $1.key }.flatMap { name, member -> [Problem] in
        guard let asked = notes.asked[path.place] else { return [] }
        if asked.contains(name) { return unknown(in: member, path + [AnyKey(name)]) }
        return [Self.unknown(name, member, among: asked, path.place)]
      }
    default: return []
    }
  }

  private static func unknown(
    _ name: String, _ value: LocatedValue, among asked: Set<String>, _ place: String
  ) -> Problem {
    Problem.data(
      place, expected: asked.isEmpty ? "no settings for \(place)" : "a setting of \(place)",
      found: "`\(name)`",
      fix: asked.isEmpty ? "remove it" : Problem.fix(name, among: asked.sorted())
    ).written(at: value.origin)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let members = value.members else { throw mismatch("settings by name") }
    notes.asked[codingPath.place, default: []].formUnion([])
    return KeyedDecodingContainer(Keyed<Key>(decoder: self, members: members))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let items) = value.content else { throw mismatch("a list") }
    return Unkeyed(decoder: self, items: items)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { Single(decoder: self) }

  // MARK: Values

  private func mismatch(_ expected: String) -> Problem {
    var fix = ""
    if expected == Self.textForm {
      switch value.content {
      case .integer, .number, .bool: fix = "put it in quotation marks"
      default: break
      }
    }
    return Problem.data(
      codingPath.place, expected: expected, found: value.description, fix: fix)
  }

  private static let textForm = "text"

  private func bool() throws -> Bool {
    guard case .bool(let bool) = value.content else { throw mismatch("true or false") }
    return bool
  }

  private func text() throws -> String {
    guard case .text(let text) = value.content else { throw mismatch(Self.textForm) }
    return text
  }

  private func number<Number: BinaryFloatingPoint>(_ type: Number.Type) throws -> Number {
    switch value.content {
    case .integer(let integer): return Number(integer)
    case .number(let number): return Number(number)
    case .text("Infinity"): return .infinity
    case .text("-Infinity"): return -.infinity
    case .text("NaN"): return .nan
    default: throw mismatch("a number")
    }
  }

  private func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Any {
    let integer: Number? =
      switch value.content {
      case .integer(let integer): Number(exactly: integer)
      case .number(let number): Number(exactly: number)
      // What is too large for the reader of the file comes as its digits.
      case .text(let text): Number(text)
      default: nil
      }
    guard let integer else {
      throw mismatch(Number.isSigned ? "a whole number" : "a whole number from 0")
    }
    return integer
  }

  private func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let read: Any =
      switch type {
      case is Bool.Type: try bool()
      case is String.Type: try text()
      case is Double.Type: try number(Double.self)
      case is Float.Type: try number(Float.self)
      case let type as any FixedWidthInteger.Type: try integer(type)
      default: try Value(from: self)
      }
    return read as! Value
  }

  private func inner(_ value: LocatedValue, _ key: any CodingKey) -> SettingDecoder {
    SettingDecoder(value, codingPath + [key], userInfo, notes)
  }

  private struct PlaceKey: CodingKey {
    let intValue: Int?
    var stringValue: String { "\(intValue ?? 0)" }
    init(_ place: Int) { intValue = place }
    init?(intValue: Int) { self.init(intValue) }
    init?(stringValue: String) { nil }
  }

  // MARK: Containers

  private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: SettingDecoder
    let members: [String: LocatedValue]
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members.keys.sorted().compactMap { Key(stringValue: $0) } }

    private func member(_ key: any CodingKey) -> LocatedValue? {
      decoder.notes.asked[codingPath.place, default: []].insert(key.stringValue)
      return members[key.stringValue]
    }

    private func present(_ key: any CodingKey) throws -> SettingDecoder {
      guard let value = member(key) else {
        throw Problem.data(
          (codingPath + [key]).place, expected: "this setting", found: "none",
          fix: "add `\(key.stringValue)`")
      }
      return decoder.inner(value, key)
    }

    func contains(_ key: Key) -> Bool { member(key) != nil }
    func decodeNil(forKey key: Key) -> Bool { (member(key)?.content ?? .null) == .null }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try present(key).decode(type)
    }

    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try present(key).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try present(key).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { try present(AnyKey("super")) }
    func superDecoder(forKey key: Key) throws -> any Decoder {
      decoder.inner(member(key) ?? LocatedValue(.null), key)
    }
  }

  private struct Unkeyed: UnkeyedDecodingContainer {
    let decoder: SettingDecoder
    let items: [LocatedValue]
    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex == items.count }
    private(set) var currentIndex = 0

    private mutating func next() throws -> SettingDecoder {
      guard !isAtEnd else {
        throw Problem.data(
          codingPath.place, expected: "more than \(items.count) in this list", found: "the end")
      }
      defer { currentIndex += 1 }
      return decoder.inner(items[currentIndex], PlaceKey(currentIndex))
    }

    mutating func decodeNil() -> Bool {
      guard !isAtEnd, items[currentIndex].content == .null else { return false }
      currentIndex += 1
      return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try next().decode(type)
    }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
      try next().unkeyedContainer()
    }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }

  private struct Single: SingleValueDecodingContainer {
    let decoder: SettingDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.value.content == .null }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
      try decoder.decode(type)
    }
  }
}
