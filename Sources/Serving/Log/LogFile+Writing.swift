import Engine
import GRDB
import Platform
import Training

/// Writing, in transactions that are there whole or not at all.
extension LogFile {
  /// Adds predictions, then takes feedback, which may be about them.
  ///
  /// - Parameter feedback: of several requests; what is wrong with one leaves the others alone.
  /// - Returns: what became of each request's.
  /// - Throws: `Problem` if nothing could be written.
  func write(
    _ records: [LogRecord], _ feedback: [[Feedback]]
  ) throws -> [Result<FeedbackReport, Problem>] {
    let rows = records.map(\.rows)
    return try translating {
      var results: [Result<FeedbackReport, Problem>] = []
      try database.inTransaction(.immediate) { db in
        results = []
        var models: [ServedModel.Identity: Int64] = [:]
        for (record, rows) in zip(records, rows) {
          let model = try models[record.model.identity] ?? Self.number(of: record.model, db)
          models[record.model.identity] = model
          for (place, row) in rows.enumerated() {
            try Self.insert(row, at: place, of: record, model, db)
          }
        }
        for group in feedback { results.append(try Self.take(group, db)) }
        return .commit
      }
      return results
    }
  }

  private static func number(of model: ServedModel, _ db: Database) throws -> Int64 {
    let identity = model.identity
    let known = try Int64.fetchOne(
      db, sql: "SELECT id FROM model WHERE name = ? AND version IS ? AND hash = ?",
      arguments: [identity.name, identity.version, identity.hash])
    if let known { return known }
    try db.execute(
      sql: "INSERT INTO model (name, version, hash, classes) VALUES (?, ?, ?, ?)",
      arguments: [
        identity.name, identity.version, identity.hash, LogText.list(model.trained.labels),
      ])
    return db.lastInsertedRowID
  }

  private static func insert(
    _ row: LogRow, at place: Int, of record: LogRecord, _ model: Int64, _ db: Database
  ) throws {
    let values: [(any DatabaseValueConvertible)?] = [
      record.id, place, Int64(record.time), model, row.inputs, row.missing,
      row.image?.brightness, row.image?.contrast, row.image?.sharpness, row.image?.width,
      row.image?.height,
      row.notes, row.label, row.value, row.low, row.high, row.confidence, row.probabilities,
      row.answer, record.queued, record.computed,
    ]
    try db.cachedStatement(
      sql: """
        INSERT INTO prediction (
          request, place, time, model, inputs, missing, brightness, contrast, sharpness, width, height,
          notes, label, value, low, high, confidence, probabilities, answer, queue_ms, compute_ms
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: StatementArguments(values))
  }

  // MARK: Feedback

  /// The prediction that feedback is about.
  private struct Target {
    var number: Int64
    /// Of the model.
    var classes: Set<String>
  }

  /// Takes what one request says, or nothing of it.
  private static func take(
    _ feedback: [Feedback], _ db: Database
  ) throws -> Result<FeedbackReport, Problem> {
    var report = FeedbackReport()
    var found: [(Feedback, Target)] = []
    do {
      for one in feedback {
        if let target = try target(of: one, db) {
          found.append((one, target))
        } else {
          report.unknown.append(.init(id: one.id, instance: one.instance))
        }
      }
    } catch let problem as Problem { return .failure(problem) }
    for (one, target) in found { try add(one, target, &report, db) }
    return .success(report)
  }

  /// - Returns: nil for a prediction that is not there.
  /// - Throws: `Problem` for a label where a value was predicted, and the other way round.
  private static func target(of feedback: Feedback, _ db: Database) throws -> Target? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT number, label IS NOT NULL, value IS NOT NULL, classes
          FROM prediction JOIN model ON model.id = prediction.model
          WHERE request = ? AND place = ?
          """), arguments: [feedback.id, feedback.instance])
    guard let row else { return nil }
    let (hasLabel, hasValue): (Bool, Bool) = (row[1], row[2])
    let (expected, isGood) =
      switch feedback.truth {
      case .label: (hasValue ? "`value`" : "an answer of one class or one value", hasLabel)
      case .value: (hasLabel ? "`label`" : "an answer of one class or one value", hasValue)
      }
    guard isGood else {
      throw Problem.data(
        "feedback to \(feedback.id)", expected: expected,
        found: hasLabel ? "`value`" : hasValue ? "`label`" : "several in one answer")
    }
    return Target(number: row[0], classes: Set(try LogText.texts(of: row[3])))
  }

  private static func add(
    _ feedback: Feedback, _ target: Target, _ report: inout FeedbackReport, _ db: Database
  ) throws {
    let last = try Row.fetchOne(
      db.cachedStatement(
        sql:
          "SELECT label, value FROM feedback WHERE prediction = ? ORDER BY number DESC LIMIT 1"),
      arguments: [target.number])
    let (label, value): (String?, Double?) =
      switch feedback.truth {
      case .label(let label): (label, nil)
      case .value(let value): (nil, value)
      }
    if let last {
      let (oldLabel, oldValue): (String?, Double?) = (last[0], last[1])
      guard oldLabel != label || oldValue != value else { return report.repeated += 1 }
      report.contradictions += 1
    }
    if let label, !target.classes.contains(label) { report.unknownLabels += 1 }
    try db.cachedStatement(
      sql: "INSERT INTO feedback (prediction, time, label, value, source) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: [
      target.number, Int64(SystemClock.milliseconds), label, value, feedback.source,
    ])
    report.accepted += 1
  }

  // MARK: Size and age

  /// Rows that are removed in one transaction.
  private static let step: Int64 = 5000

  /// Removes the oldest rows until the rest is small and young enough.
  ///
  /// - Parameters:
  ///   - bytes: what the rows may take.
  ///   - time: in milliseconds since 1970; what is older goes.
  /// - Returns: how many predictions went, and how much feedback with them.
  /// - Throws: `Problem` if the file cannot be written.
  func trim(bytes: Int, before time: UInt64) throws -> (predictions: Int, feedback: Int) {
    var removed = (predictions: 0, feedback: 0)
    try translating {
      var isDone = false
      while !isDone {
        try database.inTransaction(.immediate) { db in
          guard let last = try Self.last(over: bytes, time, db) else {
            isDone = true
            return .rollback
          }
          try db.execute(sql: "DELETE FROM feedback WHERE prediction <= ?", arguments: [last])
          removed.feedback += db.changesCount
          try db.execute(sql: "DELETE FROM prediction WHERE number <= ?", arguments: [last])
          removed.predictions += db.changesCount
          return .commit
        }
      }
    }
    return removed
  }

  /// The last prediction that goes in the next step; nil if all may stay.
  private static func last(over bytes: Int, _ time: UInt64, _ db: Database) throws -> Int64? {
    guard let oldest = try Int64.fetchOne(db, sql: "SELECT min(number) FROM prediction"),
      let newest = try Int64.fetchOne(db, sql: "SELECT max(number) FROM prediction")
    else { return nil }
    let old = try Int64.fetchOne(
      db, sql: "SELECT max(number) FROM prediction WHERE time < ?", arguments: [Int64(time)])
    let used = try usedBytes(db)
    var last = old
    if used > bytes {
      // A little more than needed, so that not every group of rows begins with this.
      let share = (Double(used) - 0.9 * Double(bytes)) / Double(used)
      let count = max(1, Int64(share * Double(newest - oldest + 1)))
      last = max(last ?? 0, oldest + count - 1)
    }
    return last.map { min($0, oldest + step - 1) }
  }
}
