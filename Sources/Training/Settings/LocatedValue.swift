import Engine
import Networks

/// The value of a setting as a file, a variable or a flag gives it, before it is known to be any good, and
/// where it is written.
package struct LocatedValue: Sendable, Equatable {
  /// What is written there.
  package indirect enum Content: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([LocatedValue])
    case object([String: LocatedValue])
  }

  package var content: Content
  /// `run.yaml:3:1`, `GLASSBOX_EPOCHS`, `--epochs`; empty if it is written nowhere.
  package var origin: String

  /// A value and where it is written.
  package init(_ content: Content, origin: String = "") {
    self.content = content
    self.origin = origin
  }

  /// JSON text, such as a configuration file's.
  /// - Parameter origin: the file's name.
  /// - Throws: `Problem` for text that is no JSON.
  package init(json text: String, origin: String) throws {
    self = try JSONText.decode(LocatedValue.self, from: text, at: origin).from(origin)
  }

  /// The members of an object; nil for anything else.
  package var members: [String: LocatedValue]? {
    if case .object(let members) = content { members } else { nil }
  }

  /// With all its parts at one place.
  private func from(_ origin: String) -> LocatedValue {
    switch content {
    case .list(let items): .init(.list(items.map { $0.from(origin) }), origin: origin)
    case .object(let members):
      .init(.object(members.mapValues { $0.from(origin) }), origin: origin)
    default: .init(content, origin: origin)
    }
  }

  /// A value that is no setting of a run, such as the content of a file of its own.
  ///
  /// - Parameter name: how messages call it.
  /// - Throws: `Problem` for what cannot be read, and for names that are not known, each with its line.
  package func read<Value: Decodable>(_ type: Value.Type, of name: String) throws -> Value {
    let decoder = SettingDecoder(self, of: name)
    do {
      let value = try Value(from: decoder)
      try Problem.throwIfAny(decoder.unknown)
      return value
    } catch let problem as Problem {
      let path = problem.location.hasPrefix(name) ? problem.location.dropFirst(name.count) : ""
      guard problem.causes.isEmpty else { throw problem }
      throw problem.written(at: origin(at: path))
    }
  }

  /// In words, for messages.
  package var description: String {
    switch content {
    case .null: "nothing"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .text(let text): "`\(text)`"
    case .list: "a list"
    case .object: "settings by name"
    }
  }
}

extension LocatedValue {
  /// Text as the value it looks like: a number, true, false, null, or text.
  init(written text: some StringProtocol, origin: String) {
    let content: Content =
      switch text {
      case "true": .bool(true)
      case "false": .bool(false)
      case "null": .null
      default:
        // Whole numbers that are too large stay digits, which a seed may be.
        Int(text).map(Content.integer) ?? (UInt64(text) == nil ? Double(text) : nil)
          .map(Content.number) ?? .text(String(text))
      }
    self.init(content, origin: origin)
  }
}

extension LocatedValue: Codable {
  package init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: AnyKey.self) {
      self.init(
        .object(
          try Dictionary(
            uniqueKeysWithValues: object.allKeys.map {
              ($0.stringValue, try object.decode(LocatedValue.self, forKey: $0))
            })))
      return
    }
    if var list = try? decoder.unkeyedContainer() {
      var items: [LocatedValue] = []
      while !list.isAtEnd { items.append(try list.decode(LocatedValue.self)) }
      self.init(.list(items))
      return
    }
    let single = try decoder.singleValueContainer()
    let content: Content =
      if single.decodeNil() {
        .null
      } else if let bool = try? single.decode(Bool.self) {
        .bool(bool)
      } else if let integer = try? single.decode(Int.self) {
        .integer(integer)
      } else if let large = try? single.decode(UInt64.self) {
        .text("\(large)")
      } else if let number = try? single.decode(Double.self) {
        .number(number)
      } else {
        .text(try single.decode(String.self))
      }
    self.init(content)
  }

  /// Without its origin.
  package func encode(to encoder: any Encoder) throws {
    switch content {
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
    case .bool(let value): try value.encode(to: encoder)
    case .integer(let value): try value.encode(to: encoder)
    case .number(let value): try value.encode(to: encoder)
    case .text(let value): try value.encode(to: encoder)
    }
  }
}
