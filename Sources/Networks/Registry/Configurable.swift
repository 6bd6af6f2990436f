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
  ///
  /// - Parameters:
  ///   - fields: nil for none.
  ///   - others: names of fields that are no settings, such as the one that holds the kind.
  ///   - location: for problems; where nothing else is known it is the kind.
  static func read(
    _ fields: KeyedDecodingContainer<AnyKey>?, beside others: Set<String> = [], at location: String
  ) throws -> Self {
    let settings = Self.settings
    let place = location.isEmpty ? kind : location
    var problems: [Problem] = []
    var given: [String: AnyKey] = [:]
    let known = Set(settings.map { $0.facts.name.normalizedName })
    for key in (fields?.allKeys ?? []).sorted(by: { $0.stringValue < $1.stringValue })
    where !others.contains(key.stringValue) {
      if known.contains(key.stringValue.normalizedName) {
        given[key.stringValue.normalizedName] = key
      } else {
        problems.append(unknown(key.stringValue, at: place))
      }
    }
    var value = usual
    for setting in settings {
      guard let fields, let key = given[setting.facts.name.normalizedName],
        try !fields.decodeNil(forKey: key)
      else {
        if setting.facts.isRequired {
          problems.append(
            Problem.data(
              "\(place).\(setting.facts.name)", expected: setting.facts.type,
              found: "nothing, and \(kind) cannot do without"))
        }
        continue
      }
      do {
        try setting.read(&value, fields, key)
      } catch let problem as Problem {
        problems += problem.all
      } catch let error as DecodingError {
        let path = (error.context?.codingPath ?? fields.codingPath + [key]).place
        problems.append(
          Problem.data(
            path.isEmpty ? "\(place).\(setting.facts.name)" : path, expected: setting.facts.type,
            found: "something else"))
      }
    }
    try Problem.throwIfAny(problems)
    try value.check(at: place)
    return value
  }

  private static func unknown(_ name: String, at place: String) -> Problem {
    let known = settings.map(\.facts.name)
    guard !known.isEmpty else {
      return Problem.data(
        "\(place).\(name)", expected: "no settings for \(kind)", found: "`\(name)`",
        fix: "remove it")
    }
    return Problem.data(
      "\(place).\(name)", expected: "a setting of \(kind)", found: "`\(name)`",
      fix: name.nearest(among: known).map { "write `\($0)`" }
        ?? "the settings are " + known.sorted().joined(separator: ", "))
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
