public import Engine

/// What a page or a list says about one setting.
package struct SettingFacts: Sendable, Hashable {
  /// Its name in files: `kernel_size`.
  package let name: String
  /// What it may be, in words.
  package let type: String
  /// Must it be given?
  package let isRequired: Bool
  /// The other setting whose value it has if it is not given.
  package let source: String?
}

/// One setting of a kind of thing, declared once: its name in files and where its value is kept.
public struct Setting<Owner>: Sendable {
  /// What there is to know of it.
  package let facts: SettingFacts
  let read: @Sendable (inout Owner, KeyedDecodingContainer<AnyKey>, AnyKey) throws -> Void
  let write: @Sendable (Owner, inout KeyedEncodingContainer<AnyKey>) throws -> Void

  /// For values that are written in a form of their own.
  init(
    _ facts: SettingFacts,
    read: @escaping @Sendable (inout Owner, KeyedDecodingContainer<AnyKey>, AnyKey) throws -> Void,
    write: @escaping @Sendable (Owner, inout KeyedEncodingContainer<AnyKey>) throws -> Void
  ) {
    (self.facts, self.read, self.write) = (facts, read, write)
  }

  private init<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable, isRequired: Bool
  ) {
    self.init(
      SettingFacts(name: name, type: Value.words, isRequired: isRequired, source: nil),
      read: { owner, fields, key in
        owner[keyPath: path] = try fields.decode(Value.self, forKey: key)
      },
      write: { owner, fields in try fields.encode(owner[keyPath: path], forKey: AnyKey(name)) })
  }

  /// A setting that has a usual value.
  public static func usual<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable
  ) -> Setting { Setting(name, path, isRequired: false) }

  /// A setting that must be given.
  public static func required<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable
  ) -> Setting { Setting(name, path, isRequired: true) }

  /// A setting that may be nil.
  ///
  /// - Parameter source: the name of another setting whose value it then has.
  public static func optional<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value?> & Sendable,
    from source: String? = nil
  ) -> Setting {
    Setting(
      SettingFacts(name: name, type: Value.words, isRequired: false, source: source),
      read: { owner, fields, key in
        owner[keyPath: path] = try fields.decode(Value.self, forKey: key)
      },
      write: { owner, fields in
        try fields.encodeIfPresent(owner[keyPath: path], forKey: AnyKey(name))
      })
  }

  /// Another way to give a part of an earlier setting; read, but never written.
  static func alternative<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable
  ) -> Setting {
    Setting(
      SettingFacts(name: name, type: Value.words, isRequired: false, source: nil),
      read: { owner, fields, key in
        owner[keyPath: path] = try fields.decode(Value.self, forKey: key)
      },
      write: { _, _ in })
  }

  /// A setting that is one of a family, such as an initialiser.
  public static func member<F: Family>(
    _ name: String, _ path: any WritableKeyPath<Owner, F.Member> & Sendable, of family: F.Type
  ) -> Setting {
    Setting(
      SettingFacts(name: name, type: F.word, isRequired: false, source: nil),
      read: { owner, fields, key in
        owner[keyPath: path] = try fields.decode(Named<F>.self, forKey: key).wrappedValue
      },
      write: { owner, fields in
        try fields.encode(Named<F>(wrappedValue: owner[keyPath: path]), forKey: AnyKey(name))
      })
  }

  /// An initialiser with a usual value.
  public static func initializer(
    _ name: String, _ path: any WritableKeyPath<Owner, any Initializer> & Sendable
  ) -> Setting { member(name, path, of: Initializers.self) }
}

/// A type of values that a setting can have.
public protocol SettingValue: Codable, Sendable {
  /// What it may be, in words.
  static var words: String { get }
}

extension Int: SettingValue { public static var words: String { "whole number" } }
extension Double: SettingValue { public static var words: String { "number" } }
extension Bool: SettingValue { public static var words: String { "true or false" } }
extension String: SettingValue { public static var words: String { "text" } }
extension Array: SettingValue where Element: SettingValue {
  public static var words: String { "list of " + Element.words + "s" }
}

extension SettingValue where Self: NamedChoice {
  public static var words: String { names.alternatives }
}

extension Array {
  /// Settings of a part of something as settings of the whole.
  func within<Whole, Part>(_ path: any WritableKeyPath<Whole, Part> & Sendable) -> [Setting<Whole>]
  where Element == Setting<Part> {
    map { setting in
      Setting<Whole>(
        setting.facts,
        read: { whole, fields, key in try setting.read(&whole[keyPath: path], fields, key) },
        write: { whole, fields in try setting.write(whole[keyPath: path], &fields) })
    }
  }
}
