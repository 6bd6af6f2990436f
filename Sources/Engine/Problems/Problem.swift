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

  public let kind: Kind
  /// Where it is.
  public let location: String
  /// What should be there.
  public let expected: String
  /// What is there.
  public let found: String
  /// What the user can do about it; empty if nothing more can be said.
  public let fix: String
  /// If several things are wrong: each of them, in the order found. The other fields are the first one's.
  public private(set) var causes: [Problem] = []

  /// Fields are sentence fragments without a final full stop.
  public init(
    _ kind: Kind, _ location: String, expected: String, found: String, fix: String = ""
  ) {
    self.kind = kind
    self.location = location
    self.expected = expected
    self.found = found
    self.fix = fix
  }

  /// Is it about a file, and not about what was made of it?
  public var isOfFile: Bool {
    switch kind {
    case .shape, .data: false
    case .missing, .malformed, .cannotCreate, .inputOutput: true
    }
  }

  /// `where: expected …, found …. Fix: …`; one line for each cause where there are several.
  public var description: String {
    guard causes.isEmpty else { return causes.map(\.description).joined(separator: "\n") }
    return "\(location): expected \(expected), found \(found)."
      + (fix.isEmpty ? "" : " Fix: \(fix).")
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
