import Engine

/// One setting of a kind of layer in files.
public struct LayerSetting: Sendable {
  /// Its name: `kernel_size`.
  public let name: String
  /// What it may be, in words.
  public let type: String
  /// Must it be given?
  public let isRequired: Bool
  /// Is it a list of layers?
  public let holdsLayers: Bool
  /// The number that stood for it where it must be given: another setting with this default takes it
  /// from this one.
  public fileprivate(set) var example: Int?
}

extension LayerCatalog {
  /// The settings of a kind of layer and a layer of it with all defaults, found by watching what it
  /// reads: the layers themselves are the only list.
  ///
  /// - Throws: what the layer throws for a setting that it does not accept.
  public static func settings(of type: any StoredLayer.Type) throws -> (
    settings: [LayerSetting], example: any StoredLayer
  ) {
    let notes = SettingsNotes()
    let example = try type.init(from: SettingsDecoder(notes: notes))
    return (notes.settings, example)
  }

  /// The type of a kind; nil if there is none.
  public static func type(named kind: String) -> (any StoredLayer.Type)? {
    layers.first { $0.kind == kind }
  }
}

/// What a layer has asked for.
private final class SettingsNotes {
  var settings: [LayerSetting] = []

  func add(_ name: String, _ type: Any.Type, isRequired: Bool) {
    let place = settings.firstIndex { $0.name == name }
    // Layers of sequences look for a pair, which they refuse, then for one number, then read either.
    let isNumber = place.map { settings[$0].type == Self.words(Int.self) } ?? false
    let setting = LayerSetting(
      name: name, type: Self.words(isNumber ? Int.self : type), isRequired: isRequired,
      holdsLayers: type == LayerList.self)
    if let place { settings[place] = setting } else { settings.append(setting) }
  }

  /// A number that no default is, another each time.
  func example(of name: String) -> Int {
    let number = 1_000_003 + settings.count
    if let place = settings.firstIndex(where: { $0.name == name }) {
      settings[place].example = number
    }
    return number
  }

  private static func words(_ type: Any.Type) -> String {
    switch type {
    case is Int.Type: "whole number"
    case is Double.Type, is Float.Type: "number"
    case is Bool.Type: "true or false"
    case is String.Type: "text"
    case is [Int].Type: "list of whole numbers"
    case is Extents.Type: "whole number, or [height, width]"
    case is LayerList.Type: "list of layers"
    case is ActivationFunction.Type: "activation"
    case is Initializer.Type: "initializer"
    case is Padding.Type: choice(Padding.allCases.map(\.rawValue))
    case let type as any NamedChoice.Type: choice(type.names)
    default: "\(type)"
    }
  }

  private static func choice(_ names: [String]) -> String {
    names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }
}

/// Answers what must be given with an example, and all else with nothing.
private struct SettingsDecoder: Decoder {
  let notes: SettingsNotes
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(SettingsContainer<Key>(notes: notes))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw unused() }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw unused() }

  fileprivate func unused() -> Problem {
    Problem.data("layer", expected: "settings by name", found: "another form")
  }
}

private struct SettingsContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let notes: SettingsNotes
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool { false }
  func decodeNil(forKey key: Key) -> Bool { true }

  private func optional<T>(_ type: T.Type, _ key: Key) -> T? {
    notes.add(key.stringValue, type, isRequired: false)
    return nil
  }

  private func required<T>(_ type: T.Type, _ key: Key) throws -> T {
    notes.add(key.stringValue, type, isRequired: true)
    // A recurrent layer, since only such a one fits into every layer that holds others.
    let number = notes.example(of: key.stringValue)
    let examples: [Any] = [
      number, 0.5, false, "", [1, 1], LayerList([LSTM(1)]), ActivationFunction.relu,
      Extents(height: number, width: number),
    ]
    for example in examples { if let value = example as? T { return value } }
    throw Problem.data("layer", expected: "an example of \(type)", found: "none")
  }

  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { optional(type, key) }
  func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { optional(type, key) }
  func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? { optional(type, key) }
  func decodeIfPresent(_ type: Float.Type, forKey key: Key) -> Float? { optional(type, key) }
  func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { optional(type, key) }
  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) -> T? { optional(type, key) }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try required(type, key) }
  func decode(_ type: String.Type, forKey key: Key) throws -> String { try required(type, key) }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try required(type, key) }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try required(type, key) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try required(type, key) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try required(type, key) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try required(type, key) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try required(type, key) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try required(type, key) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try required(type, key) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try required(type, key) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try required(type, key) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try required(type, key) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try required(type, key) }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try required(type, key) }

  private func unused() -> Problem { SettingsDecoder(notes: notes).unused() }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> { throw unused() }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw unused()
  }
  func superDecoder() throws -> any Decoder { throw unused() }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw unused() }
}
