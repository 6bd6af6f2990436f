import Engine
import Formatting
import Networks

/// One setting of a run: what it is called, what it may be, and how it is read and written. The list
/// ``RunConfiguration/settings`` is all that files, variables, flags and pages know of settings.
package struct RunSetting: Sendable {
  /// What a setting is about.
  package enum Group: String, CaseIterable, Sendable {
    case data, network, training, output
  }

  /// In files: `learning_rate`.
  package let name: String
  package fileprivate(set) var group = Group.data
  /// What it says, in a sentence.
  package let help: String
  /// What it may be, in words.
  package let values: String
  /// The names that stand for a value; empty if it is no choice among names.
  package let choices: [String]
  /// What it is if nobody says it, in words.
  package let usual: String
  /// Whether naming it is enough to say yes.
  package let isSwitch: Bool
  /// Whether a run that has begun can go on with another value.
  package private(set) var canChange = false
  /// Whether it says how files are read, so that it can be said of later files too.
  package private(set) var isOfFiles = false
  private var saysQuestion: Bool?
  /// Whether it says what is asked and how answers are measured, or nothing about a model: results of other
  /// values cannot be compared. Of the network and of training little does, of data and output most.
  package var isOfQuestion: Bool { saysQuestion ?? (group == .data || group == .output) }

  let form: TextForm
  let decode: @Sendable (any Decoder, inout RunConfiguration) throws -> Void
  let encode: @Sendable (RunConfiguration, any Encoder) throws -> Void
  /// What is wrong with its value whatever the other settings are.
  let problem: @Sendable (RunConfiguration, Registry) -> Problem?

  /// A setting that is read and written as its type is.
  ///
  /// - Parameters:
  ///   - values: in words; the type's own and those of the check if not given.
  ///   - usual: in words; the default if not given.
  ///   - form: how text of flags and variables becomes a value; the type's own if not given.
  init<Value: Codable & Sendable>(
    _ name: String, _ path: any WritableKeyPath<RunConfiguration, Value> & Sendable, _ help: String,
    values: String? = nil, choices: [String]? = nil, usual: String? = nil, form: TextForm? = nil,
    check: Check<Value>? = nil
  ) {
    self.name = name
    self.help = help
    let kind = ValueKind(of: Value.self)
    self.choices = choices ?? kind.choices
    self.values =
      values ?? (self.choices.isEmpty ? check?.expected ?? kind.words : self.choices.alternatives)
    self.usual = usual ?? Self.text(of: RunConfiguration()[keyPath: path])
    self.form = form ?? kind.form
    isSwitch = Value.self == Bool.self
    decode = { decoder, configuration in
      configuration[keyPath: path] = try Value(from: decoder)
    }
    encode = { configuration, encoder in try configuration[keyPath: path].encode(to: encoder) }
    problem = { [known = self.choices] configuration, registry in
      let value = configuration[keyPath: path]
      return check.flatMap { check in
        guard !check.holds(value, registry) else { return nil }
        let found = Self.text(of: value)
        return Problem.data(
          name, expected: check.expected, found: found,
          fix: Problem.fix(found, among: known, otherwise: ""))
      }
    }
  }

  /// What a flag would say to get a configuration's value; nil for the default.
  package func written(of configuration: RunConfiguration) -> String? {
    func text(_ configuration: RunConfiguration) -> String {
      (try? json(of: configuration)) ?? ""
    }
    let written = text(configuration)
    guard written != text(RunConfiguration()) else { return nil }
    return (try? JSONText.decode(String.self, from: written, at: name)) ?? written
  }

  /// A configuration's value as JSON text.
  package func json(of configuration: RunConfiguration) throws -> String {
    try JSONText.encode(SettingWriter(setting: self, configuration: configuration))
  }

  /// What it says, what it may be, and what it is if nobody says it.
  package var fullHelp: String {
    let facts = [values] + (usual == "none" ? [] : ["default: \(usual)"])
    return isSwitch ? help : "\(help) (\(facts.joined(separator: "; ")))"
  }

  private static func text(of value: some Encodable) -> String {
    let text = (try? JSONText.encode(value)) ?? "\(value)"
    return switch text {
    case "null", "[]": "none"
    case "true": "yes"
    case "false": "no"
    default: text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
    }
  }

  /// The same setting, which a run that has begun can go on with another value of.
  var changeable: RunSetting {
    var setting = self
    setting.canChange = true
    return setting
  }

  /// The same setting, which can be said of later files too.
  var ofFiles: RunSetting {
    var setting = self
    setting.isOfFiles = true
    return setting
  }

  /// The same setting, which says what is asked.
  var ofQuestion: RunSetting {
    var setting = self
    setting.saysQuestion = true
    return setting
  }

  /// The same setting, whose values make other models that answer the same question.
  var ofModel: RunSetting {
    var setting = self
    setting.saysQuestion = false
    return setting
  }

  /// The settings of a group.
  static func group(_ group: Group, _ settings: [RunSetting]) -> [RunSetting] {
    settings.map { setting in
      var setting = setting
      setting.group = group
      return setting
    }
  }
}

/// The value of one setting, to be written by itself.
struct SettingWriter: Encodable {
  let setting: RunSetting
  let configuration: RunConfiguration

  func encode(to encoder: any Encoder) throws { try setting.encode(configuration, encoder) }
}

