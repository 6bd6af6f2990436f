import Engine
import Networks
import Platform

/// Where a training writes: settings, split, metrics, the best model so far, a checkpoint, a report.
public struct RunFolder: Sendable {
  /// Its path.
  public let path: String

  /// The files of a run.
  package enum File: String, CaseIterable, Sendable {
    case configuration = "config.json"
    case split = "split.json"
    /// Rows that followed those of the data.
    case moreRows = "feedback.csv"
    /// Where each of them came from.
    case feedback = "feedback.json"
    /// Weights from elsewhere that the training began with.
    case start = "start.safetensors"
    case metrics = "metrics.jsonl"
    case model = "model.safetensors"
    case checkpoint = "checkpoint.safetensors"
    case report = "report.json"
    case page = "report.html"
    /// What people say of it: tags and a note.
    case about = "about.json"
  }

  /// A folder that exists.
  /// - Throws: `Problem` if it does not.
  public init(existing path: String) throws {
    guard Self.isFolder(path) else {
      throw Self.missing(path, expected: "the folder of a run")
    }
    self.path = path
  }

  /// A new folder, with those above it.
  ///
  /// - Parameter force: use a folder that holds a run already; its files are replaced.
  /// - Throws: `Problem` if it holds a run, or cannot be made; if another training writes into it.
  public init(creating path: String, force: Bool) throws {
    (self, _) = try Self.created(path, force: force)
  }

  /// The same, held until the lock is let go.
  ///
  /// - Parameter lock: of whoever holds the folder already.
  static func created(
    _ path: String, force: Bool, holding lock: RunLock? = nil
  ) throws -> (RunFolder, RunLock) {
    if !force, let found = File.allCases.first(where: { Self.exists("\(path)/\($0.rawValue)") }) {
      throw Problem(
        .cannotCreate, path, expected: "a folder without a run", found: found.rawValue,
        fix: "choose another `name` or `output`, or set `force` to replace it")
    }
    try Self.create(path)
    let lock = try lock ?? RunLock(path)
    let folder = try RunFolder(existing: path)
    for file in File.allCases where file != .metrics && folder.has(file) {
      guard unlink(folder[file]) == 0 else {
        throw Problem.system(errno, .creating, folder[file])
      }
    }
    try AtomicFile.write([], to: folder[.metrics])
    return (folder, lock)
  }

  /// The path of a file.
  package subscript(file: File) -> String { "\(path)/\(file.rawValue)" }

  /// Is the file there?
  package func has(_ file: File) -> Bool { Self.exists(self[file]) }

  /// A path below `runs` or another folder that is not taken: the name, or the name with a number.
  public static func freePath(name: String, in folder: String = "runs") -> String {
    let first = "\(folder)/\(name)"
    guard exists(first) else { return first }
    return (2...).lazy.map { "\(first)-\($0)" }.first { !exists($0) }!
  }

  /// Replaces a file by a value as JSON.
  /// - Throws: `Problem`.
  package func write(_ value: some Encodable, to file: File) throws {
    let text = try JSONText.encode(value, pretty: true) + "\n"
    try AtomicFile.write(Array(text.utf8), to: self[file])
  }

  /// Removes what was said of a run that now goes on.
  /// - Throws: `Problem`.
  func removeReport() throws {
    guard !has(.report) || unlink(self[.report]) == 0 else {
      throw Problem.system(errno, .writing, self[.report])
    }
  }

  /// Adds a line to the metrics. What was written before is never touched, so a reader may follow.
  /// - Throws: `Problem`.
  public func append(_ record: EpochRecord) throws {
    let line = try JSONText.encode(MetricsLine(record)) + "\n"
    let descriptor = open(self[.metrics], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Problem.system(errno, .creating, self[.metrics]) }
    defer { close(descriptor) }
    let bytes = Array(line.utf8)
    guard bytes.withUnsafeBytes({ SystemCall.write(descriptor, $0) }) == bytes.count else {
      throw Problem.system(errno, .writing, self[.metrics])
    }
  }

  /// Replaces the metrics by those of the epochs that a checkpoint knows, before going on from it. Of a
  /// long training it knows the last epochs and the best; what the file has of those before them stays.
  /// - Throws: `Problem`.
  public func restoreMetrics(_ history: [EpochRecord]) throws {
    let known = Set(history.map(\.epoch))
    let done = history.last?.epoch ?? 0
    let others =
      known.count == done
      ? [] : try metrics().filter { $0.epoch <= done && !known.contains($0.epoch) }
    let lines = try (others + history).sorted { $0.epoch < $1.epoch }
      .map { try JSONText.encode(MetricsLine($0)) + "\n" }
    try AtomicFile.write(Array(lines.joined().utf8), to: self[.metrics])
  }

  static func exists(_ path: String) -> Bool { AtomicFile.exists(path) }

  /// Is there a folder of this path?
  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Makes a folder and those above it, where there are none.
  package static func create(_ path: String) throws {
    if isFolder(path) { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try create(String(path[..<slash]))
    }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST && isFolder(path) else {
      throw Problem.system(errno, .creating, path)
    }
  }
}
