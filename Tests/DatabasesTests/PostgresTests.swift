#if PostgreSQL
  import Engine
  import Foundation
  import TestSupport
  import Testing

  @testable import Databases

  /// What only a server can do: refuse, go away, and come again.
  @Suite(.enabled(if: TestStore.canTestPostgreSQL), .serialized) struct PostgresTests {
    private let folder: TemporaryFolder
    private let server: PostgresServer

    init() throws {
      folder = try TemporaryFolder()
      server = try #require(PostgresServer.shared)
    }

    private static let kind = StoreTests.kind()

    private func refusal(_ address: String, _ access: StoreAccess = .create) -> Problem? {
      do {
        _ = try Self.kind.open(address, access)
        return nil
      } catch { return error as? Problem }
    }

    @Test func whatIsRefusedIsSaid() throws {
      let name = UUID().uuidString.lowercased()
      for (address, found, fix) in [
        (server.address(name, database: "nowhere"), "does not exist", "createdb"),
        (server.address(name, user: "nobody-here"), "role \"nobody-here\" does not exist", "user"),
        (server.address(name, user: "locked:wrong%2Fsecret"), "password authentication", "PGPASS"),
        (server.address(name, user: "locked"), "no password supplied", "PGPASS"),
        ("postgres://glassbox@/postgres/\(name)?host=\(folder.path)", "No such file", "host"),
        ("postgres://glassbox@127.0.0.1:1/postgres/\(name)", "Connection refused", "host"),
        (server.address(name, user: "guest"), "permission denied", "GRANT"),
        (server.address(name) + "&colour=red", "invalid connection option", "libpq"),
      ] {
        let problem = try #require(refusal(address), "\(address)")
        #expect(problem.found.contains(found), "\(problem)")
        #expect(problem.fix.contains(fix), "\(problem)")
        #expect(!"\(problem)".contains("secret"), "\(problem)")
        #expect(problem.isOfFile)
      }
    }

    @Test func aPasswordOpens() throws {
      let name = UUID().uuidString.lowercased()
      // Somebody with more rights makes it.
      let owner = try Self.kind.open(server.address(name), .create)
      try owner.write { session in
        try session.execute("GRANT ALL ON SCHEMA \"\(name)\" TO locked")
        try session.execute("GRANT ALL ON ALL TABLES IN SCHEMA \"\(name)\" TO locked")
        try session.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA \"\(name)\" TO locked")
      }
      let store = try Self.kind.open(server.address(name, user: "locked:p%40s%2Fs"), .write)
      try store.write { _ = try $0.execute("INSERT INTO thing (count) VALUES (1)") }
      #expect(!store.place.contains("p%40s") && store.place.hasSuffix("/postgres/\(name)"))
    }

    @Test func anotherProgramsTablesAreLeftAlone() throws {
      let owner = try Self.kind.open(server.address("mine"), .create)
      try owner.write { session in
        try session.execute("CREATE SCHEMA theirs")
        try session.execute("CREATE TABLE theirs.kept (id BIGINT)")
      }
      for access in [StoreAccess.create, .write, .read] {
        #expect(refusal(server.address("theirs"), access)?.kind == .malformed)
      }
      #expect(refusal(server.address("information_schema"))?.kind == .malformed)
    }

    /// A server that starts again, before a transaction and in the midst of one.
    @Test func aServerThatComesAgainIsWaitedFor() throws {
      // Of its own: others would be without theirs.
      let server = try PostgresServer()
      let store = try Self.kind.open(server.address(UUID().uuidString.lowercased()), .create)
      try store.write { _ = try $0.execute("INSERT INTO thing (count) VALUES (1)") }
      server.ask("restart")
      try store.write { _ = try $0.execute("INSERT INTO thing (count) VALUES (2)") }
      var turns = 0
      try store.write { session in
        turns += 1
        try session.execute("INSERT INTO thing (count) VALUES (3)")
        if turns == 1 { server.ask("restart") }
        _ = try session.execute("INSERT INTO thing (count) VALUES (4)")
      }
      #expect(turns == 2)
      let counts = try store.read { session in
        try session.rows("SELECT count FROM thing ORDER BY count").map { try $0[0] as Int }
      }
      #expect(counts == [1, 2, 3, 4])
    }

    /// Whether the last word arrived is not known, so it is said and not done twice.
    @Test func anUnknownEndIsSaid() throws {
      let server = try PostgresServer()
      let address = server.address(UUID().uuidString.lowercased())
      let store = try Self.kind.open(address, .create)
      #expect {
        try store.write { session in
          _ = try session.execute("INSERT INTO thing (count) VALUES (1)")
          server.ask("restart")
        }
      } throws: { ($0 as? Problem)?.expected == "an answer whether it was kept" }
      #expect(try store.read { try $0.first("SELECT count(*) FROM thing") } == 0)
    }

    /// Whatever the server takes where nobody says it, whoever has waited sees what was written meanwhile.
    @Test(arguments: ["serializable", "repeatable read"]) func aServerMayTakeMoreThanIsNeeded(
      _ isolation: String
    ) throws {
      let usual = "options=-c%20default_transaction_isolation%3D"
      let address =
        server.address(UUID().uuidString.lowercased()) + "&\(usual)"
        + isolation.replacing(" ", with: "\\%20")
      _ = try Self.kind.open(address, .create)
      #expect(StoreTests.countOn(Self.kind, address, .write, workers: 8, turns: 10) == [])
      let store = try Self.kind.open(address, .read)
      #expect(try store.read { try $0.first("SELECT max(count) FROM thing") } == 80)
    }

    @Test func textWithoutAPlaceInPostgreSQLIsReplaced() throws {
      let store = try Self.kind.open(server.address(UUID().uuidString.lowercased()), .create)
      try store.write { _ = try $0.execute("INSERT INTO thing (name) VALUES (?1)", ["a\0b"]) }
      #expect(try store.read { try $0.first("SELECT name FROM thing") } == "a\u{FFFD}b")
    }
  }
#endif
