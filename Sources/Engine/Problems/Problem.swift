/// What went wrong, told so that the reader can mend it: where, expected, found, fix.
///
/// There are three kinds only: ``ShapeProblem``, ``DataProblem`` and ``FileProblem``. All share this
/// one description builder, so the command line, the server and the library say the same sentence.
public protocol Problem: Error, Sendable, CustomStringConvertible {
  /// The place: a layer path, `file:line:column`, or the name of a setting.
  var location: String { get }
  /// What was expected there.
  var expected: String { get }
  /// What was found there.
  var found: String { get }
  /// What the user can do about it.
  var fix: String { get }
}

extension Problem {
  /// `where: expected …, found …. Fix: …`
  public var description: String {
    "\(location): expected \(expected), found \(found)." + (fix.isEmpty ? "" : " Fix: \(fix).")
  }
}

/// Tensors, layers or settings that do not fit each other. The location is a layer path.
public struct ShapeProblem: Problem, Equatable {
  public let location: String
  public let expected: String
  public let found: String
  public let fix: String

  /// Fields are sentence fragments without a final full stop.
  public init(_ location: String, expected: String, found: String, fix: String = "") {
    self.location = location
    self.expected = expected
    self.found = found
    self.fix = fix
  }
}

/// Values that cannot be used: a bad cell, a missing column, a setting out of range, a loss that is
/// no longer a number. The location is `file:line:column`, a column, or a setting.
public struct DataProblem: Problem, Equatable {
  public let location: String
  public let expected: String
  public let found: String
  public let fix: String

  /// Fields are sentence fragments without a final full stop.
  public init(_ location: String, expected: String, found: String, fix: String = "") {
    self.location = location
    self.expected = expected
    self.found = found
    self.fix = fix
  }
}

/// A file that cannot be read or written. The location is its path, with a byte offset if one helps.
public struct FileProblem: Problem, Equatable {
  /// What kind of failure, for exit codes.
  public enum Kind: Sendable, Equatable {
    /// The input does not exist.
    case missing
    /// The input exists but its content is not what its format demands.
    case malformed
    /// The output cannot be created.
    case cannotCreate
    /// Reading or writing failed part-way (disk full, device error).
    case inputOutput
  }

  public let kind: Kind
  public let location: String
  public let expected: String
  public let found: String
  public let fix: String

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
}

/// Several problems found in one pass, reported together.
public struct Problems: Error, Sendable, CustomStringConvertible {
  /// Never empty; in the order found.
  public let all: [any Problem]

  /// Throws nothing itself: a container.
  public init(_ all: [any Problem]) { self.all = all }

  /// One line for each problem.
  public var description: String { all.map(\.description).joined(separator: "\n") }

  /// Throws what was collected: nothing, the one problem itself, or all together.
  public static func throwIfAny(_ found: [any Problem]) throws {
    if found.count == 1 { throw found[0] }
    if found.count > 1 { throw Problems(found) }
  }
}
