#if PostgreSQL
  import Dispatch
  import Engine
  import Platform

  /// A schema of a PostgreSQL database: a store that the programs of many machines share.
  ///
  /// Who writes holds a lock of the whole store, as in SQLite, so that what one transaction reads and then writes
  /// is never crossed by another, and numbers ascend in the order in which rows can be seen. Readers wait for
  /// nobody.
  final class PostgresStore: Store, @unchecked Sendable {
    let place: String
    private let address: PostgresAddress
    private let kind: StoreKind
    /// Only whoever has the turn uses it.
    private var connection: PostgresConnection?
    private let turn = DispatchSemaphore(value: 1)
    /// The lock of who writes.
    private let lock: Int64

    /// How long a server that was there may be away, such as to start again, in seconds.
    private static let patience = 30.0
    /// How long somebody else may write, in seconds.
    private static let longest = 60

    init(_ address: PostgresAddress, _ kind: StoreKind, _ access: StoreAccess) throws {
      (self.address, self.kind) = (address, kind)
      place = address.shown
      // By FNV-1a; of two stores with the same number one waits a little for the other.
      let name = address.name.utf8.reduce(UInt32(2_166_136_261)) {
        ($0 ^ UInt32($1)) &* 16_777_619
      }
      lock = Int64(kind.application) << 32 | Int64(name)
      try translating {
        connection = try connect()
        try prepare(access)
      }
    }

    private var schema: String { "\"\(address.name)\"" }

    private func connect() throws -> PostgresConnection {
      let connection = try PostgresConnection(address.options)
      try connection.run(
        """
        SET client_min_messages = warning;
        SET search_path TO \(schema);
        SET lock_timeout = '\(Self.longest)s';
        SET idle_in_transaction_session_timeout = '\(Self.longest)s';
        SET tcp_keepalives_idle = 30;
        SET tcp_keepalives_interval = 10;
        SET tcp_keepalives_count = 3;
        SET bytea_output = hex;
        SET extra_float_digits = 1;
        """)
      return connection
    }

    // MARK: Tables

    /// The table that says what a schema is.
    private static let label = "glassbox_store"

    private func prepare(_ access: StoreAccess) throws {
      if try isEmpty() {
        guard access == .create else {
          throw Problem(
            .missing, place, expected: kind.name, found: "nothing of this name in the database",
            fix: "check the name behind the database")
        }
        try transaction(Self.writing) { session in
          try session.alone(lock)
          if try isEmpty() { try makeTables(session) }
        }
      }
      let format = try check()
      guard access != .read, format < kind.format else { return }
      try transaction(Self.writing) { session in
        try session.alone(lock)
        // Somebody else may have done it meanwhile.
        let format = try check()
        try kind.change(from: format) { try session.connection.run(session.dialect.tables($0)) }
        try session.execute("UPDATE \(Self.label) SET format = ?1", [max(format, kind.format)])
      }
    }

    private func isEmpty() throws -> Bool {
      let count: Int? = try session.first(
        """
        SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = ?1
        """, [address.name])
      return count == 0
    }

    private func check() throws -> Int {
      let known: Int? = try session.first(
        """
        SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = ?1 AND c.relname = ?2
        """, [address.name, Self.label])
      let row =
        known == 0
        ? nil : try session.rows("SELECT application, format FROM \(Self.label)").first
      let (application, format) = (try row?[0] as Int64?, try row?[1] as Int? ?? 0)
      try kind.check(application, format, at: place)
      return format
    }

    private func makeTables(_ session: Session) throws {
      try session.connection.run(
        """
        CREATE SCHEMA IF NOT EXISTS \(schema);
        CREATE TABLE \(Self.label) (application BIGINT NOT NULL, format BIGINT NOT NULL);
        \(session.dialect.tables(kind.tables))
        """)
      try session.execute(
        "INSERT INTO \(Self.label) (application, format) VALUES (?1, ?2)",
        [Int64(kind.application), kind.format])
    }

    // MARK: Turns

    /// Whatever the server takes where nobody says it: whoever has waited for the lock shall see what was written
    /// meanwhile.
    private static let writing = "BEGIN ISOLATION LEVEL READ COMMITTED"

    func read<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value {
      try takingTurn {
        try transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") { try body($0) }
      }
    }

    func write<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value {
      try takingTurn {
        try transaction(Self.writing) { session in
          try session.alone(lock)
          return try body(session)
        }
      }
    }

    /// Runs a transaction, again where the connection was lost and nothing can have been kept.
    private func takingTurn<Value>(_ body: () throws -> Value) throws -> Value {
      turn.wait()
      defer { turn.signal() }
      let start = ContinuousClock.now
      return try translating {
        while true {
          do {
            if connection?.isGood != true { connection = try connect() }
            return try body()
          } catch let failure as PostgresConnection.Failure
            where failure.isLost && start.duration(to: .now) < .seconds(Self.patience)
          {
            connection = nil
            usleep(200_000)
          }
        }
      }
    }

    private struct Unsure: Error { let failure: PostgresConnection.Failure }

    private func transaction<Value>(
      _ begin: String, _ body: (Session) throws -> Value
    ) throws -> Value {
      let session = session
      try session.connection.run(begin)
      let value: Value
      do { value = try body(session) } catch {
        try? session.connection.run("ROLLBACK")
        throw error
      }
      do { try session.connection.run("COMMIT") } catch let failure as PostgresConnection.Failure
        where failure.isLost
      {
        connection = nil
        // What was only read needs no keeping.
        if begin != Self.writing { return value }
        throw Unsure(failure: failure)
      }
      return value
    }

    private var session: Session { Session(connection: connection!, place: place) }

    private struct Session: StoreSession {
      let connection: PostgresConnection
      let place: String
      var dialect: StoreDialect { .postgresql }

      func rows(_ statement: String, _ values: [any StoreConvertible]) throws -> [StoreRow] {
        try run(statement, values).rows
      }

      @discardableResult func execute(_ statement: String, _ values: [any StoreConvertible]) throws
        -> Int
      {
        try run(statement, values).changed
      }

      private func run(
        _ statement: String, _ values: [any StoreConvertible]
      ) throws -> (rows: [StoreRow], changed: Int) {
        try connection.run(dialect.places(statement), values.map(\.storeValue), at: place)
      }

      /// Waits until nobody else writes.
      func alone(_ lock: Int64) throws {
        _ = try rows("SELECT pg_advisory_xact_lock(?1)", [lock])
      }
    }

    // MARK: Problems

    private func translating<Value>(_ body: () throws -> Value) throws -> Value {
      do { return try body() } catch let unsure as Unsure {
        throw Problem(
          .inputOutput, place, expected: "an answer whether it was kept",
          found: Self.short(unsure.failure.message),
          fix: "look whether it is there before it is done again")
      } catch let failure as PostgresConnection.Failure { throw problem(failure) }
    }

    private func problem(_ failure: PostgresConnection.Failure) -> Problem {
      let found = Self.short(failure.message)
      let (expected, fix) = words(failure)
      return Problem(
        failure.code == "42501" ? .cannotCreate : .inputOutput, place, expected: expected,
        found: found, fix: fix)
    }

    private func words(_ failure: PostgresConnection.Failure) -> (expected: String, fix: String) {
      switch failure.code {
      case "": return Self.connecting(failure.message)
      case "53100": return ("room on the server's disk", "make room")
      case "55P03":
        return (
          "a turn to write within \(Self.longest) seconds", "end the program that holds the store"
        )
      case "42501":
        return (
          "a user who may write here",
          "let the owner of the database GRANT CREATE ON DATABASE, or take another user"
        )
      case "25006":
        return ("a server that can be written", "give the address of the primary server")
      case _ where failure.isLost: return ("a server that stays", "look at the server")
      default: return ("\(kind.name) that can be written", "")
      }
    }

    /// By libpq's words: a connection that is refused has no code.
    private static func connecting(_ message: String) -> (expected: String, fix: String) {
      let expected = "a PostgreSQL server that lets this program in"
      func has(_ words: String...) -> Bool { words.contains { message.contains($0) } }
      return if has("password", "SCRAM") {
        (expected, "write the password into ~/.pgpass, or set PGPASSWORD")
      } else if has("connection option") {
        ("options that PostgreSQL knows", "look them up under connection strings of libpq")
      } else if has("database \""), has("does not exist") {
        (expected, "make the database, such as by `createdb`, or check its name")
      } else if has("role \"") {
        (expected, "check the user, or make it, such as by `createuser`")
      } else if has("pg_hba.conf") {
        (expected, "let pg_hba.conf of the server allow this machine and user")
      } else {
        (expected, "check host and port, and whether the server runs there")
      }
    }

    /// The last line without the host, which the place says.
    private static func short(_ message: String) -> String {
      let line = message.split(separator: "\n").first.map(String.init) ?? "no answer"
      guard line.hasPrefix("connection to server"), let mark = line.firstRange(of: "failed: ")
      else { return line }
      return String(line[mark.upperBound...])
    }
  }
#endif
