import Databases
import Engine
import Networks

/// What is known of a study, in a file or in a database: what is looked for, and all trials with their epochs.
final class StudyFile {
  let store: any Store
  /// Of the transaction that runs.
  private var session: (any StoreSession)?

  static let name = "study.sqlite"
  /// In a database, where nobody says another.
  static let usualName = "study"

  private static let kind = StoreKind(
    "a study", application: 0x476C_5374,  // `GlSt`
    format: 2,
    tables: """
      CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
      CREATE TABLE trial (
        number INTEGER PRIMARY KEY, state TEXT NOT NULL, value REAL, run TEXT NOT NULL,
        body TEXT NOT NULL);
      CREATE TABLE epoch (
        trial INTEGER NOT NULL, epoch INTEGER NOT NULL, value REAL, is_best INTEGER NOT NULL,
        PRIMARY KEY (trial, epoch)) WITHOUT ROWID;
      CREATE TABLE final (
        trial INTEGER NOT NULL, seed TEXT NOT NULL, state TEXT NOT NULL, value REAL,
        body TEXT NOT NULL, PRIMARY KEY (trial, seed));
      \(sharing)
      """, changes: [2: sharing], fix: "give the folder of a study", usualName: usualName)

  /// What several processes need: who trains what, what has changed last, and the files of runs.
  private static let sharing = """
    CREATE TABLE lease (
      trial INTEGER NOT NULL, seed TEXT NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,
      losses INTEGER NOT NULL, PRIMARY KEY (trial, seed));
    CREATE TABLE change (
      trial INTEGER NOT NULL, seed TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (trial, seed));
    CREATE TABLE file (
      run TEXT NOT NULL, name TEXT NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (run, name));
    """

  /// - Throws: `Problem` for a place where nothing can be written, one that holds something else, and the study of
  ///   a newer version.
  init(_ place: StudyPlace, _ access: StoreAccess) throws {
    store = try Self.kind.open(place.store, access)
  }

  convenience init(_ folder: String, _ access: StoreAccess) throws {
    try self.init(StudyPlace(folder: folder), access)
  }

  /// Whether whoever began a study was ended before anything of it was known.
  static func isBegun(in folder: String) -> Bool {
    if DatabaseFile.isBegun("\(folder)/\(name)") { return true }
    return (try? StudyFile(folder, .read).isEmpty()) ?? false
  }

  func isEmpty() throws -> Bool {
    let known: Int? = try read { try $0.first("SELECT count(*) FROM fact") }
    return known == 0
  }

  /// Runs a body in one transaction, in which nobody else writes.
  /// - Parameter body: may be run again; see ``Store/write(_:)``.
  func alone<Value>(_ body: () throws -> Value) throws -> Value {
    guard session == nil else { return try body() }
    return try store.write { session in
      self.session = session
      defer { self.session = nil }
      return try body()
    }
  }

  func write(_ body: (any StoreSession) throws -> Void) throws {
    try alone { try body(session!) }
  }

  func read<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value {
    if let session { return try body(session) }
    return try store.read(body)
  }

  // MARK: Facts

  /// What is known of the study by name.
  func fact<Value: Decodable>(_ name: String, _ type: Value.Type, _ registry: Registry) throws
    -> Value?
  {
    let text: String? = try read { try $0.first("SELECT value FROM fact WHERE name = ?1", [name]) }
    return try text.map {
      try JSONText.decode(Value.self, from: $0, at: "\(store.place): \(name)", registry: registry)
    }
  }

  /// Replaces what is known.
  func set(_ facts: [(name: String, value: any Encodable)]) throws {
    var texts: [(String, String)] = []
    for fact in facts { texts.append((fact.name, try text(fact.value))) }
    try write { session in
      for (name, text) in texts {
        try session.execute(
          """
          INSERT INTO fact (name, value) VALUES (?1, ?2)
          ON CONFLICT (name) DO UPDATE SET value = excluded.value
          """, [name, text])
      }
    }
  }

  private func text(_ value: some Encodable) throws -> String { try JSONText.encode(value) }

  // MARK: Trials

