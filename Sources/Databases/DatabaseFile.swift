import Engine
import GRDB
import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An SQLite database of the program's own, which is told from others by its number and its version: a store that
/// the processes of one machine share.
package final class DatabaseFile: Store {
  package let path: String
  private let kind: StoreKind
  private let database: DatabaseQueue

  /// - Throws: `Problem` for a place where nothing can be written, a file that is something else, and one
  ///   of a newer version.
  package convenience init(_ path: String, _ kind: StoreKind, _ access: StoreAccess) throws {
    // What people asked is nobody else's business on this machine.
    let flags = access == .create ? O_CREAT | O_RDWR : access == .write ? O_RDWR : O_RDONLY
    let descriptor = SystemCall.retrying {
      open(path, flags | O_CLOEXEC, kind.isCache ? 0o666 : 0o600)
    }
    guard descriptor >= 0 else {
      throw Problem.system(errno, access == .create ? .creating : .reading, path)
    }
    let isEmpty = lseek(descriptor, 0, Int32(SEEK_END)) == 0
    close(descriptor)
    // A file that is something else is not even opened for writing.
    if !isEmpty, access != .read {
      _ = try DatabaseFile(opening: path, kind, .read, created: access == .create)
    }
    try self.init(opening: path, kind, access, created: access == .create)
  }

  /// - Parameter isCreated: whether it may have no tables yet.
  private init(
    opening path: String, _ kind: StoreKind, _ access: StoreAccess, created isCreated: Bool
  ) throws {
    (self.path, self.kind) = (path, kind)
    var configuration = Configuration()
    configuration.readonly = access == .read
    configuration.busyMode = .timeout(Self.patience)
    if access != .read, kind.isReadWhileWritten { configuration.journalMode = .wal }
    do {
      // SQLite reads some names otherwise than as files.
      database = try Self.waiting {
        try DatabaseQueue(
          path: path.hasPrefix("/") ? path : "./" + path, configuration: configuration)
      }
      if access != .read { try prepare(isCreated) }
      try check(isCreated)
    } catch let error as DatabaseError { throw Problem(error, path, kind) }
  }

  /// How long a turn to write is waited for, in seconds.
  private static let patience = 30.0

  /// Whoever makes a file one that is read while it is written is refused at once where others do the same, however
  /// long it would wait.
  private static func waiting<Value>(_ open: () throws -> Value) throws -> Value {
    let end = ContinuousClock.now + .seconds(patience)
    while true {
      do { return try open() } catch let error as DatabaseError
        where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < end
      { usleep(10_000) }
    }
  }

  private func prepare(_ isCreated: Bool) throws {
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = \(kind.isCache ? "OFF" : "FULL")")
      guard kind.isReadWhileWritten else { return }
      _ = try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint = 500")
      _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = 2097152")
    }
    let isOlder = try database.inDatabase { db in
      try !Self.isEmpty(db) && self.format(db) < kind.format
    }
    guard isCreated || isOlder else { return }
    try database.inTransaction(.immediate) { db in
      if try Self.isEmpty(db) { try makeTables(db) } else { try change(db) }
      return .commit
    }
  }

  private func check(_ isCreated: Bool) throws {
    let (isEmpty, application, format) = try database.inDatabase { db in
      (
        try Self.isEmpty(db), try Int32.fetchOne(db, sql: "PRAGMA application_id"),
        try self.format(db)
      )
    }
    if isEmpty, isCreated { return }
    try kind.check(application.map(Int64.init), format, at: path)
  }

  /// Whether a file is a database without tables: whoever made it was ended before it had any.
  package static func isBegun(_ path: String) -> Bool {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(5)
    let queue = try? DatabaseQueue(
      path: path.hasPrefix("/") ? path : "./" + path, configuration: configuration)
    return (try? queue?.inDatabase { try isEmpty($0) }) ?? false
  }

  private static func isEmpty(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
  }

  private func makeTables(_ db: Database) throws {
    try db.execute(
      sql: """
        \(kind.tables)
        PRAGMA application_id = \(kind.application);
        PRAGMA user_version = \(kind.format);
        """)
  }

  /// Brings the tables of an older version to this one.
  private func change(_ db: Database) throws {
    let format = try self.format(db)
    try kind.change(from: format) { try db.execute(sql: $0) }
    if format < kind.format { try db.execute(sql: "PRAGMA user_version = \(kind.format)") }
  }

  private func format(_ db: Database) throws -> Int {
    try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
  }

  /// Runs a body whose failures become problems of the file.
  private func translating<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as DatabaseError { throw Problem(error, path, kind) }
  }
}

extension DatabaseFile {
  package var place: String { path }

  package func read<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value {
    try translating { try database.read { try body(Session(database: $0, place: path)) } }
  }

  package func write<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value {
    try translating {
      var value: Value?
      try database.inTransaction(.immediate) { db in
        value = try body(Session(database: db, place: path))
        return .commit
      }
      return value!
    }
  }

  private struct Session: StoreSession {
    let database: Database
    let place: String
    var dialect: StoreDialect { .sqlite }

    func rows(_ statement: String, _ values: [any StoreConvertible]) throws -> [StoreRow] {
      let statement = try database.cachedStatement(sql: statement)
      let columns = StoreRow.Columns(statement.columnNames)
      let cursor = try Row.fetchCursor(statement, arguments: Self.arguments(values))
      var rows: [StoreRow] = []
      while let row = try cursor.next() {
        rows.append(StoreRow(columns, row.databaseValues.map(StoreValue.init), at: place))
      }
      return rows
    }

    @discardableResult func execute(_ statement: String, _ values: [any StoreConvertible]) throws
      -> Int
    {
      try database.cachedStatement(sql: statement).execute(arguments: Self.arguments(values))
      return database.changesCount
    }

    private static func arguments(_ values: [any StoreConvertible]) -> StatementArguments {
      StatementArguments(
        values.map { value -> DatabaseValue in
          switch value.storeValue {
          case .null: .null
          case .integer(let number): number.databaseValue
          case .real(let number): number.databaseValue
          case .text(let text): text.databaseValue
          case .bytes(let bytes): Data(bytes).databaseValue
          }
        })
    }
  }
}

extension StoreValue {
  fileprivate init(_ value: DatabaseValue) {
    self =
      switch value.storage {
      case .null: .null
      case .int64(let number): .integer(number)
      case .double(let number): .real(number)
      case .string(let text): .text(text)
      case .blob(let data): .bytes(Array(data))
      }
  }
}

extension Problem {
  /// A refusal of SQLite.
  fileprivate init(_ error: DatabaseError, _ path: String, _ kind: StoreKind) {
    let found = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(.malformed, path, expected: kind.name, found: found, fix: kind.fix)
    case .SQLITE_FULL:
      self.init(
        .inputOutput, path, expected: "room on the disk", found: found, fix: "make room")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .inputOutput, path, expected: "a turn to write within 30 seconds", found: found,
        fix: "end the program that holds the file")
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      self.init(
        .cannotCreate, path, expected: "a file and a folder that can be written", found: found)
    default:
      self.init(.inputOutput, path, expected: "\(kind.name) that can be written", found: found)
    }
  }
}