/// What a value must be, whatever the other settings are.
struct Check<Value: Sendable>: Sendable {
  let expected: String
  /// Also given what can be named.
  let holds: @Sendable (Value, Registry) -> Bool
}

extension Check {
  init(expected: String, holds: @escaping @Sendable (Value) -> Bool) {
    self.init(expected: expected) { value, _ in holds(value) }
  }
}

extension Check {
  /// The check of a value that may be left out.
  static func ifGiven<Wrapped>(_ check: Check<Wrapped>) -> Check where Value == Wrapped? {
    Check(expected: check.expected) { value, registry in
      value.map { check.holds($0, registry) } ?? true
    }
  }
}

extension Check where Value == Int {
  static func from(_ least: Int, _ unit: String = "a whole number") -> Check {
    Check(expected: "\(unit) from \(least)") { $0 >= least }
  }

  static func from(_ range: ClosedRange<Int>) -> Check {
    Check(expected: "a whole number from \(range.lowerBound) to \(range.upperBound)") {
      range.contains($0)
    }
  }
}

extension Check where Value == Double {
  static var share: Check { Check(expected: "a share from 0 to below 1") { (0..<1).contains($0) } }
  static var above0: Check {
    Check(expected: "a finite number above 0") { $0 > 0 && $0.isFinite }
  }
  static var from0: Check {
    Check(expected: "a finite number from 0") { $0 >= 0 && $0.isFinite }
  }
}

/// How text of a flag or a variable becomes a value.
enum TextForm: Sendable {
  /// As it is.
  case verbatim
  /// A number, true, false, null, or text.
  case plain
  /// Parts with commas between, each as it is.
  case names
  /// Parts with commas between, each a number or text.
  case numbers
  /// As `numbers` if there are commas, else as `plain`.
  case oneOrMore
  /// `rotate=10,flip`; a name alone says yes. Some names stand for a value of their own.
  case members(unless: [String])
  /// `columns=day_*,as=tokens`; text without `=` is as it is.
  case columns
  /// `step:every=5,factor=0.5`.
  case named
  /// Parts with commas between, each as `named`, with one setting at most.
  case namedList

  /// - Parameter origin: what the text is the value of: `--schedule`.
  func value(_ text: String, origin: String) -> LocatedValue {
    if case .verbatim = self { return LocatedValue(.text(text), origin: origin) }
    if text.hasPrefix("{") || text.hasPrefix("["),
      let value = try? LocatedValue(json: text, origin: origin)
    {
      return value
    }
    let parts = ListText.parts(of: text).filter { !$0.isEmpty }
    switch self {
    case .verbatim, .plain: return LocatedValue(written: text, origin: origin)
    case .names:
      return LocatedValue(.list(parts.map { .init(.text($0), origin: origin) }), origin: origin)
    case .namedList:
      return LocatedValue(.list(parts.map { Self.named.value($0, origin: origin) }), origin: origin)
    case .oneOrMore where !text.contains(","): return LocatedValue(written: text, origin: origin)
    case .numbers, .oneOrMore:
      return LocatedValue(
        .list(parts.map { LocatedValue(written: $0, origin: origin) }), origin: origin)
    case .members(let others):
      let isName =
        text.isEmpty || others.contains { $0.normalizedName == text.normalizedName }
      return (isName ? nil : Self.members(text, origin))
        ?? LocatedValue(.text(text), origin: origin)
    case .columns:
      return (ListText.hasMembers(text) ? Self.members(text, origin) : nil)
        ?? LocatedValue(.text(text), origin: origin)
    case .named:
      let halves = text.split(separator: ":", maxSplits: 1).map(String.init)
      guard halves.count == 2,
        let members = Self.members(
          "name=\(halves[0]),\(halves[1])", origin
        )
      else { return LocatedValue(.text(text), origin: origin) }
      return members
    }
  }

  /// Nil for a part without a name.
  private static func members(_ text: String, _ origin: String) -> LocatedValue? {
    var members: [String: LocatedValue] = [:]
    for (name, value) in ListText.members(of: text) where !name.isEmpty || value != nil {
      guard !name.isEmpty else { return nil }
      members[name] =
        value.map { LocatedValue(written: $0, origin: origin) }
        ?? LocatedValue(.bool(true), origin: origin)
    }
    return LocatedValue(.object(members), origin: origin)
  }
}

/// What a type says about the values of its settings.
private struct ValueKind {
  var words = "see the documentation"
  var form = TextForm.plain
  var choices: [String] = []

  init(of type: Any.Type) {
    switch type {
    case is Int.Type, is Int?.Type, is UInt64.Type: words = "a whole number"
    case is Double.Type, is Double?.Type: words = "a number"
    case is Bool.Type, is Bool?.Type: words = "true or false"
    case is String.Type, is String?.Type: (words, form) = ("text", .verbatim)
    case is [String].Type: (words, form) = ("names", .names)
    case is [Int]?.Type: (words, form) = ("whole numbers", .numbers)
    case let type as any NamedChoice.Type: (choices, form) = (type.names, .verbatim)
    case let type as any OptionalChoice.Type: (choices, form) = (type.names, .verbatim)
    default: break
    }
  }
}

/// A choice that may be left open.
private protocol OptionalChoice { static var names: [String] { get } }
extension Optional: OptionalChoice where Wrapped: NamedChoice {
  static var names: [String] { Wrapped.names }
}

extension String {
  /// Without spaces around it.
  package var trimmed: String {
    var text = self[...]
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