  /// By their numbers, with their epochs.
  /// - Parameter change: only those that were kept after it; see ``lastChange()``.
  func trials(after change: Int = -1) throws -> [TuningTrial] {
    try read { session in
      func rows(_ columns: String, _ table: String, _ order: String) throws -> [StoreRow] {
        try session.rows(
          """
          SELECT \(columns) FROM \(table) LEFT JOIN change AS c ON c.trial = t.number AND c.seed = ''
          WHERE coalesce(c.number, 0) > ?1 ORDER BY \(order)
          """, [change])
      }
      var epochs: [Int: [TuningTrial.Epoch]] = [:]
      for row in try rows(
        "e.trial, e.epoch, e.value, e.is_best", "epoch AS e JOIN trial AS t ON t.number = e.trial",
        "e.trial, e.epoch")
      {
        let value: Double? = try row[2]
        epochs[try row[0], default: []].append(
          .init(epoch: try row[1], value: value ?? .nan, isBest: try row[3]))
      }
      return try rows("t.number, t.body", "trial AS t", "t.number").map { row in
        let number: Int = try row[0]
        var trial = try JSONText.decode(
          TuningTrial.self, from: row[1], at: "\(store.place): trial \(number)")
        trial.epochs = epochs[number] ?? []
        return trial
      }
    }
  }

  /// Keeps a trial and those of its epochs that are not kept yet.
  func keep(_ trial: TuningTrial) throws {
    var bare = trial
    bare.epochs = []
    let body = try JSONText.encode(bare)
    try write { session in
      try session.execute(
        """
        INSERT INTO trial (number, state, value, run, body) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (number) DO UPDATE SET state = excluded.state, value = excluded.value,
          run = excluded.run, body = excluded.body
        """, [trial.number, trial.state.rawValue, trial.value, trial.run, body])
      let kept: Int =
        try session.first("SELECT max(epoch) FROM epoch WHERE trial = ?1", [trial.number]) ?? 0
      for epoch in trial.epochs where epoch.epoch > kept {
        try session.execute(
          "INSERT INTO epoch (trial, epoch, value, is_best) VALUES (?1, ?2, ?3, ?4)",
          [trial.number, epoch.epoch, epoch.value, epoch.isBest])
      }
      try Self.mark(trial.number, nil, session)
    }
  }

  // MARK: Finals

  /// The further trainings of finalists.
  /// - Parameter change: only those that were kept after it; see ``lastChange()``.
  func finals(after change: Int = -1) throws -> [FinalRun] {
    try read { session in
      try session.rows(
        """
        SELECT f.body FROM final AS f LEFT JOIN change AS c ON c.trial = f.trial AND c.seed = f.seed
        WHERE coalesce(c.number, 0) > ?1 ORDER BY f.trial, f.seed
        """, [change]
      ).map { try JSONText.decode(FinalRun.self, from: $0[0], at: "\(store.place): finals") }
    }
  }

  func keep(_ final: FinalRun) throws {
    let body = try JSONText.encode(final)
    try write { session in
      try session.execute(
        """
        INSERT INTO final (trial, seed, state, value, body) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (trial, seed) DO UPDATE SET state = excluded.state, value = excluded.value,
          body = excluded.body
        """, [final.trial, "\(final.seed)", final.state.rawValue, final.value, body])
      try Self.mark(final.trial, final.seed, session)
    }
  }

  // MARK: Changes

  /// The number of the last change; they are counted up.
  func lastChange() throws -> Int {
    try read { try $0.first("SELECT max(number) FROM change") } ?? 0
  }

  /// Numbers what was just kept, so that others read only that.
  private static func mark(
    _ trial: Int, _ seed: UInt64?, _ session: any StoreSession
  ) throws {
    try session.execute(
      """
      INSERT INTO change (trial, seed, number)
      SELECT ?1, ?2, coalesce(max(number), 0) + 1 FROM change WHERE TRUE
      ON CONFLICT (trial, seed) DO UPDATE SET number = excluded.number
      """, [trial, seed.map { "\($0)" } ?? ""])
  }
}

/// A finalist, trained again with another seed.
struct FinalRun: Sendable, Hashable, Codable {
  let trial: Int
  let seed: UInt64
  var state: TuningTrial.State
  var value: Double?
  var problem: String?
  let run: String
}
