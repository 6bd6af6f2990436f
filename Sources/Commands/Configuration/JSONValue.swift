import Glassbox

/// Any JSON value: what configuration files, the environment and flags are turned into before they
/// are laid over each other.
enum JSONValue: Equatable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// Any value as JSON, by way of its text.
  init(_ value: some Encodable) throws {
    self = try JSONText.decode(JSONValue.self, from: JSONText.encode(value), at: "value")
  }

  /// The members of an object; nil for anything else.
  var members: [String: JSONValue]? {
    if case .object(let members) = self { members } else { nil }
  }

  /// Command-line text as the value it looks like: a number, true, false, null, or text.
  init(written text: String) {
    switch text {
    case "true": self = .bool(true)
    case "false": self = .bool(false)
    case "null": self = .null
    default:
      self = Int(text).map(Self.integer) ?? Double(text).map(Self.number) ?? .text(text)
    }
  }
}

extension JSONValue: Codable {
  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      self = .object(
        try Dictionary(
          uniqueKeysWithValues: object.allKeys.map {
            ($0.stringValue, try object.decode(JSONValue.self, forKey: $0))
          }))
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var items: [JSONValue] = []
      while !list.isAtEnd { items.append(try list.decode(JSONValue.self)) }
      self = .list(items)
      return
    }
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let bool = try? single.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? single.decode(Int.self) {
      self = .integer(integer)
    } else if let number = try? single.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try single.decode(String.self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .object(let members):
      var container = encoder.container(keyedBy: AnyKey.self)
      for (name, value) in members.sorted(by: { $0.key < $1.key }) {
        try container.encode(value, forKey: AnyKey(name))
      }
    case .list(let items):
      var container = encoder.unkeyedContainer()
      for item in items { try container.encode(item) }
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .bool(let value): try Self.put(value, encoder)
    case .integer(let value): try Self.put(value, encoder)
    case .number(let value): try Self.put(value, encoder)
    case .text(let value): try Self.put(value, encoder)
    }
  }

  private static func put(_ value: some Encodable, _ encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}
