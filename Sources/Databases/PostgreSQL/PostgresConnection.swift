#if PostgreSQL
  import CLibPQ
  import Engine
  import Platform

  /// A connection to a PostgreSQL server. One thread at a time uses it.
  final class PostgresConnection {
    /// What the server, or the way to it, refuses.
    struct Failure: Error {
      /// Five letters by which PostgreSQL names errors; empty where the server said nothing.
      let code: String
      let message: String
      /// Whether the connection is no more, so that another one may work.
      let isLost: Bool
    }

    private let connection: OpaquePointer

    /// - Parameter options: what libpq is told, by its own words; more than once what counts is the last.
    /// - Throws: ``Failure``.
    init(_ options: [(name: String, value: String)]) throws {
      // Who waits for a machine that is no more shall hear of it. What the address says goes before.
      let usual = [
        ("connect_timeout", "10"), ("keepalives_idle", "30"), ("keepalives_interval", "10"),
        ("keepalives_count", "3"), ("tcp_user_timeout", "60000"), ("application_name", "glassbox"),
      ]
      let given = Set(options.map(\.name))
      let all = usual.filter { !given.contains($0.0) } + options + [("client_encoding", "UTF8")]
      let opened = Self.withStrings(all.map(\.0)) { names in
        Self.withStrings(all.map(\.1)) { values in PQconnectdbParams(names, values, 0) }
      }
      guard let opened else {
        throw Failure(code: "", message: "no memory for a connection", isLost: false)
      }
      guard PQstatus(opened) == CONNECTION_OK else {
        defer { PQfinish(opened) }
        // What of several hosts each said stands in lines.
        let message = Self.text(PQerrorMessage(opened))
        throw Failure(code: "", message: message, isLost: true)
      }
      connection = opened
      PQsetNoticeProcessor(opened, { _, _ in }, nil)
    }

    deinit { PQfinish(connection) }

    var isGood: Bool { PQstatus(connection) == CONNECTION_OK }

    /// Calls a body with texts as C sees them, with a null at their end.
    private static func withStrings<Value>(
      _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
    ) -> Value {
      let copies = texts.map { strdup($0) }
      defer { for copy in copies { free(copy) } }
      return (copies.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer {
        body($0.baseAddress!)
      }
    }

    /// Runs statements without values.
    /// - Throws: ``Failure``.
    func run(_ statements: String) throws {
      let result = PQexec(connection, statements)
      defer { PQclear(result) }
      try check(result)
    }

    /// Runs a statement.
    ///
    /// - Parameter place: for whoever must be told that a row cannot be read.
    /// - Returns: its rows, and how many it changed.
    /// - Throws: ``Failure``.
    func run(
      _ statement: String, _ values: [StoreValue], at place: String
    ) throws -> (rows: [StoreRow], changed: Int) {
      let result = send(statement, values)
      defer { PQclear(result) }
      try check(result)
      let changed = Int(Self.text(PQcmdTuples(result))) ?? 0
      let width = PQnfields(result)
      guard width > 0 else { return ([], changed) }
      let columns = StoreRow.Columns((0..<width).map { Self.text(PQfname(result, $0)) })
      let types = (0..<width).map { PQftype(result, $0) }
      let rows = (0..<PQntuples(result)).map { row in
        StoreRow(
          columns,
          (0..<width).map { Self.value(result, row, $0, of: types[Int($0)]) }, at: place)
      }
      return (rows, changed)
    }

    private func send(_ statement: String, _ values: [StoreValue]) -> OpaquePointer? {
      let sent = values.map(Self.sent)
      let copies = sent.map { value -> UnsafeMutablePointer<CChar>? in
        guard let bytes = value.bytes else { return nil }
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        bytes.withUnsafeBytes {
          _ = memcpy(copy, $0.baseAddress ?? UnsafeRawPointer(copy), $0.count)
        }
        copy[bytes.count] = 0
        return copy
      }
      defer { for copy in copies { copy?.deallocate() } }
      return PQexecParams(
        connection, statement, Int32(values.count), sent.map(\.type),
        copies.map { UnsafePointer($0) }, sent.map { Int32($0.bytes?.count ?? 0) },
        sent.map { $0.isBinary ? 1 : 0 }, 0)
    }

    /// The numbers of PostgreSQL's types, of its `pg_type.dat`.
    private enum Kind {
      static let (bool, bytea, int8, int2, int4, text): (Oid, Oid, Oid, Oid, Oid, Oid) =
        (16, 17, 20, 21, 23, 25)
      static let (float4, float8, numeric): (Oid, Oid, Oid) = (700, 701, 1700)
    }

    /// A value as it travels: numbers as text, texts and bytes as they are.
    private static func sent(
      _ value: StoreValue
    ) -> (type: Oid, bytes: [UInt8]?, isBinary: Bool) {
      switch value {
      case .null: (0, nil, false)
      case .integer(let number): (Kind.int8, Array("\(number)".utf8), false)
      case .real(let number): (Kind.float8, Array("\(number)".utf8), false)
      case .text(let text): (Kind.text, bytes(of: text), true)
      case .bytes(let bytes): (Kind.bytea, bytes, true)
      }
    }

    /// PostgreSQL has no character of the number 0.
    private static func bytes(of text: String) -> [UInt8] {
      let bytes = Array(text.utf8)
      guard bytes.contains(0) else { return bytes }
      return bytes.flatMap { $0 == 0 ? Array("\u{FFFD}".utf8) : [$0] }
    }

    private static func value(
      _ result: OpaquePointer?, _ row: Int32, _ column: Int32, of type: Oid
    ) -> StoreValue {
      guard PQgetisnull(result, row, column) == 0 else { return .null }
      let text = text(PQgetvalue(result, row, column))
      switch type {
      case Kind.bool: return .integer(text == "t" ? 1 : 0)
      case Kind.int8, Kind.int4, Kind.int2: return Int64(text).map(StoreValue.integer) ?? .null
      case Kind.float8, Kind.float4, Kind.numeric:
        return Double(text).map { $0.storeValue } ?? .null
      case Kind.bytea: return .bytes(bytes(text.utf8.dropFirst(2)))
      default: return .text(text)
      }
    }

    /// Bytes that are written as digits to the base 16.
    private static func bytes(_ digits: Substring.UTF8View) -> [UInt8] {
      func digit(_ byte: UInt8) -> UInt8 { byte < 58 ? byte - 48 : byte - 87 }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(digits.count / 2)
      var first: UInt8?
      for byte in digits {
        if let high = first {
          bytes.append(digit(high) << 4 | digit(byte))
          first = nil
        } else {
          first = byte
        }
      }
      return bytes
    }

    private func check(_ result: OpaquePointer?) throws {
      let status = PQresultStatus(result)
      guard status != PGRES_COMMAND_OK, status != PGRES_TUPLES_OK, status != PGRES_EMPTY_QUERY
      else { return }
      let code = Self.text(PQresultErrorField(result, Int32(UInt8(ascii: "C"))))
      let message = Self.text(PQresultErrorField(result, Int32(UInt8(ascii: "M"))))
      throw Failure(
        code: code, message: message.isEmpty ? Self.text(PQerrorMessage(connection)) : message,
        // The server ends, or has ended the connection.
        isLost: !isGood || code.hasPrefix("08") || ["57P01", "57P02", "57P03"].contains(code))
    }

    private static func text(_ characters: UnsafePointer<CChar>?) -> String {
      characters.map { String(cString: $0) } ?? ""
    }
  }
#endif
