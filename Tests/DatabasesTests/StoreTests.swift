import Engine
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Databases

/// What every store does, whichever database it is.
@Suite struct StoreTests {
  static func kind(_ format: Int = 1) -> StoreKind {
    StoreKind(
      "a box", application: 0x426F_7854, format: format,
      tables: """
        CREATE TABLE thing (
          number INTEGER PRIMARY KEY, count INTEGER, size REAL, name TEXT, bytes BLOB);
        \(format > 1 ? more : "")
        """, changes: [2: more], fix: "take another", usualName: "box")
  }

  private static let more =
    "CREATE TABLE more (name TEXT NOT NULL, PRIMARY KEY (name)) WITHOUT ROWID;"

  private struct Stop: Error {}

  @Test(
    .enabled(
      if: TestStore.canTestPostgreSQL,
      "needs the trait PostgreSQL and a server (of Debian: libpq-dev, postgresql)"))
  func postgreSQLIsTested() throws {
    let folder = try TemporaryFolder()
    let box = try Self.kind().open(TestStore.postgresql.place(in: folder), .create)
    let version: String? = try box.read { try $0.first("SELECT version()") }
    #expect(version?.hasPrefix("PostgreSQL") == true)
  }

  @Test(arguments: TestStore.there) func valuesComeBack(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let box = try Self.kind().open(store.place(in: folder), .create)
    let texts = ["", "a'b\"c\\d\n$1 ?1 %", "日本 🦊 é", String(repeating: "x", count: 100_000)]
    let counts: [Int64] = [.min, -1, 0, .max]
    let sizes = [-0.1, Double.leastNonzeroMagnitude, .infinity, 1.797e308]
    let bytes: [[UInt8]] = [[], [0], Array(0...255), [UInt8](repeating: 7, count: 70_000)]
    let numbers = try box.write { session in
      try (0..<4).map { place -> Int64 in
        try session.first(
          "INSERT INTO thing (count, size, name, bytes) VALUES (?1, ?2, ?3, ?4) RETURNING number",
          [counts[place], sizes[place], texts[place], bytes[place]])!
      }
    }
    #expect(numbers == [1, 2, 3, 4])
    try box.write { session in
      _ = try session.execute(
        "INSERT INTO thing (count, size, name, bytes) VALUES (?1, ?2, ?3, ?4)",
        [nil as Int64?, Double.nan, nil as String?, nil as [UInt8]?])
    }
    let again = try Self.kind().open(store.place(in: folder), .read)
    let rows = try again.read { try $0.rows("SELECT * FROM thing ORDER BY number") }
    try #require(rows.count == 5)
    for place in 0..<4 {
      #expect(try rows[place]["count"] as Int64 == counts[place])
      #expect(try rows[place]["size"] as Double == sizes[place])
      #expect(try rows[place]["name"] as String == texts[place])
      #expect(try rows[place]["bytes"] as [UInt8]? == bytes[place])
    }
    #expect(try rows[4]["count"] as Int? == nil && rows[4]["size"] as Double? == nil)
    #expect(throws: Problem.self) { try rows[4]["count"] as Int }
    #expect(throws: Problem.self) { try rows[0]["name"] as Int }
    #expect(throws: Problem.self) { try rows[0]["nothing"] as Int }
    #expect(throws: Problem.self) { try rows[0][5] as Int }
  }

