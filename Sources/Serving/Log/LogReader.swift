import Databases
import Datasets
import Engine

/// Reads a log of predictions, also while a server writes it.
package struct LogReader: Sendable {
  private let file: LogFile

  /// - Parameter path: of the file, or an address of a database.
  /// - Throws: `Problem` for a log that is missing, something else, or of a newer version.
  package init(path: String) throws { file = try LogFile(path, .read) }

  /// Rows of one look into the file, so that the writer's journal does not grow with a long read.
  private static let part = 1000

  /// Gives each row of a stretch of time to a body, the oldest first. Rows that leave the log meanwhile are
  /// left out, and rows that come later too.
  ///
  /// - Parameters:
  ///   - since: in milliseconds since 1970.
  ///   - until: the end, which does not belong to it.
  ///   - name: only answers of the model of this name.
  ///   - isLabelled: whether only rows with feedback are wanted.
  ///   - limit: only so many of the newest rows of this stretch, before the other conditions.
  /// - Throws: `Problem` for a file that is damaged; what the body throws.
  package func forEach(
    since: UInt64 = 0, until: UInt64 = UInt64(Int64.max), model name: String? = nil,
    labelled isLabelled: Bool = false, limit: Int? = nil,
    _ body: (LoggedPrediction) throws -> Void
  ) throws {
    let (since, until) = (Int64(clamping: since), Int64(clamping: until))
    let ends = try file.store.read { session in
      try session.rows(
        "SELECT min(number), max(number) FROM prediction WHERE time >= ?1 AND time < ?2",
        [since, until]
      ).first
    }
    guard let ends, var next: Int64 = try ends[0], let last: Int64 = try ends[1] else { return }
    if let limit {
      let (start, isBelowAll) = last.subtractingReportingOverflow(Int64(limit) - 1)
      if !isBelowAll { next = max(next, start) }
    }
    while true {
      let part = try file.store.read { session -> (end: Int64, rows: [StoreRow])? in
        let numbers: [any StoreConvertible] = [next, last]
        guard let end: Int64 = try session.first(Self.end, numbers) else { return nil }
        return (
          end, try session.rows(Self.query(isLabelled), [next, end, since, until, name])
        )
      }
      guard let part else { return }
      for row in try part.rows.map({ try LoggedPrediction($0) }) { try body(row) }
      guard part.end < last else { return }
      next = part.end + 1
    }
  }

  /// The rows of a stretch of time in memory; see ``forEach(since:until:model:labelled:limit:_:)``.
  package func rows(
    since: UInt64 = 0, until: UInt64 = UInt64(Int64.max), model name: String? = nil,
    labelled isLabelled: Bool = false, limit: Int? = nil
  ) throws -> [LoggedPrediction] {
    var rows: [LoggedPrediction] = []
    try forEach(since: since, until: until, model: name, labelled: isLabelled, limit: limit) {
      rows.append($0)
    }
    return rows
  }

  /// The last row of a part. Numbers need not follow each other.
  private static let end = """
    SELECT max(number) FROM (
      SELECT number FROM prediction WHERE number BETWEEN ?1 AND ?2 ORDER BY number LIMIT \(part)
    ) AS part
    """

  // The plus keeps SQLite from looking through the index of times for every part.
  private static func query(_ isLabelled: Bool) -> String {
    """
    SELECT p.*, m.name, m.version, m.hash, m.classes, f.label AS true_label, f.value AS true_value,
      f.source, f.time AS told,
      (SELECT count(*) FROM feedback WHERE prediction = p.number) AS truths
    FROM prediction AS p JOIN model AS m ON m.id = p.model
    LEFT JOIN feedback AS f
      ON f.number = (SELECT max(number) FROM feedback WHERE prediction = p.number)
    WHERE p.number BETWEEN ?1 AND ?2 AND +p.time >= ?3 AND +p.time < ?4 AND (m.name = ?5 OR ?5 IS NULL)
    \(isLabelled ? "AND f.number IS NOT NULL" : "")
    ORDER BY p.number
    """
  }
}

extension LoggedPrediction {
  fileprivate init(_ row: StoreRow) throws {
    number = try row["number"]
    (id, instance) = (try row["request"], try row["place"])
    time = UInt64(clamping: try row["time"] as Int64)
    model = ServedModel.Identity(
      name: try row["name"], version: try row["version"], hash: try row["hash"])
    classes = try LogText.texts(of: row["classes"])
    inputs = try (row["inputs"] as String?).map(LogText.cells(of:))
    missing = try row["missing"]
    if let brightness: Double = try row["brightness"], let contrast: Double = try row["contrast"],
      let sharpness: Double = try row["sharpness"]
    {
      image = ObservedRow.Image(
        brightness: brightness, contrast: contrast, sharpness: sharpness, width: try row["width"],
        height: try row["height"])
    }
    notes = try row["notes"]
    (label, value) = (try row["label"], try row["value"])
    (low, high) = (try row["low"], try row["high"])
    confidence = try row["confidence"]
    probabilities = try (row["probabilities"] as String?).map(LogText.numbers(of:))
    answer = try row["answer"]
    (queued, computed) = (try row["queue_ms"], try row["compute_ms"])
    if let label: String = try row["true_label"] {
      truth = .label(label)
    } else if let value: Double = try row["true_value"] {
      truth = .value(value)
    }
    source = try row["source"]
    told = try (row["told"] as Int64?).map { UInt64(clamping: $0) }
    truths = try row["truths"]
  }
}
