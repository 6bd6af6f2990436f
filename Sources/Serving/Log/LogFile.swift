import Databases

/// The store of a prediction log. Others read it while it is written; that of a database several servers write.
final class LogFile: Sendable {
  let store: any Store

  typealias Access = StoreAccess

  private static let kind = StoreKind(
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
      """, fix: "give a file that a server has made as its `log`", usualName: "predictions")

  /// - Parameter place: a path, or an address of a database.
  /// - Throws: `Problem` for a place where nothing can be written, one that holds something else, and the log of a
  ///   newer version.
  init(_ place: String, _ access: Access) throws { store = try Self.kind.open(place, access) }

  /// Bytes of what holds something.
  static func usedBytes(_ session: any StoreSession) throws -> Int {
    switch session.dialect {
    case .sqlite:
      let pages: Int = try session.first("PRAGMA page_count") ?? 0
      let free: Int = try session.first("PRAGMA freelist_count") ?? 0
      return (pages - free) * (try session.first("PRAGMA page_size") ?? 0)
    case .postgresql: return try estimatedBytes(session)
    }
  }

  /// What a row takes beside its cells: its head, and its places in three indices.
  private static let rowOverhead = 150.0

  /// PostgreSQL says what its files take, but not how much of that is free, so it is estimated from the newest rows.
  private static func estimatedBytes(_ session: any StoreSession) throws -> Int {
    let mean: Double =
      try session.first(
        """
        SELECT avg(pg_column_size(p)) FROM (SELECT * FROM prediction ORDER BY number DESC LIMIT 100) AS p
        """) ?? 0
    func count(_ table: String) throws -> Double {
      // Numbers of somebody else may be too far from each other for one of 64 bits.
      try session.first(
        "SELECT CAST(max(number) AS DOUBLE PRECISION) - min(number) + 1 FROM \(table)") ?? 0
    }
    let bytes =
      try count("prediction") * (mean + rowOverhead) + count("feedback") * 2 * rowOverhead
    return Int(exactly: bytes.rounded()) ?? .max
  }

  /// The same.
  /// - Throws: `Problem` if it cannot be read.
  func usedBytes() throws -> Int { try store.read(Self.usedBytes) }
}
