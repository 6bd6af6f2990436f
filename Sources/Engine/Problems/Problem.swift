import Formatting

/// Something a user can mend: where it is, what was expected there, what was found, and how to mend it.
///
/// There is one kind of error in the whole library, so that the command line, an HTTP answer and a page
/// say the same sentence.
public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, as far as a program must know: exit codes and statuses follow from it.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Tensors, layers or settings that do not fit each other. The location is a layer path.
    case shape
    /// Values that cannot be used: a bad cell, a missing column, a setting out of range, a loss that is
    /// no longer a number. The location is `file:line:column`, a column, or a setting.
    case data
    /// A file that does not exist. The location is its path.
    case missing
    /// A file whose content is not what its format demands. The location has a byte offset if one helps.
    case malformed
    /// An output that cannot be created.
    case cannotCreate
    /// Reading or writing failed part-way (disk full, device error).
    case inputOutput
  }

  /// What went wrong.
  public let kind: Kind
  /// Where it is.
  public let location: String
  /// Where a setting is written, if somebody wrote it: `run.yaml:3:1`, `GLASSBOX_EPOCHS`, `--epochs`.
  public private(set) var origin: String?
  /// What should be there.
  public let expected: String
  /// What is there.
  public let found: String
  /// What the user can do about it; empty if nothing more can be said.
  public let fix: String
  /// If several things are wrong: each of them, in the order found. The other fields are the first one's.
  public private(set) var causes: [Problem] = []

  /// Fields are sentence fragments without a final full stop; of long ones only the beginning is kept.
  public init(
    _ kind: Kind, _ location: String, expected: String, found: String, fix: String = ""
  ) {
    self.kind = kind
    // A file may hold one word as long as itself, and a table a hundred thousand names of columns.
    self.location = Self.bounded(location, 5000)
    self.expected = Self.bounded(expected, 2000)
    self.found = Self.bounded(found, 500)
    self.fix = Self.bounded(fix, 2000)
  }

  private static func bounded(_ text: String, _ count: Int) -> String {
    text.utf8.count > count ? text.shortened(to: count) : text
  }

  /// Is it about a file, and not about what was made of it?
  public var isOfFile: Bool {
    switch kind {
    case .shape, .data: false
    case .missing, .malformed, .cannotCreate, .inputOutput: true
    }
  }

  /// `where: expected …, found …. Fix: …`; one line for each cause where there are several.
  public var description: String { described(hidingFolders: false) }

  /// The same sentences for readers who shall not learn where files lie on this machine: of the paths of
  /// files only the last names are left.
  public var descriptionWithoutFolders: String { described(hidingFolders: true) }

  private func described(hidingFolders: Bool) -> String {
    guard causes.isEmpty else {
      return causes.map { $0.described(hidingFolders: hidingFolders) }.joined(separator: "\n")
    }
    func shown(_ text: String) -> String { hidingFolders ? Self.withoutFolders(text) : text }
    let place = hidingFolders && isOfFile ? Self.lastName(place) : shown(place)
    return "\(place): expected \(shown(expected)), found \(shown(found))."
      + (fix.isEmpty ? "" : " Fix: \(shown(fix)).")
  }

  /// Where it is, after where that is written. A flag or a variable says the setting's name itself.
  public var place: String {
    guard let origin else { return location }
    let name = location.prefix { $0 == "_" || $0.isLetter || $0.isNumber }
    guard origin.normalizedName.hasSuffix(String(name).normalizedName) else {
      return "\(origin): \(location)"
    }
    let rest = location.dropFirst(name.count)
    // A part of the setting is called as in a file: `metrics[1]`, `schedule.then`.
    if let mark = rest.first, "[.".contains(mark) { return "\(origin): \(location)" }
    let inner = rest.drop { ": ".contains($0) }
    return inner.isEmpty ? origin : "\(origin): \(inner)"
  }

  /// Itself, or each of its causes.
  public var all: [Problem] { causes.isEmpty ? [self] : causes.flatMap(\.all) }

  /// How many problems of one file are told at once.
  package static let limit = 20
}

extension Problem {
  /// Things that do not fit each other; see ``Kind/shape``.
  public static func shape(
    _ location: String, expected: String, found: String, fix: String = ""
  ) -> Problem {
    Problem(.shape, location, expected: expected, found: found, fix: fix)
  }

  /// Values that cannot be used; see ``Kind/data``.
  public static func data(
    _ location: String, expected: String, found: String, fix: String = ""
  ) -> Problem {
    Problem(.data, location, expected: expected, found: found, fix: fix)
  }

  /// The same problem with where its setting is written, unless that is known or nowhere.
  package func written(at origin: String) -> Problem {
    guard self.origin == nil, !origin.isEmpty else { return self }
    var problem = self
    problem.origin = origin
    return problem
  }

  /// The same problem with what is expected and what can be done in other words, such as a command line's.
  package func rewritten(_ words: (String) -> String) -> Problem {
    var problem = Problem(
      kind, location, expected: words(expected), found: found, fix: words(fix))
    problem.origin = origin
    problem.causes = causes.map { $0.rewritten(words) }
    return problem
  }

  /// What to write instead of a name that is not known: the nearest, or one of all.
  package static func fix(_ name: String, among known: [String]) -> String {
    fix(name, among: known, otherwise: "the settings are " + known.joined(separator: ", "))
  }

  /// What to write instead of a name that is not known: the nearest, or what helps where none is near.
  package static func fix(_ name: String, among known: [String], otherwise: String) -> String {
    name.nearest(among: known).map { "write `\($0)`" } ?? otherwise
  }

  /// A name that is none of those known: lists them, and says which one is written most like it.
  package static func unknown(
    _ location: String, _ name: String, among known: [String], otherwise: String = ""
  ) -> Problem {
    Problem.data(
      location, expected: "one of " + known.joined(separator: ", "), found: "`\(name)`",
      fix: fix(name, among: known, otherwise: otherwise))
  }

  /// Several problems found in one pass as one; nil for none.
  public static func joined(_ found: [Problem]) -> Problem? {
    guard var joined = found.first, found.count > 1 else { return found.first }
    joined.causes = found
    return joined
  }

  /// Throws what was collected: nothing, the one problem itself, or all together.
  public static func throwIfAny(_ found: [Problem]) throws(Problem) {
    if let joined = joined(found) { throw joined }
  }
}

extension Problem {
  /// Every absolute path in a text, and every one before a line number, as its last name.
  private static func withoutFolders(_ text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      let opening = word.prefix { "`'\"(".contains($0) }
      let path = word.dropFirst(opening.count)
      let hasLine =
        path.contains("/") && path.split(separator: ":").dropFirst().first?.first?.isNumber == true
      return path.hasPrefix("/") || hasLine ? opening + lastName(String(path)) : String(word)
    }.joined(separator: " ")
  }

  private static func lastName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
