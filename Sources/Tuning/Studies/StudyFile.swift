import Databases
import Engine
import GRDB
import Networks

/// The file of a study: what is looked for, and all trials with their epochs.
final class StudyFile {
  private let file: DatabaseFile

  static let name = "study.sqlite"

  private static let kind = DatabaseFile.Kind(
    "a study", application: 0x476C_5374,  // `GlSt`
    format: 1,
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
      """, fix: "give the folder of a study")

  /// - Throws: `Problem` for a place where nothing can be written, a file that is something else, and the
  ///   study of a newer version.
  init(_ folder: String, _ access: DatabaseFile.Access) throws {
    file = try DatabaseFile("\(folder)/\(Self.name)", Self.kind, access)
  }

  /// Whether whoever began a study was ended before anything of it was known.
  static func isBegun(in folder: String) -> Bool {
    let path = "\(folder)/\(name)"
    if DatabaseFile.isBegun(path) { return true }
    let known = try? StudyFile(folder, .read).file.database.read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM fact")
    }
    return known == 0
  }

  private func write(_ body: (Database) throws -> Void) throws {
    try file.translating {
      try file.database.inTransaction(.immediate) { db in
        try body(db)
        return .commit
      }
    }
  }

  // MARK: Facts

  /// What is known of the study by name.
  func fact<Value: Decodable>(_ name: String, _ type: Value.Type, _ registry: Registry) throws
    -> Value?
  {
    let text = try file.translating {
      try file.database.read { db in
        try String.fetchOne(db, sql: "SELECT value FROM fact WHERE name = ?", arguments: [name])
      }
    }
    return try text.map {
      try JSONText.decode(Value.self, from: $0, at: "\(file.path): \(name)", registry: registry)
    }
  }

  /// Replaces what is known.
  func set(_ facts: [(name: String, value: any Encodable)]) throws {
    var texts: [(String, String)] = []
    for fact in facts { texts.append((fact.name, try text(fact.value))) }
    try write { db in
      for (name, text) in texts {
        try db.execute(
          sql: "INSERT OR REPLACE INTO fact (name, value) VALUES (?, ?)", arguments: [name, text])
      }
    }
  }

  private func text(_ value: some Encodable) throws -> String { try JSONText.encode(value) }

  // MARK: Trials

  /// By their numbers, with their epochs.
  func trials() throws -> [TuningTrial] {
    try file.translating {
      try file.database.read { db in
        var epochs: [Int: [TuningTrial.Epoch]] = [:]
        for row in try Row.fetchAll(
          db, sql: "SELECT trial, epoch, value, is_best FROM epoch ORDER BY trial, epoch")
        {
          epochs[row[0], default: []].append(
            .init(epoch: row[1], value: row[2] ?? .nan, isBest: row[3]))
        }
        return try Row.fetchAll(db, sql: "SELECT number, body FROM trial ORDER BY number").map {
          row in
          let number: Int = row[0]
          var trial = try JSONText.decode(
            TuningTrial.self, from: row[1], at: "\(file.path): trial \(number)")
          trial.epochs = epochs[number] ?? []
          return trial
        }
      }
    }
  }

  /// Keeps a trial and those of its epochs that are not kept yet.
  func keep(_ trial: TuningTrial) throws {
    var bare = trial
    bare.epochs = []
    let body = try JSONText.encode(bare)
    try write { db in
      try db.execute(
        sql: """
          INSERT OR REPLACE INTO trial (number, state, value, run, body) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [trial.number, trial.state.rawValue, trial.value, trial.run, body])
      let kept =
        try Int.fetchOne(
          db, sql: "SELECT max(epoch) FROM epoch WHERE trial = ?", arguments: [trial.number]) ?? 0
      for epoch in trial.epochs where epoch.epoch > kept {
        try db.execute(
          sql: "INSERT INTO epoch (trial, epoch, value, is_best) VALUES (?, ?, ?, ?)",
          arguments: [trial.number, epoch.epoch, epoch.value, epoch.isBest])
      }
    }
  }

  /// Begins a trial again.
  func forgetEpochs(of number: Int) throws {
    try write { db in
      try db.execute(sql: "DELETE FROM epoch WHERE trial = ?", arguments: [number])
    }
  }

  // MARK: Finals

  /// The further trainings of finalists.
  func finals() throws -> [FinalRun] {
    try file.translating {
      try file.database.read { db in
        try String.fetchAll(db, sql: "SELECT body FROM final ORDER BY trial, seed").map {
          try JSONText.decode(FinalRun.self, from: $0, at: "\(file.path): finals")
        }
      }
    }
  }

  func keep(_ final: FinalRun) throws {
    let body = try JSONText.encode(final)
    try write { db in
      try db.execute(
        sql:
          "INSERT OR REPLACE INTO final (trial, seed, state, value, body) VALUES (?, ?, ?, ?, ?)",
        arguments: [final.trial, "\(final.seed)", final.state.rawValue, final.value, body])
    }
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
