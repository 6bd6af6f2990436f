import Databases
import Engine
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
    return try store.write { session in
      var models: [ServedModel.Identity: Int64] = [:]
      for (record, rows) in zip(records, rows) {
        let model = try models[record.model.identity] ?? Self.number(of: record.model, session)
        models[record.model.identity] = model
        for (place, row) in rows.enumerated() {
          try Self.insert(row, at: place, of: record, model, session)
        }
      }
      return try feedback.map { try Self.take($0, session) }
    }
  }

  private static func number(of model: ServedModel, _ session: any StoreSession) throws -> Int64 {
    let identity = model.identity
    // What a place compares with says its type, so that comes first.
    let known: Int64? = try session.first(
      """
      SELECT id FROM model
      WHERE name = ?1 AND (version = ?2 OR version IS NULL AND ?2 IS NULL) AND hash = ?3
      """, [identity.name, identity.version, identity.hash])
    if let known { return known }
    return try session.first(
      "INSERT INTO model (name, version, hash, classes) VALUES (?1, ?2, ?3, ?4) RETURNING id",
      [identity.name, identity.version, identity.hash, LogText.list(model.trained.labels)])!
  }

  private static func insert(
    _ row: LogRow, at place: Int, of record: LogRecord, _ model: Int64, _ session: any StoreSession
  ) throws {
    let values: [any StoreConvertible] = [
      record.id, place, Int64(record.time), model, row.inputs, row.missing,
      row.image?.brightness, row.image?.contrast, row.image?.sharpness, row.image?.width,
      row.image?.height,
      row.notes, row.label, row.value, row.low, row.high, row.confidence, row.probabilities,
      row.answer, record.queued, record.computed,
    ]
    try session.execute(
      """
      INSERT INTO prediction (
        request, place, time, model, inputs, missing, brightness, contrast, sharpness, width, height,
        notes, label, value, low, high, confidence, probabilities, answer, queue_ms, compute_ms
      ) VALUES (
        ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)
      """, values)
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
    _ feedback: [Feedback], _ session: any StoreSession
  ) throws -> Result<FeedbackReport, Problem> {
    var report = FeedbackReport()
    var found: [(Feedback, Target)] = []
    do {
      for one in feedback {
        if let target = try target(of: one, session) {
          found.append((one, target))
        } else {
          report.unknown.append(.init(id: one.id, instance: one.instance))
        }
      }
    } catch let problem as Problem { return .failure(problem) }
    for (one, target) in found { try add(one, target, &report, session) }
    return .success(report)
  }

  /// - Returns: nil for a prediction that is not there.
  /// - Throws: `Problem` for a label where a value was predicted, and the other way round.
  private static func target(of feedback: Feedback, _ session: any StoreSession) throws -> Target? {
    let rows = try session.rows(
      """
      SELECT number, label IS NOT NULL, value IS NOT NULL, classes
      FROM prediction JOIN model ON model.id = prediction.model
      WHERE request = ?1 AND place = ?2
      """, [feedback.id, feedback.instance])
    guard let row = rows.first else { return nil }
    let (hasLabel, hasValue): (Bool, Bool) = (try row[1], try row[2])
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
    return Target(number: try row[0], classes: Set(try LogText.texts(of: row[3])))
  }

  private static func add(
    _ feedback: Feedback, _ target: Target, _ report: inout FeedbackReport,
    _ session: any StoreSession
  ) throws {
    let last = try session.rows(
      "SELECT label, value FROM feedback WHERE prediction = ?1 ORDER BY number DESC LIMIT 1",
      [target.number]
    ).first
    let (label, value): (String?, Double?) =
      switch feedback.truth {
      case .label(let label): (label, nil)
      case .value(let value): (nil, value)
      }
    if let last {
      let (oldLabel, oldValue): (String?, Double?) = (try last[0], try last[1])
      guard oldLabel != label || oldValue != value else { return report.repeated += 1 }
      report.contradictions += 1
    }
    if let label, !target.classes.contains(label) { report.unknownLabels += 1 }
    try session.execute(
      "INSERT INTO feedback (prediction, time, label, value, source) VALUES (?1, ?2, ?3, ?4, ?5)",
      [target.number, Int64(SystemClock.milliseconds), label, value, feedback.source])
    report.accepted += 1
  }

  // MARK: Size and age

  /// Rows that are removed in one transaction.
  private static let step = 5000

  /// Removes the oldest rows until the rest is small and young enough.
  ///
  /// - Parameters:
  ///   - bytes: what the rows may take.
  ///   - age: in milliseconds by the store's clock, which is one for all servers; what is older goes.
  /// - Returns: how many predictions went, and how much feedback with them.
  /// - Throws: `Problem` if the file cannot be written.
  func trim(bytes: Int, age: Int64) throws -> (predictions: Int, feedback: Int) {
    var removed = (predictions: 0, feedback: 0)
    // Others are not kept from writing to learn that all may stay.
    while try store.read({ try Self.excess(over: bytes, age, $0) }) != nil {
      let step = try store.write { session -> (predictions: Int, feedback: Int) in
        guard let (rows, values) = try Self.excess(over: bytes, age, session) else { return (0, 0) }
        let feedback = try session.execute(
          "DELETE FROM feedback WHERE prediction IN (\(rows))", values)
        return (
          try session.execute("DELETE FROM prediction WHERE number IN (\(rows))", values), feedback
        )
      }
      removed.predictions += step.predictions
      removed.feedback += step.feedback
    }
    return removed
  }

  /// A statement that gives the numbers of what goes in the next step, and its values; nil if all may stay.
  private static func excess(over bytes: Int, _ age: Int64, _ session: any StoreSession) throws
    -> (rows: String, values: [any StoreConvertible])?
  {
    // By their own time: the clock of one server does not make the rows of others old.
    let limit = try session.now() - age
    let old: Int64? = try session.first(
      "SELECT number FROM prediction WHERE time < ?1 LIMIT 1", [limit])
    if old != nil {
      return (
        "SELECT number FROM prediction WHERE time < ?1 ORDER BY time, number LIMIT ?2",
        [limit, step]
      )
    }
    let used = try usedBytes(session)
    guard used > bytes, let oldest: Int64 = try session.first("SELECT min(number) FROM prediction"),
      let newest: Int64 = try session.first("SELECT max(number) FROM prediction")
    else { return nil }
    // A little more than needed, so that not every group of rows begins with this.
    let share = (Double(used) - 0.9 * Double(bytes)) / Double(used)
    let count = share * (Double(newest) - Double(oldest) + 1)
    return (
      "SELECT number FROM prediction ORDER BY number LIMIT ?1",
      [max(1, Int(min(count, Double(step))))]
    )
  }
}
