import Databases
import Datasets
import Engine
import Networks
import Platform
import Training

/// What the list of runs says, kept in one file beside them, so that only runs that have changed are read
/// again. It can be removed at any time: everything in it comes from the runs' own folders.
struct RunIndex {
  private let path: String
  private var file: DatabaseFile?
  private var isWritable = true
  private let registry: Registry
  /// What a reader should know of the index itself.
  private(set) var notes: [String] = []

  static let name = ".index.sqlite"
  /// `GbRn`
  static let application: Int32 = 0x4762_526E
  static let format = 1
  /// What is read before it is written, so that a long first list need not begin again.
  private static let batch = 256

  private static let kind = StoreKind(
    "an index of runs", application: application, format: format,
    tables: """
      CREATE TABLE run (
        name TEXT PRIMARY KEY, signature TEXT NOT NULL, state TEXT NOT NULL, problem TEXT, task TEXT,
        data TEXT, target TEXT, score TEXT, part TEXT, value TEXT, low TEXT, high TEXT, larger INTEGER,
        epochs INTEGER NOT NULL, best INTEGER, seconds REAL NOT NULL, time INTEGER NOT NULL, base TEXT,
        tags TEXT NOT NULL, note TEXT) WITHOUT ROWID;
      """, fix: "remove it; it is made again from the runs", isReadWhileWritten: false,
    isCache: true)

  /// - Parameter folder: of all runs. Where nothing can be written there, an index that is there is read.
  init(in folder: String, _ registry: Registry) {
    path = "\(folder)/\(Self.name)"
    self.registry = registry
    open()
  }

  private mutating func open() {
    do {
      file = try DatabaseFile(path, Self.kind, .create)
    } catch let problem as Problem where problem.kind == .malformed {
      guard !isNewer, setAside() else {
        notes.append("the index is not used: \(problem)")
        return
      }
      file = try? DatabaseFile(path, Self.kind, .create)
    } catch {
      file = try? DatabaseFile(path, Self.kind, .read)
      isWritable = false
    }
  }

  /// Whether a newer program made it, as its header says.
  private var isNewer: Bool {
    guard let header = try? AtomicFile.read(path, limit: 1 << 40).prefix(72), header.count == 72
    else { return false }
    func number(at place: Int) -> Int {
      header[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    return number(at: 68) == Self.application && number(at: 60) > Self.format
  }

  /// Gives a damaged index another name, so that a new one can be made and nothing is lost.
  private mutating func setAside() -> Bool {
    let other = path + ".damaged"
    file = nil
    guard rename(path, other) == 0 else { return false }
    unlink(path + "-journal")
    notes.append("the index was damaged; it is \(other) now, and a new one was made")
    return true
  }

  /// The runs of a folder, those that have changed read again.
  ///
  /// - Parameters:
  ///   - files: the runs that are there now.
  ///   - listen: is told how many of the changed ones are read.
  mutating func summaries(
    of files: [RunFiles], in folder: String, listen: (_ done: Int, _ count: Int) -> Void
  ) -> [RunSummary] {
    var known = stored(in: folder)
    let changed = files.filter { known[$0.name]?.signature != $0.signature }
    let gone = Set(known.keys).subtracting(files.map(\.name))
    if !gone.isEmpty { save([], removing: Array(gone)) }
    for start in stride(from: 0, to: changed.count, by: Self.batch) {
      let part = changed[start..<min(start + Self.batch, changed.count)]
      let read = part.map { run in
        (
          run,
          RunSummary(
            reading: "\(folder)/\(run.name)", name: run.name, milliseconds: run.milliseconds,
            registry)
        )
      }
      save(read, removing: [])
      for (run, summary) in read { known[run.name] = (run.signature, summary) }
      listen(start + part.count, changed.count)
    }
    return files.compactMap { known[$0.name]?.summary }
  }

  // MARK: The file

  private typealias Entry = (signature: String, summary: RunSummary)

  /// What the index says; nothing where it cannot be read.
  private mutating func stored(in folder: String) -> [String: Entry] {
    guard let file else { return [:] }
    do {
      let rows = try file.read { try $0.rows("SELECT * FROM run") }
      // A row that this version does not understand is read from its run again.
      let entries = rows.compactMap { try? Self.entry($0, folder) }
      return Dictionary(entries.map { ($0.summary.name, $0) }) { $1 }
    } catch let problem as Problem where problem.kind == .malformed {
      if setAside() { self.file = try? DatabaseFile(path, Self.kind, .create) }
    } catch {
      notes.append("the index could not be read: \(error)")
      self.file = nil
    }
    return [:]
  }

  /// - Returns: nil for a state that this version does not know.
  private static func entry(_ row: StoreRow, _ folder: String) throws -> Entry? {
    let name: String = try row[0]
    guard let state = RunSummary.State(rawValue: try row[2]) else { return nil }
    var summary = RunSummary(
      name: name, path: "\(folder)/\(name)", state: state, epochs: try row[13],
      seconds: try row[15], milliseconds: UInt64(clamping: try row[16] as Int64),
      tags: texts(try row[18]))
    summary.problem = try row[3]
    summary.task = try (row[4] as String?).flatMap { LearningTask(rawValue: $0) }
    (summary.data, summary.target) = (try row[5], try row[6])
    if let score: String = try row[7], let value = try (row[9] as String?).flatMap(Double.init) {
      summary.score = RunSummary.LeadingScore(
        name: score, part: try row[8], value: value,
        low: try (row[10] as String?).flatMap(Double.init),
        high: try (row[11] as String?).flatMap(Double.init), largerIsBetter: try row[12])
    }
    (summary.bestEpoch, summary.from, summary.note) = (try row[14], try row[17], try row[19])
    return (try row[1], summary)
  }

  /// No tag has a comma.
  private static func texts(_ joined: String) -> [String] {
    joined.split(separator: ",").map(String.init)
  }

  /// Where another process writes, or nothing may be written, the list is right all the same.
  private mutating func save(_ read: [(RunFiles, RunSummary)], removing gone: [String]) {
    guard let file, isWritable, !read.isEmpty || !gone.isEmpty else { return }
    do {
      try file.write { session in
        for name in gone { try session.execute("DELETE FROM run WHERE name = ?1", [name]) }
        for (run, summary) in read {
          let values = Self.values(run, summary)
          let places = values.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
          try session.execute("INSERT OR REPLACE INTO run VALUES (\(places))", values)
        }
      }
    } catch {
      notes.append("the index could not be written, so the next list reads runs again: \(error)")
      self.file = nil
    }
  }

  private static func values(
    _ run: RunFiles, _ summary: RunSummary
  ) -> [any StoreConvertible] {
    let score = summary.score
    return [
      run.name, run.signature, summary.state.rawValue, summary.problem, summary.task?.rawValue,
      summary.data, summary.target, score?.name, score?.part,
      // As text, since SQLite has no number that is not finite.
      score.map { "\($0.value)" }, score?.low.map { "\($0)" }, score?.high.map { "\($0)" },
      score?.largerIsBetter, summary.epochs, summary.bestEpoch, summary.seconds,
      Int64(summary.milliseconds), summary.from, summary.tags.joined(separator: ","), summary.note,
    ]
  }
}