  @Test(arguments: TestStore.there) func aWriteIsWholeOrNothing(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let box = try Self.kind().open(store.place(in: folder), .create)
    #expect(throws: Stop.self) {
      try box.write { session in
        try session.execute("INSERT INTO thing (count) VALUES (1)")
        throw Stop()
      }
    }
    #expect(throws: Problem.self) {
      try box.write { session in
        try session.execute("INSERT INTO thing (count) VALUES (2)")
        try session.execute("INSERT INTO nothing (count) VALUES (2)")
      }
    }
    let changed = try box.write { session in
      try session.execute("INSERT INTO thing (count) VALUES (3)")
      return try session.execute("UPDATE thing SET count = count + ?1", [1])
    }
    #expect(changed == 1)
    #expect(try box.read { try $0.first("SELECT sum(count) FROM thing") } == 4.0)
    // Who reads writes nothing.
    #expect(throws: Problem.self) {
      try box.read { _ = try $0.execute("INSERT INTO thing (count) VALUES (5)") }
    }
    #expect(try box.read { try $0.first("SELECT count(*) FROM thing") } == 1)
  }

  /// Lets several threads add a row whose count is the highest there is and one more, each with a store of its own.
  ///
  /// - Returns: what went wrong.
  static func countOn(
    _ kind: StoreKind, _ place: String, _ access: StoreAccess, workers: Int, turns: Int
  ) -> [String] {
    let problems = Mutex<[String]>([])
    let threads = (0..<workers).map { _ in
      SystemThread {
        do {
          let store = try kind.open(place, access)
          for _ in 0..<turns {
            try store.write { session in
              let last: Int = try session.first("SELECT max(count) FROM thing") ?? 0
              _ = try session.execute("INSERT INTO thing (count) VALUES (?1)", [last + 1])
            }
          }
        } catch { problems.withLock { $0.append("\(error)") } }
      }
    }
    for thread in threads { thread?.join() }
    return problems.withLock { $0 }
  }

  /// What one reads and then writes is crossed by nobody, and nobody is refused.
  @Test(arguments: TestStore.there) func thirtyTwoWriteAtOnce(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let place = store.place(in: folder)
    let (workers, turns) = (32, 20)
    // The first of them makes it.
    #expect(Self.countOn(Self.kind(), place, .create, workers: workers, turns: turns) == [])
    let box = try Self.kind().open(place, .read)
    let counts = try box.read { session in
      try session.rows("SELECT count FROM thing ORDER BY number").map { try $0[0] as Int }
    }
    #expect(counts == Array(1...workers * turns))
  }

  @Test(arguments: TestStore.there) func otherStoresAreLeftAlone(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let place = store.place(in: folder)
    for access in [StoreAccess.read, .write] {
      #expect { try Self.kind().open(place, access) } throws: {
        ($0 as? Problem)?.kind == .missing
      }
    }
    _ = try Self.kind(2).open(place, .create)
    let other = StoreKind("a bag", application: 7, format: 1, tables: "", fix: "take a bag")
    for (kind, found) in [(other, "another database"), (Self.kind(), "version 2")] {
      for access in [StoreAccess.create, .write, .read] {
        #expect { try kind.open(place, access) } throws: {
          ($0 as? Problem)?.kind == .malformed && ($0 as? Problem)?.found == found
        }
      }
    }
  }

  @Test(arguments: TestStore.there) func olderTablesAreBroughtToThisVersion(
    _ store: TestStore
  ) throws {
    let folder = try TemporaryFolder()
    let place = store.place(in: folder)
    try Self.kind().open(place, .create).write {
      _ = try $0.execute("INSERT INTO thing (count) VALUES (5)")
    }
    // Who only reads leaves it as it is.
    _ = try Self.kind(2).open(place, .read)
    _ = try Self.kind(1).open(place, .read)
    let box = try Self.kind(2).open(place, .write)
    try box.write { _ = try $0.execute("INSERT INTO more (name) VALUES ('a')") }
    #expect(try box.read { try $0.first("SELECT count FROM thing") } == 5)
    #expect(throws: Problem.self) { try Self.kind(1).open(place, .read) }
    #expect(throws: Never.self) { try Self.kind(2).open(place, .create) }
  }

  @Test(arguments: TestStore.there) func theClockIsTheStores(_ store: TestStore) throws {
    let folder = try TemporaryFolder()
    let box = try Self.kind().open(store.place(in: folder), .create)
    let now = try box.read { try $0.now() }
    #expect(abs(now - Int64(SystemClock.milliseconds)) < 60_000)
  }
}
