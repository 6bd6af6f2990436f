import Engine

/// Tables that programs share: a file of SQLite, or a part of a PostgreSQL database.
///
/// Statements are written once, in what both understand: places are numbered (`?1`), what is inserted again
/// says `ON CONFLICT`, times are numbers. What they do not have in common is in ``StoreDialect``.
package protocol Store: Sendable {
  /// Where it is, as people may see it: a path, or an address without its password.
  var place: String { get }

  /// Reads; all that the body sees is of one moment.
  ///
  /// - Parameter body: may be run again where the connection broke.
  /// - Throws: `Problem` of the place; what the body throws.
  func read<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value

  /// Writes, all of it or nothing. Nobody else writes into this store meanwhile.
  ///
  /// - Parameter body: may be run again where the connection broke before anything was kept.
  /// - Throws: `Problem` of the place; what the body throws, and then nothing is written.
  func write<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value
}

/// A store while somebody reads or writes it.
package protocol StoreSession {
  var dialect: StoreDialect { get }

  /// The rows of a statement.
  func rows(_ statement: String, _ values: [any StoreConvertible]) throws -> [StoreRow]

  /// Runs a statement.
  /// - Returns: how many rows it changed.
  @discardableResult func execute(
    _ statement: String, _ values: [any StoreConvertible]
  ) throws -> Int
}

extension StoreSession {
  package func rows(_ statement: String) throws -> [StoreRow] { try rows(statement, []) }

  @discardableResult package func execute(_ statement: String) throws -> Int {
    try execute(statement, [])
  }

  /// The first cell of the first row; nil without rows, and for an empty cell.
  package func first<Value: StoreConvertible>(
    _ statement: String, _ values: [any StoreConvertible] = []
  ) throws -> Value? {
    guard let row = try rows(statement, values).first else { return nil }
    let value: Value? = try row[0]
    return value
  }

  /// Milliseconds since 1970 by the store's clock, which is one for all that share it.
  package func now() throws -> Int64 { try first("SELECT \(dialect.now)") ?? 0 }
}

/// What a store holds, and how its tables are made.
package struct StoreKind: Sendable {
  /// With its article: `a prediction log`.
  let name: String
  /// Written into it, so that others know what it is.
  let application: Int32
  /// The version of the tables.
  let format: Int
  /// Makes them, in SQLite's words.
  let tables: String
  /// What makes the tables of a version of those before it.
  let changes: [Int: String]
  /// What to do about a file that is something else.
  let fix: String
  /// What it is called in a database where nobody says it.
  let usualName: String
  /// Whether others read it while it is written, which takes files beside it.
  let isReadWhileWritten: Bool
  /// Whether it can be made again at any time: then others may read it, and what is acknowledged need not
  /// be on the disk.
  let isCache: Bool

  package init(
    _ name: String, application: Int32, format: Int, tables: String, changes: [Int: String] = [:],
    fix: String, usualName: String = "glassbox", isReadWhileWritten: Bool = true,
    isCache: Bool = false
  ) {
    (self.name, self.application, self.format) = (name, application, format)
    (self.tables, self.changes, self.fix) = (tables, changes, fix)
    self.usualName = usualName
    (self.isReadWhileWritten, self.isCache) = (isReadWhileWritten, isCache)
  }

  /// Checks what a store says that it is.
  /// - Throws: `Problem` for another kind, and a newer version.
  func check(_ application: Int64?, _ format: Int, at place: String) throws {
    guard application == Int64(self.application) else {
      throw Problem(.malformed, place, expected: name, found: "another database", fix: fix)
    }
    guard format <= self.format else {
      throw Problem(
        .malformed, place, expected: "\(name) of version \(self.format) or older",
        found: "version \(format)", fix: "install a newer glassbox")
    }
  }

  /// Brings tables to this version; nothing of newer ones.
  func change(from format: Int, _ make: (String) throws -> Void) throws {
    guard format < self.format else { return }
    for version in format + 1...self.format { try changes[version].map(make) }
  }
}

/// What a store is opened for.
package enum StoreAccess: Sendable {
  /// It is made if it is not there.
  case create
  /// Of one that is there.
  case write, read
}

extension StoreKind {
  /// Opens a store of this kind.
  ///
  /// - Parameter place: a path, or an address that begins with `postgres://`.
  /// - Throws: `Problem` for a place that cannot be reached or written, one that holds something else, and a
  ///   newer version.
  package func open(_ place: String, _ access: StoreAccess) throws -> any Store {
    guard PostgresAddress.isAddress(place) else { return try DatabaseFile(place, self, access) }
    return try PostgresAddress(place, self).open(self, access)
  }
}
