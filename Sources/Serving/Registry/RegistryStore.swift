import Databases
import Datasets
import Engine
import Formatting
import Networks
import Platform
import Synchronization
import Training

/// A registry in a store that machines share: logs and files are rows. Whoever needs the files of a version has
/// a copy of them on its machine, which can be removed at any time.
final class RegistryStore: RegistryHome {
  private let place: String
  private let cache: String?
  private let mostBytes: Int
  private let partBytes: Int
  private let state = Mutex(State())

  private struct State {
    var store: (any Store)?
    var isWritable = false
    /// What was read, so that who looks every second is told what is new alone.
    var logs: [String: Log] = [:]
  }

  private struct Log {
    var events: [RegistryEvent] = []
    /// The last row.
    var number: Int64 = 0
    var body = ""
  }

  private static let usualName = "models"

  private static let kind = StoreKind(
    "a registry of models", application: 0x476C_5267,  // `GlRg`
    format: 1,
    tables: """
      CREATE TABLE event (number INTEGER PRIMARY KEY, model TEXT NOT NULL, body TEXT NOT NULL);
      CREATE INDEX event_model ON event (model, number);
      CREATE TABLE file (
        model TEXT NOT NULL, version INTEGER NOT NULL, name TEXT NOT NULL, part INTEGER NOT NULL,
        bytes BLOB NOT NULL, PRIMARY KEY (model, version, name, part));
      """, fix: "check the name behind the database", usualName: usualName)

  /// - Parameters:
  ///   - place: an address, or the path of a file.
  ///   - cache: for copies of versions; nil for the user's usual folder.
  ///   - mostBytes: of a version.
  ///   - partBytes: of a row, so that neither side has a large file in memory twice.
  init(
    _ place: String, cache: String? = nil, mostBytes: Int = 1 << 30, partBytes: Int = 16 << 20
  ) {
    (self.place, self.cache) = (place, cache)
    (self.mostBytes, self.partBytes) = (mostBytes, partBytes)
  }

  var shown: String {
    (try? PostgresAddress(place, usualName: Self.usualName))?.shown ?? PostgresAddress.shown(place)
  }

  func source(_ path: String) -> String { "\(Machine.name):\(RunFolder.realPath(path) ?? path)" }

  // MARK: The store

  /// Opens it when it is needed first.
  private func store(writable isWritable: Bool) throws -> any Store {
    try state.withLock { state in
      if let store = state.store, state.isWritable || !isWritable { return store }
      let store = try Self.kind.open(place, isWritable ? .create : .read)
      (state.store, state.isWritable) = (store, isWritable)
      return store
    }
  }

  /// - Returns: nil where nobody has registered anything yet.
  private func read<Value>(_ body: (any StoreSession) throws -> Value) throws -> Value? {
    let store: any Store
    do { store = try self.store(writable: false) } catch let problem as Problem
      where problem.kind == .missing
    { return nil }
    do { return try store.read(body) } catch {
      // What is there the next time may be another.
      state.withLock { $0 = State() }
      throw error
    }
  }

  // MARK: Logs

  func names() throws -> [String] {
    let rows = try read { try $0.rows("SELECT DISTINCT model FROM event") } ?? []
    return try rows.map { try $0[0] as String }.sorted()
  }

  func history(of name: String) throws -> [RegistryEvent]? {
    let known = state.withLock { $0.logs[name] } ?? Log()
    guard let log = try read({ try log(of: name, after: known, $0) }), !log.events.isEmpty
    else { return nil }
    state.withLock { $0.logs[name] = log }
    return log.events
  }

  private func log(
    of name: String, after known: Log = Log(), _ session: any StoreSession
  ) throws -> Log {
    var rows = try session.rows(
      "SELECT number, body FROM event WHERE model = ?1 AND number >= ?2 ORDER BY number",
      [name, known.number])[...]
    if known.number > 0 {
      guard let last = rows.popFirst(), try last[0] as Int64 == known.number,
        try last[1] as String == known.body
      else { return try log(of: name, session) }
    }
    var log = known
    for row in rows {
      (log.number, log.body) = (try row[0], try row[1])
      log.events.append(
        try JSONText.decode(
          RegistryEvent.self, from: log.body, at: "\(shown), log of \(name), \(log.number)"))
    }
    return log
  }

