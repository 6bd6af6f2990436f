import Databases
import GRDB

/// The file of a prediction log: an SQLite database in WAL mode, so that others read it while it is written.
final class LogFile: Sendable {
  private let file: DatabaseFile
  var path: String { file.path }
  var database: DatabaseQueue { file.database }

  typealias Access = DatabaseFile.Access

  private static let kind = DatabaseFile.Kind(
    "a prediction log", application: 0x476C_4278,  // `GlBx`
    format: 1,
    tables: """
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
      """, fix: "give a file that a server has made as its `log`")

  /// - Throws: `Problem` for a place where nothing can be written, a file that is something else, and the
  ///   log of a newer version.
  init(_ path: String, _ access: Access) throws {
    file = try DatabaseFile(path, Self.kind, access)
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
    try file.translating(body)
  }
}
