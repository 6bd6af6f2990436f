import Engine
package import GRDB
import Platform

/// An SQLite database of the program's own, which is told from others by its number and its version.
package final class DatabaseFile: Sendable {
  /// What a file is, and what its tables are.
  package struct Kind: Sendable {
    /// With its article: `a prediction log`.
    let name: String
    /// Written into the file, so that others know what it is.
    let application: Int32
    /// The version of the tables.
    let format: Int
    /// Makes them.
    let tables: String
    /// What to do about a file that is something else.
    let fix: String
    /// Whether others read it while it is written, which takes files beside it.
    let isReadWhileWritten: Bool
    /// Whether it can be made again at any time: then others may read it, and what is acknowledged need not
    /// be on the disk.
    let isCache: Bool

    package init(
      _ name: String, application: Int32, format: Int, tables: String, fix: String,
      isReadWhileWritten: Bool = true, isCache: Bool = false
    ) {
      (self.name, self.application, self.format) = (name, application, format)
      (self.tables, self.fix) = (tables, fix)
      (self.isReadWhileWritten, self.isCache) = (isReadWhileWritten, isCache)
    }
  }

  /// What it is opened for.
  package enum Access: Sendable {
    /// It is made if it is not there.
    case create
    /// Of a file that is there.
    case write, read
  }

  package let path: String
  package let kind: Kind
  package let database: DatabaseQueue

  /// - Throws: `Problem` for a place where nothing can be written, a file that is something else, and one
  ///   of a newer version.
  package convenience init(_ path: String, _ kind: Kind, _ access: Access) throws {
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
    opening path: String, _ kind: Kind, _ access: Access, created isCreated: Bool
  ) throws {
    (self.path, self.kind) = (path, kind)
    var configuration = Configuration()
    configuration.readonly = access == .read
    configuration.busyMode = .timeout(5)
    if access != .read, kind.isReadWhileWritten { configuration.journalMode = .wal }
    do {
      // SQLite reads some names otherwise than as files.
      database = try DatabaseQueue(
        path: path.hasPrefix("/") ? path : "./" + path, configuration: configuration)
      if access != .read { try prepare(isCreated) }
      try check(isCreated)
    } catch let error as DatabaseError { throw Problem(error, path, kind) }
  }

  private func prepare(_ isCreated: Bool) throws {
    try database.inDatabase { db in
      try db.execute(sql: "PRAGMA synchronous = \(kind.isCache ? "OFF" : "FULL")")
      guard kind.isReadWhileWritten else { return }
      _ = try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint = 500")
      _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = 2097152")
    }
    guard isCreated else { return }
    try database.inTransaction(.immediate) { db in
      if try Self.isEmpty(db) { try makeTables(db) }
      return .commit
    }
  }

  private func check(_ isCreated: Bool) throws {
    let (isEmpty, application, format) = try database.inDatabase { db in
      (
        try Self.isEmpty(db), try Int32.fetchOne(db, sql: "PRAGMA application_id"),
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      )
    }
    if isEmpty, isCreated { return }
    guard application == kind.application else {
      throw Problem(
        .malformed, path, expected: kind.name, found: "another database", fix: kind.fix)
    }
    guard format <= kind.format else {
      throw Problem(
        .malformed, path, expected: "\(kind.name) of version \(kind.format) or older",
        found: "version \(format)", fix: "install a newer glassbox")
    }
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

  /// Runs a body whose failures become problems of the file.
  package func translating<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as DatabaseError { throw Problem(error, path, kind) }
  }
}

extension Problem {
  /// A refusal of SQLite.
  fileprivate init(_ error: DatabaseError, _ path: String, _ kind: DatabaseFile.Kind) {
    let found = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(.malformed, path, expected: kind.name, found: found, fix: kind.fix)
    case .SQLITE_FULL:
      self.init(
        .inputOutput, path, expected: "room on the disk", found: found, fix: "make room")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .inputOutput, path, expected: "a turn to write within 5 seconds", found: found,
        fix: "end the program that holds the file")
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
      self.init(
        .cannotCreate, path, expected: "a file and a folder that can be written", found: found)
    default:
      self.init(.inputOutput, path, expected: "\(kind.name) that can be written", found: found)
    }
  }
}
