import Engine

/// Things of one sort that files choose by name, such as all losses.
public protocol Family: Sendable {
  /// What is chosen: `any Loss`.
  associatedtype Member: Sendable
  /// What it is called in settings and messages: `loss`.
  static var word: String { get }
  /// The built-in ones.
  static var standard: [any Configurable.Type] { get }
}

/// A part of a training that files choose by name and that equals another of the same name and
/// settings: a loss, a metric, a schedule, an initialiser, an update rule.
public protocol Component: Configurable, Hashable {}

extension Component {
  /// Its name in files and on the command line.
  public var name: String { Self.kind }

  /// Has another the same name and settings?
  public func isSame(as other: any Component) -> Bool {
    AnyHashable(self) == AnyHashable(other)
  }
}

/// A member of a family as files write it: its name alone where all settings are the usual ones, such
/// as `"zeros"`, else an object, such as `{"name": "constant", "value": 3}`.
@propertyWrapper public struct Named<F: Family>: Sendable, Codable, Hashable {
  public var wrappedValue: F.Member

  /// From the member itself.
  public init(wrappedValue: F.Member) { self.wrappedValue = wrappedValue }

  // Nil in a family whose members are no components; those are equal to nothing.
  private var component: (any Component)? { wrappedValue as? any Component }

  public static func == (a: Self, b: Self) -> Bool {
    guard let a = a.component, let b = b.component else { return false }
    return a.isSame(as: b)
  }

  public func hash(into hasher: inout Hasher) {
    if let component { AnyHashable(component).hash(into: &hasher) }
  }

  private static var nameKey: AnyKey { AnyKey("name") }

  /// Settings that have usual values may be left out.
  /// - Throws: `Problem` for an unknown name, unknown settings and impossible values.
  public init(from decoder: any Decoder) throws {
    let location = Self.location(decoder)
    var fields: KeyedDecodingContainer<AnyKey>?
    let name: String
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      name = text
    } else {
      fields = try decoder.container(keyedBy: AnyKey.self)
      name = try fields!.decode(String.self, forKey: Self.nameKey)
    }
    do {
      self.init(
        wrappedValue: try decoder.registry.member(
          named: name, of: F.self, fields: fields, at: location))
    } catch let problem as Problem where decoder.codingPath.isEmpty {
      // What is read by itself knows of its settings no more than their paths from here.
      throw Problem.joined(problem.all.map(Self.named)) ?? problem
    }
  }

  private static func named(_ problem: Problem) -> Problem {
    guard !problem.location.hasPrefix(F.word) else { return problem }
    return Problem(
      problem.kind, "\(F.word).\(problem.location)", expected: problem.expected,
      found: problem.found, fix: problem.fix)
  }

  /// A path of one key says too little when it is read by itself.
  private static func location(_ decoder: any Decoder) -> String {
    let path = decoder.codingPath.place
    if decoder.codingPath.count > 1 || path == F.word { return path }
    return path.isEmpty ? F.word : "\(F.word).\(path)"
  }

  /// The shortest form.
  /// - Throws: `Problem` for a member that is not ``Configurable``.
  public func encode(to encoder: any Encoder) throws {
    guard let member = wrappedValue as? any Configurable else {
      throw Problem.data(
        encoder.codingPath.place, expected: "a \(F.word) that is a Component",
        found: "\(type(of: wrappedValue))", fix: "let it conform to Component")
    }
    try Self.write(member, to: encoder)
  }

  private static func write<C: Configurable>(_ value: C, to encoder: any Encoder) throws {
    let usual = C.usual as? any Component
    let isUsual = usual.map { (value as? any Component)?.isSame(as: $0) ?? false }
    // What is equal to nothing says all its settings.
    if isUsual ?? C.settings.isEmpty {
      var container = encoder.singleValueContainer()
      return try container.encode(C.kind)
    }
    var fields = encoder.container(keyedBy: AnyKey.self)
    try fields.encode(C.kind, forKey: nameKey)
    for setting in C.settings { try setting.write(value, &fields) }
  }
}
