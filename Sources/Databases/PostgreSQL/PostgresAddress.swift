import Engine

/// Where a store is in a PostgreSQL database: `postgres://user:password@host:port/database/name?option=value`.
///
/// The name is that of a schema, so that one database holds as many stores as wanted. Who is asked for what, and
/// with which password, is as for every program of PostgreSQL where the address does not say it: the variables
/// `PGHOST`, `PGUSER`, `PGPASSWORD` …, and the file `~/.pgpass`.
package struct PostgresAddress: Sendable {
  /// What libpq is told, by its own words.
  let options: [(name: String, value: String)]
  /// The schema.
  package let name: String
  /// The address without password and options.
  package let shown: String

  /// Whether a place is an address, and no path.
  package static func isAddress(_ place: String) -> Bool {
    schemes.contains { place.lowercased().hasPrefix($0) }
  }

  private static let schemes = ["postgres://", "postgresql://"]

  /// A place as people may see it: of an address without its password.
  package static func shown(_ place: String) -> String {
    guard isAddress(place) else { return place }
    return (try? PostgresAddress(place, usualName: ""))?.shown ?? "postgres://…"
  }

  /// The address of a store, and the name of what is meant of it, where the address goes on with one; nil for no
  /// address.
  package static func parts(of text: String) -> (store: String, name: String?)? {
    guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }) else { return nil }
    let mark = text.firstIndex(of: "?") ?? text.endIndex
    // Hosts, database and store.
    let parts = text[..<mark].dropFirst(scheme.count).split(
      separator: "/", omittingEmptySubsequences: false)
    let name = parts.dropFirst(3).joined(separator: "/")
    return (
      scheme + parts.prefix(3).joined(separator: "/") + text[mark...], name.isEmpty ? nil : name
    )
  }

  init(_ text: String, _ kind: StoreKind) throws {
    try self.init(text, usualName: kind.usualName)
  }

  /// - Parameter usualName: of the schema where the address names none.
  /// - Throws: `Problem` for an address that cannot be read.
  package init(_ text: String, usualName: String) throws {
    func wrong(_ found: String, _ fix: String) -> Problem {
      Problem.data(
        "address of a database", expected: "postgres://user@host:port/database/name",
        found: found, fix: fix)
    }
    func plain(_ part: some StringProtocol, _ what: String) throws -> String {
      guard let text = Self.decoded(String(part)), !text.utf8.contains(0) else {
        throw wrong("a \(what) that cannot be read", "write % as %25")
      }
      return text
    }
    guard let scheme = Self.schemes.first(where: { text.lowercased().hasPrefix($0) }) else {
      throw wrong("another address", "begin it with postgres://")
    }
    let whole = text.dropFirst(scheme.count)
    let mark = whole.firstIndex(of: "?") ?? whole.endIndex
    let slash = whole[..<mark].firstIndex(of: "/") ?? mark
    let (authority, path) = (whole[..<slash], whole[slash..<mark])
    // What is found is never quoted: where a password is written wrongly it is a part of it.
    guard !path.contains("@") else {
      throw wrong("an @ behind the first /", "write / in a password as %2F, @ as %40")
    }
    var options: [(name: String, value: String)] = []
    // The user, and maybe a password.
    let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2 else {
      throw wrong("several @ before the host", "write @ in a password as %40, / as %2F")
    }
    var shown = "postgres://"
    if parts.count == 2 {
      let names = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let user = try plain(names[0], "user")
      if !user.isEmpty { options.append(("user", user)) }
      if names.count == 2 { options.append(("password", try plain(names[1], "password"))) }
      shown += "\(names[0])@"
    }
    let hosts = parts[parts.count - 1]
    shown += hosts
    let (names, ports) = try Self.split(
      hosts, wrong("a port that is none", "write a number from 1 to 65535 behind the host"))
    if names.contains(where: { !$0.isEmpty }) {
      options.append(("host", try plain(names.joined(separator: ","), "host")))
    }
    if ports.contains(where: { !$0.isEmpty }) {
      options.append(("port", ports.joined(separator: ",")))
    }
    let places = path.split(separator: "/")
    guard (1...2).contains(places.count) else {
      throw wrong(
        places.isEmpty ? "no database" : "more than a database and a name",
        "write the database behind the host, and behind it the name of what is kept there")
    }
    options.append(("dbname", try plain(places[0], "database")))
    let name = places.count == 2 ? try plain(places[1], "name") : usualName
    guard places.count == 1 || Self.isName(name) else {
      throw wrong("a name that cannot be one", "take up to 60 letters, digits, - and _")
    }
    options += try Self.query(
      whole[mark...].dropFirst(), wrong("an option without a value", "write NAME=VALUE")
    ) { try plain($0, "option") }
    (self.options, self.name) = (options, name)
    self.shown = "\(shown)/\(places[0])\(name.isEmpty ? "" : "/\(name)")"
  }

  private static func split(
    _ hosts: Substring, _ wrong: Problem
  ) throws -> (names: [String], ports: [String]) {
    var (names, ports): ([String], [String]) = ([], [])
    for host in hosts.split(separator: ",", omittingEmptySubsequences: false) {
      // An address of IPv6 stands in brackets.
      let end = host.hasPrefix("[") ? host.firstIndex(of: "]") ?? host.startIndex : host.startIndex
      let colon = host[end...].firstIndex(of: ":") ?? host.endIndex
      let port = host[colon...].dropFirst()
      guard port.isEmpty || UInt16(port).map({ $0 > 0 }) == true else { throw wrong }
      names.append(String(host[..<colon].drop { $0 == "[" }.prefix { $0 != "]" }))
      ports.append(String(port))
    }
    return (names, ports)
  }

  private static func query(
    _ text: Substring, _ wrong: Problem, plain: (Substring) throws -> String
  ) throws -> [(String, String)] {
    try text.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw wrong }
      return (try plain(parts[0]), try plain(parts[1]))
    }
  }

  /// PostgreSQL's names have 63 bytes at most, and those that begin with `pg_` are its own.
  private static func isName(_ name: String) -> Bool {
    (1...60).contains(name.utf8.count) && !name.hasPrefix("pg_")
      && name.utf8.allSatisfy {
        $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
          || UnicodeScalar($0).properties.isAlphabetic && $0 < 128
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      }
  }

  /// Text with `%40` and the like; nil if that is none.
  private static func decoded(_ text: String) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard rest.count >= 2, let code = UInt8(String(Substring(rest.prefix(2))), radix: 16) else {
        return nil
      }
      bytes.append(code)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Opens the store.
  func open(_ kind: StoreKind, _ access: StoreAccess) throws -> any Store {
    #if PostgreSQL
      return try PostgresStore(self, kind, access)
    #else
      throw Problem.data(
        shown, expected: "a program that is built with the trait PostgreSQL", found: "one without",
        fix: "install libpq (of Debian: libpq-dev) and build it with that trait, or give a file")
    #endif
  }
}
