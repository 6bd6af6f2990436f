import Engine

/// The schemas of types, found by asking each type to read itself: what it asks for is what it consists of.
/// So there is no second list of properties that could differ from the first.
final class SchemaCatalog {
  /// By the names of their types, each once.
  private(set) var components: [String: Schema] = [:]

  /// The schema of a type; those of its parts become components.
  /// - Throws: what the type throws that finds nothing of what it needs: it has to be ``Described``.
  func schema<Value: Decodable>(of type: Value.Type) throws -> Schema {
    if let simple = Self.simple(type) { return simple }
    if let collection = type as? any SchemaCollection.Type { return try collection.schema(self) }
    if let choice = type as? any (RawRepresentable & CaseIterable).Type {
      return Self.schema(ofChoice: choice)
    }
    let name = Self.name(of: type)
    if components[name] == nil {
      // A type may hold values of itself.
      components[name] = Schema(.object)
      components[name] = try ofComponent(type)
    }
    return .component(name)
  }

  private func ofComponent<Value: Decodable>(_ type: Value.Type) throws -> Schema {
    let described = type as? any Described.Type
    if let schema = described?.ownSchema { return schema }
    var schema = Schema(.object)
    let reading = SchemaReading(self)
    _ = try type.init(from: SchemaDecoder(reading: reading))
    schema.properties = reading.properties
    schema.required = reading.required.isEmpty ? nil : reading.required.sorted()
    for (property, text) in described?.descriptions ?? [:] {
      guard schema.properties?[property] != nil else {
        throw Problem.shape(Self.name(of: type), expected: "the property", found: property)
      }
      schema.properties?[property]?.description = text
    }
    return schema
  }

  private static func simple(_ type: any Any.Type) -> Schema? {
    switch type {
    case is String.Type: Schema(.string)
    case is Bool.Type: Schema(.boolean)
    case is Double.Type, is Float.Type: Schema(.number)
    case is any FixedWidthInteger.Type: Schema(.integer)
    default: nil
    }
  }

  private static func schema<Choice: RawRepresentable & CaseIterable>(
    ofChoice type: Choice.Type
  ) -> Schema {
    var schema = Schema(.string)
    schema.choices = type.allCases.map { "\($0.rawValue)" }
    return schema
  }

  /// `Trace.Section` is called `TraceSection`.
  private static func name(of type: any Any.Type) -> String {
    String(reflecting: type).split(separator: ".").dropFirst().joined()
  }

  /// Some value of a type.
  fileprivate func value<Value: Decodable>(of type: Value.Type) throws -> Value {
    if let zero = Self.zero(of: type) as? Value { return zero }
    if let choice = type as? any (RawRepresentable & CaseIterable).Type,
      let first = Self.first(choice) as? Value
    {
      return first
    }
    let reading = SchemaReading(self)
    return try type.init(from: SchemaDecoder(reading: reading))
  }

  private static func zero(of type: any Any.Type) -> Any? {
    switch type {
    case is String.Type: ""
    case is Bool.Type: false
    case let type as any Numeric.Type: type.zero
    case let type as any SchemaCollection.Type: type.empty
    default: nil
    }
  }

  private static func first<Choice: CaseIterable>(_ type: Choice.Type) -> Choice? {
    type.allCases.first
  }
}

/// A type that says something of its schema which its properties do not.
protocol Described {
  /// What properties mean, by their names.
  static var descriptions: [String: String] { get }
  /// All of it, of a type that reads itself in an unusual way.
  static var ownSchema: Schema? { get }
}

extension Described {
  static var descriptions: [String: String] { [:] }
  static var ownSchema: Schema? { nil }
}

/// Lists and dictionaries, which need no value of their elements.
private protocol SchemaCollection {
  static func schema(_ catalog: SchemaCatalog) throws -> Schema
  static var empty: Any { get }
}

extension Array: SchemaCollection where Element: Decodable {
  fileprivate static func schema(_ catalog: SchemaCatalog) throws -> Schema {
    .array(of: try catalog.schema(of: Element.self))
  }
  fileprivate static var empty: Any { Self() }
}

extension Dictionary: SchemaCollection where Key == String, Value: Decodable {
  fileprivate static func schema(_ catalog: SchemaCatalog) throws -> Schema {
    var schema = Schema(.object)
    schema.otherProperties = .some(try catalog.schema(of: Value.self))
    return schema
  }
  fileprivate static var empty: Any { Self() }
}

/// Notes what one type asks for.
private final class SchemaReading {
  let catalog: SchemaCatalog
  var properties: [String: Schema] = [:]
  var required: Set<String> = []

  init(_ catalog: SchemaCatalog) { self.catalog = catalog }

  func value<Value: Decodable>(_ type: Value.Type, _ key: any CodingKey) throws -> Value {
    required.insert(key.stringValue)
    properties[key.stringValue] = try catalog.schema(of: type)
    return try catalog.value(of: type)
  }
}

private struct SchemaDecoder: Decoder {
  let reading: SchemaReading
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(SchemaFields<Key>(reading: reading))
  }
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw Self.unusual }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw Self.unusual }

  /// Types that are read so are ``Described``.
  static var unusual: Problem {
    Problem.shape("schema", expected: "a type that reads fields", found: "another")
  }
}

private struct SchemaFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let reading: SchemaReading
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  /// Names of earlier versions are not looked for.
  func contains(_ key: Key) -> Bool { false }
  func decodeNil(forKey key: Key) -> Bool { false }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try reading.value(type, key)
  }
  // Those of the protocol look whether there is a value first.
  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    try note(type, key)
  }
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? { try note(type, key) }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? { try note(type, key) }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? { try note(type, key) }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    try note(type, key)
  }
  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    try note(type, key)
  }
  private func note<Value: Decodable>(_ type: Value.Type, _ key: Key) throws -> Value? {
    reading.properties[key.stringValue] = try reading.catalog.schema(of: type)
    return nil
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> { throw SchemaDecoder.unusual }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw SchemaDecoder.unusual
  }
  func superDecoder() throws -> any Decoder { throw SchemaDecoder.unusual }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw SchemaDecoder.unusual }
}
