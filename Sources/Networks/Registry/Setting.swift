public import Engine
import Formatting

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
  /// What its numbers may be; nil if it has none.
  package var range: ClosedRange<Double>?
}

/// One setting of a kind of thing, declared once: its name in files and where its value is kept.
public struct Setting<Owner>: Sendable {
  /// What there is to know of it.
  package let facts: SettingFacts
  let read: @Sendable (inout Owner, KeyedDecodingContainer<AnyKey>, AnyKey) throws -> Void
  let write: @Sendable (Owner, inout KeyedEncodingContainer<AnyKey>) throws -> Void
  /// Its value as it is; nil where it is kept in a form of its own.
  var value: @Sendable (Owner) -> Any? = { _ in nil }
  /// Changes it; a value of another type changes nothing.
  var change: @Sendable (inout Owner, Any) -> Void = { _, _ in }

  /// For values that are written in a form of their own.
  init(
    _ facts: SettingFacts,
    read: @escaping @Sendable (inout Owner, KeyedDecodingContainer<AnyKey>, AnyKey) throws -> Void,
    write: @escaping @Sendable (Owner, inout KeyedEncodingContainer<AnyKey>) throws -> Void
  ) {
    (self.facts, self.read, self.write) = (facts, read, write)
  }

  /// For values that are kept at a path.
  private init<Value>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable, type: String,
    isRequired: Bool = false, source: String? = nil, in range: ClosedRange<Double>? = nil,
    read: @escaping @Sendable (KeyedDecodingContainer<AnyKey>, AnyKey) throws -> Value,
    write: @escaping @Sendable (Value, inout KeyedEncodingContainer<AnyKey>, AnyKey) throws -> Void
  ) {
    self.init(
      SettingFacts(name: name, type: type, isRequired: isRequired, source: source, range: range),
      read: { owner, fields, key in owner[keyPath: path] = try read(fields, key) },
      write: { owner, fields in try write(owner[keyPath: path], &fields, AnyKey(name)) })
    value = { $0[keyPath: path] }
    change = { owner, new in if let new = new as? Value { owner[keyPath: path] = new } }
  }

  private init<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable, isRequired: Bool,
    in range: ClosedRange<Double>
  ) {
    self.init(
      name, path, type: Value.words, isRequired: isRequired, in: range,
      read: { try $0.decode(Value.self, in: range, forKey: $1) },
      write: { try $1.encode($0, forKey: $2) })
  }

  /// A setting that has a usual value.
  ///
  /// - Parameter range: what its numbers may be; of the type if not given. Others are refused where
  ///   they are read, before anything is computed from them.
  public static func usual<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable,
    in range: ClosedRange<Double> = Value.range
  ) -> Setting { Setting(name, path, isRequired: false, in: range) }

  /// A setting that must be given.
  ///
  /// - Parameter range: what its numbers may be; of the type if not given.
  public static func required<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable,
    in range: ClosedRange<Double> = Value.range
  ) -> Setting { Setting(name, path, isRequired: true, in: range) }

  /// A setting that may be nil.
  ///
  /// - Parameters:
  ///   - source: the name of another setting whose value it then has.
  ///   - range: what its numbers may be; of the type if not given.
  public static func optional<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value?> & Sendable,
    from source: String? = nil, in range: ClosedRange<Double> = Value.range
  ) -> Setting {
    Setting(
      name, path, type: Value.words, source: source, in: range,
      read: { try $0.decode(Value.self, in: range, forKey: $1) },
      write: { try $1.encodeIfPresent($0, forKey: $2) })
  }

  /// Another way to give a part of an earlier setting; read, but never written.
  static func alternative<Value: SettingValue>(
    _ name: String, _ path: any WritableKeyPath<Owner, Value> & Sendable,
    in range: ClosedRange<Double> = Value.range
  ) -> Setting {
    Setting(
      name, path, type: Value.words, in: range,
      read: { try $0.decode(Value.self, in: range, forKey: $1) }, write: { _, _, _ in })
  }

  /// A setting that is one of a family, such as an initialiser.
  public static func member<F: Family>(
    _ name: String, _ path: any WritableKeyPath<Owner, F.Member> & Sendable, of family: F.Type
  ) -> Setting {
    Setting(
      name, path, type: F.word,
      read: { try $0.decode(Named<F>.self, forKey: $1).wrappedValue },
      write: { try $1.encode(Named<F>(wrappedValue: $0), forKey: $2) })
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
  /// What its numbers may be where a setting says nothing else.
  static var range: ClosedRange<Double> { get }
  /// The numbers it has, which must be in a setting's range; none if not said.
  var numbers: [Double] { get }
}

extension SettingValue {
  public static var range: ClosedRange<Double> { NetworkLimits.wholeNumber }
  public var numbers: [Double] { [] }
}

extension KeyedDecodingContainer<AnyKey> {
  /// A value whose numbers are known to be in a range.
  /// - Throws: `Problem` if they are not.
  func decode<Value: SettingValue>(
    _ type: Value.Type, in range: ClosedRange<Double>, forKey key: AnyKey
  ) throws -> Value {
    let value = try decode(type, forKey: key)
    // Not a number is in no range.
    if let wrong = value.numbers.first(where: { !range.contains($0) }) {
      throw Problem.data(
        (codingPath + [key]).place,
        expected: "\(Value.words), from \(text(range.lowerBound)) to \(text(range.upperBound))",
        found: text(wrong))
    }
    return value
  }

  /// Whole numbers to the last digit.
  private func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? number.brief
  }
}

extension Int: SettingValue {
  public static var words: String { "whole number" }
  public var numbers: [Double] { [Double(self)] }
}
extension Double: SettingValue {
  public static var words: String { "number" }
  public static var range: ClosedRange<Double> { NetworkLimits.number }
  public var numbers: [Double] { [self] }
}
extension Bool: SettingValue { public static var words: String { "true or false" } }
extension String: SettingValue { public static var words: String { "text" } }
extension Array: SettingValue where Element: SettingValue {
  public static var words: String {
    let one = "list of "
    return Element.words.hasPrefix(one)
      ? one + "lists of " + Element.words.dropFirst(one.count) : one + Element.words + "s"
  }
  public static var range: ClosedRange<Double> { Element.range }
  public var numbers: [Double] { flatMap(\.numbers) }
}

extension SettingValue where Self: NamedChoice {
  public static var words: String { names.alternatives }
}

extension Array {
  /// Settings of a part of something as settings of the whole.
  func within<Whole, Part>(_ path: any WritableKeyPath<Whole, Part> & Sendable) -> [Setting<Whole>]
  where Element == Setting<Part> {
    map { setting in
      var whole = Setting<Whole>(
        setting.facts,
        read: { whole, fields, key in try setting.read(&whole[keyPath: path], fields, key) },
        write: { whole, fields in try setting.write(whole[keyPath: path], &fields) })
      whole.value = { setting.value($0[keyPath: path]) }
      whole.change = { setting.change(&$0[keyPath: path], $1) }
      return whole
    }
  }
}
