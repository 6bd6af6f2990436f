import Engine
import GRDB
import Platform

/// The file of a prediction log: an SQLite database in WAL mode, so that others read it while it is written.
final class LogFile: Sendable {
  /// What it is opened for.
  enum Access {
    /// It is made if it is not there.
    case create
    /// Of a file that is there.
    case write, read
  }

  let path: String
  let database: DatabaseQueue

  /// Written into the file, so that others know what it is: `GlBx`.
  private static let application = 0x476C_4278
  /// The version of the tables.
  private static let format = 1

  /// - Throws: `Problem` for a place where nothing can be written, a file that is something else, and the
  ///   log of a newer version.
  convenience init(_ path: String, _ access: Access) throws {
    // What people asked is nobody else's business on this machine.
    let flags = access == .create ? O_CREAT | O_RDWR : access == .write ? O_RDWR : O_RDONLY
    let descriptor = SystemCall.retrying { open(path, flags | O_CLOEXEC, 0o600) }
    guard descriptor >= 0 else {
      throw Problem.system(errno, access == .create ? .creating : .reading, path)
    }
    let isEmpty = lseek(descriptor, 0, Int32(SEEK_END)) == 0
    close(descriptor)
    // A file that is something else is not even opened for writing.
    if !isEmpty, access != .read {
      _ = try LogFile(opening: path, .read, created: access == .create)
    }
    try self.init(opening: path, access, created: access == .create)
  }

  /// - Parameter isCreated: whether it may have no tables yet.
  private init(opening path: String, _ access: Access, created isCreated: Bool) throws {
    self.path = path
    var configuration = Configuration()
    configuration.readonly = access == .read
    configuration.busyMode = .timeout(5)
    if access != .read { configuration.journalMode = .wal }
    do {
      // SQLite reads some names otherwise than as files.
      database = try DatabaseQueue(
        path: path.hasPrefix("/") ? path : "./" + path, configuration: configuration)
      if access != .read { try prepare(isCreated) }
      try check(isCreated)
    } catch let error as DatabaseError { throw Problem(error, path) }
  }

  private func prepare(_ isCreated: Bool) throws {
    try database.inDatabase { db in
      // What is acknowledged is on the disk.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      _ = try Int.fetchOne(db, sql: "PRAGMA wal_autocheckpoint = 500")
      _ = try Int.fetchOne(db, sql: "PRAGMA journal_size_limit = 2097152")
    }
    guard isCreated else { return }
    try database.inTransaction(.immediate) { db in
      if try Self.isEmpty(db) { try Self.makeTables(db) }
      return .commit
    }
  }

  private func check(_ isCreated: Bool) throws {
    let (isEmpty, application, format) = try database.inDatabase { db in
      (
        try Self.isEmpty(db), try Int.fetchOne(db, sql: "PRAGMA application_id"),
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      )
    }
    if isEmpty, isCreated { return }
    guard application == Self.application else {
      throw Problem(
        .malformed, path, expected: "a prediction log", found: "another database",
        fix: "give a file that a server has made as its `log`")
    }
    guard format <= Self.format else {
      throw Problem(
        .malformed, path, expected: "a log of version \(Self.format) or older",
        found: "version \(format)", fix: "install a newer glassbox")
    }
  }

  private static func isEmpty(_ db: Database) throws -> Bool {
    try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
  }

  private static func makeTables(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE model (
          id INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER, hash TEXT NOT NULL,
          classes TEXT NOT NULL);
        CREATE TABLE prediction (
          number INTEGER PRIMARY KEY, request TEXT NOT NULL, place INTEGER NOT NULL,
          time INTEGER NOT NULL, model INTEGER NOT NULL, inputs TEXT, missing INTEGER,
          brightness REAL, contrast REAL, sharpness REAL, width INTEGER, height INTEGER,
          notes INTEGER NOT NULL, label TEXT, value REAL, low REAL, high REAL, confidence REAL,
          probabilities TEXT, answer TEXT, queue_ms REAL NOT NULL, compute_ms REAL NOT NULL);
        CREATE UNIQUE INDEX prediction_request ON prediction (request, place);
        CREATE INDEX prediction_time ON prediction (time);
        CREATE TABLE feedback (
          number INTEGER PRIMARY KEY, prediction INTEGER NOT NULL, time INTEGER NOT NULL,
          label TEXT, value REAL, source TEXT);
        CREATE INDEX feedback_prediction ON feedback (prediction);
        PRAGMA application_id = \(application);
        PRAGMA user_version = \(format);
        """)
  }

  /// Bytes of the pages that hold something.
  static func usedBytes(_ db: Database) throws -> Int {
    let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
    let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
    return (pages - free) * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
  }

  /// The same.
  /// - Throws: `Problem` if the file cannot be read.
  func usedBytes() throws -> Int { try translating { try database.inDatabase(Self.usedBytes) } }

  /// Runs a body whose failures become problems of the file.
  func translating<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as DatabaseError { throw Problem(error, path) }
  }
}

extension Problem {
  /// A refusal of SQLite.
  fileprivate init(_ error: DatabaseError, _ path: String) {
    let found = error.message ?? "\(error.resultCode)"
    switch error.resultCode {
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(
        .malformed, path, expected: "a prediction log", found: found,
        fix: "give a file that a server has made as its `log`")
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
    default: self.init(.inputOutput, path, expected: "the log to be written", found: found)
    }
  }
}
