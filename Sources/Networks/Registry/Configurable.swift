public import Engine

/// A kind of thing that files name and give settings to: a layer, a loss, a schedule.
///
/// It tells its name, a value with all usual settings, and which settings there are. From these follow
/// reading and writing, the listing of settings, and the refusal of names it does not know:
/// ```swift
/// struct Scale: StoredLayer {
///   static let kind = "scale"
///   static var usual: Scale { Scale() }
///   static var settings: [Setting<Scale>] { [.usual("factor", \.factor)] }
///   var factor = 2.0
///   func callAsFunction(_ input: Node) throws -> Node { try input * factor }
/// }
/// ```
public protocol Configurable: Sendable, Codable {
  /// Its name in files and on the command line, in Keras's spelling: `he_normal`. Read in any case.
  static var kind: String { get }
  /// Other names under which it is read.
  static var aliases: [String] { get }
  /// A new value with every default; what must be given has a value that stands for none.
  static var usual: Self { get }
  /// Each setting once, in the order in which they are listed and read.
  static var settings: [Setting<Self>] { get }
  /// - Throws: `Problem` at the location for settings whose values are impossible.
  func check(at location: String) throws(Problem)
}

extension Configurable {
  public static var aliases: [String] { [] }
  public static var settings: [Setting<Self>] { [] }
  public func check(at location: String) throws(Problem) {}

  /// What there is to know of its settings without knowing its type.
  package static var settingFacts: [SettingFacts] { settings.map(\.facts) }

  /// Every setting that is not required may be left out.
  /// - Throws: `Problem` (all of them together) for what is missing, unknown or impossible.
  public init(from decoder: any Decoder) throws {
    self = try Self.read(decoder.container(keyedBy: AnyKey.self), at: decoder.codingPath.place)
  }

  /// Writes every setting that has a value.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: AnyKey.self)
    for setting in Self.settings { try setting.write(self, &fields) }
  }

  /// The usual value with what is given put over it.
  static func read(
    _ fields: KeyedDecodingContainer<AnyKey>?, beside others: Set<String> = [], at location: String
  ) throws -> Self {
    try usual.taking(fields, beside: others, at: location)
  }

  /// This value with what is given put over it.
  ///
  /// - Parameters:
  ///   - fields: nil for none.
  ///   - others: names of fields that are no settings, such as the one that holds the kind.
  ///   - location: for problems; where nothing else is known it is the kind.
  func taking(
    _ fields: KeyedDecodingContainer<AnyKey>?, beside others: Set<String> = [], at location: String
  ) throws -> Self {
    let settings = Self.settings
    var given = GivenSettings(
      fields, beside: others, of: settings.map(\.facts), kind: Self.kind, at: location)
    var value = self
    for setting in settings {
      guard let (fields, key) = try given.field(of: setting.facts) else { continue }
      do {
        try setting.read(&value, fields, key)
      } catch {
        try given.note(error, of: setting.facts, at: fields.codingPath + [key])
      }
    }
    try Problem.throwIfAny(given.problems)
    try value.check(at: given.place)
    return value
  }
}

/// The fields that are given for the settings of a kind, and what is wrong with them. Knows the kind by
/// its name: with a type for each of the kinds the compiler would make as many copies of this.
private struct GivenSettings {
  let kind: String
  let place: String
  private let fields: KeyedDecodingContainer<AnyKey>?
  private var keys: [String: AnyKey] = [:]
  private(set) var problems: [Problem] = []

  init(
    _ fields: KeyedDecodingContainer<AnyKey>?, beside others: Set<String>,
    of settings: [SettingFacts], kind: String, at location: String
  ) {
    self.fields = fields
    self.kind = kind
    place = location.isEmpty ? kind : location
    let known = Set(settings.map(\.name.normalizedName))
    for key in (fields?.allKeys ?? []).sorted(by: { $0.stringValue < $1.stringValue })
    where !others.contains(key.stringValue) {
      if known.contains(key.stringValue.normalizedName) {
        keys[key.stringValue.normalizedName] = key
      } else {
        problems.append(unknown(key.stringValue, among: settings.map(\.name)))
      }
    }
  }

  /// Where a setting is given; nil if it is not, which is noted if it must be.
  mutating func field(
    of setting: SettingFacts
  ) throws -> (KeyedDecodingContainer<AnyKey>, AnyKey)? {
    guard let fields, let key = keys[setting.name.normalizedName],
      try !fields.decodeNil(forKey: key)
    else {
      if setting.isRequired {
        problems.append(
          Problem.data(
            "\(place).\(setting.name)", expected: setting.type,
            found: "nothing, and \(kind) cannot do without"))
      }
      return nil
    }
    return (fields, key)
  }

  /// Notes what is wrong with the value of a setting.
  /// - Throws: what does not say that the value is wrong.
  mutating func note(
    _ error: any Error, of setting: SettingFacts, at path: [any CodingKey]
  ) throws {
    switch error {
    case let problem as Problem: problems += problem.all
    case let error as DecodingError:
      let path = (error.context?.codingPath ?? path).place
      problems.append(
        Problem.data(
          path.isEmpty ? "\(place).\(setting.name)" : path, expected: setting.type,
          found: "something else"))
    default: throw error
    }
  }

  private func unknown(_ name: String, among known: [String]) -> Problem {
    guard !known.isEmpty else {
      return Problem.data(
        "\(place).\(name)", expected: "no settings for \(kind)", found: "`\(name)`",
        fix: "remove it")
    }
    return Problem.data(
      "\(place).\(name)", expected: "a setting of \(kind)", found: "`\(name)`",
      fix: Problem.fix(name, among: known.sorted()))
  }
}

extension DecodingError {
  fileprivate var context: Context? {
    switch self {
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .keyNotFound(_, let context), .dataCorrupted(let context):
      context
    @unknown default: nil
    }
  }
}