  func add(
    to name: String, _ source: VersionSource?,
    _ decide: (_ log: [RegistryEvent]) throws -> RegistryEvent?
  ) throws -> [RegistryEvent] {
    let files = try source.map(contents) ?? []
    return try store(writable: true).write { session in
      let history = try log(of: name, session).events
      guard let event = try decide(history) else { return history }
      for (file, bytes) in files { try put(file, bytes, name, event.version, session) }
      try session.execute(
        "INSERT INTO event (model, body) VALUES (?1, ?2)", [name, try JSONText.encode(event)])
      return history + [event]
    }
  }

  // MARK: Files

  /// Its files, with paths that begin nowhere else.
  private func contents(of source: VersionSource) throws -> [(name: String, bytes: [UInt8])] {
    var files: [(name: String, bytes: [UInt8])] = []
    for (path, name) in source.files {
      if let run = source.run, name == RunFolder.File.configuration.rawValue {
        let text = try JSONText.encode(run.configurationWithWholePaths(), pretty: true) + "\n"
        files.append((name, Array(text.utf8)))
      } else {
        files.append((name, try VersionSource.bytes(of: path)))
      }
      let bytes = files.reduce(0) { $0 + $1.bytes.count }
      guard bytes <= mostBytes else {
        throw Problem(
          .cannotCreate, shown, expected: "versions of up to \(Double(mostBytes).byteText)",
          found: "\(Double(bytes).byteText) of \(name) and what comes before it",
          fix: "keep it in a registry that is a folder")
      }
    }
    return files
  }

  func put(_ file: String, _ bytes: [UInt8], _ name: String, _ version: Int) throws {
    try store(writable: true).write { try put(file, bytes, name, version, $0) }
  }

  private func put(
    _ file: String, _ bytes: [UInt8], _ name: String, _ version: Int, _ session: any StoreSession
  ) throws {
    try session.execute(
      "DELETE FROM file WHERE model = ?1 AND version = ?2 AND name = ?3", [name, version, file])
    let starts = stride(from: 0, to: max(1, bytes.count), by: partBytes)
    for (part, start) in starts.enumerated() {
      try session.execute(
        "INSERT INTO file (model, version, name, part, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
        [name, version, file, part, Array(bytes[start..<min(start + partBytes, bytes.count)])])
    }
  }

  func folder(of name: String, _ version: RegisteredVersion) throws -> String {
    let folder = try copy(of: name, version)
    let files =
      try read { session in
        try session.rows(
          "SELECT name, count(*) FROM file WHERE model = ?1 AND version = ?2 GROUP BY name",
          [name, version.version])
      } ?? []
    for row in files {
      let (file, parts): (String, Int) = (try row[0], try row[1])
      // Who else writes there may name files of this machine.
      try ModelRegistry.check(file)
      let path = "\(folder)/\(file)"
      let isModel = file == RunFolder.File.model.rawValue
      if AtomicFile.exists(path), try !isModel || hash(path) == version.hash { continue }
      try fetch(file, parts, of: name, version.version, to: path)
      if isModel, try hash(path) != version.hash { throw wrong(name, version) }
    }
    guard !files.isEmpty else { throw wrong(name, version) }
    return folder
  }

  /// Where its copy is: nobody else has a version of this name, number, time and content.
  private func copy(of name: String, _ version: RegisteredVersion) throws -> String {
    try ModelRegistry.check(name)
    guard let cache = cache ?? CacheFolder.usual else {
      throw Problem(
        .missing, shown, expected: "a folder for copies of models", found: "no home folder",
        fix: "set the variable XDG_CACHE_HOME to one")
    }
    let facts = [shown, name, version.registered, version.source, version.hash]
    let key = SHA256.hex(facts.joined(separator: "\n").utf8).prefix(16)
    let folder = "\(cache)/registry/\(name)-\(version.version)-\(key)"
    try RunFolder.create(folder)
    return folder
  }

  /// Each file is there whole or not at all.
  private func fetch(
    _ file: String, _ parts: Int, of name: String, _ version: Int, to path: String
  ) throws {
    _ = try read { session in
      try AtomicFile.write(to: path) { sink in
        for part in 0..<parts {
          let bytes: [UInt8] =
            try session.first(
              """
              SELECT bytes FROM file
              WHERE model = ?1 AND version = ?2 AND name = ?3 AND part = ?4
              """, [name, version, file, part]) ?? []
          try bytes.withUnsafeBytes { try sink($0) }
        }
      }
    }
  }

  private func hash(_ path: String) throws -> String { try PreparedData.file(path).sha256 }

  private func wrong(_ name: String, _ version: RegisteredVersion) -> Problem {
    Problem(
      .malformed, "\(shown), version \(version.version) of \(name)",
      expected: "the file that was registered, \(version.hash.prefix(12))", found: "another",
      fix: "register the model again")
  }
}
