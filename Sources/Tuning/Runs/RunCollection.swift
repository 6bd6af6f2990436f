public import Datasets
import Engine
public import Networks
import Platform
public import Training

/// All runs in a folder, to be looked through, described and put in order.
/// ```swift
/// let runs = RunCollection(path: "runs")
/// try runs.tag("students", adding: ["baseline"])
/// for run in try runs.list().runs { print(run.name, run.state) }
/// ```
/// The list is kept in an index, `.index.sqlite`, which is made again from the runs whenever it is missing.
/// Tags and notes are in the runs' own folders. Several processes may use one folder at the same time.
public struct RunCollection: Sendable {
  /// The runs of a folder, and what a reader should know of the list.
  public struct List: Encodable, Sendable {
    public var runs: [RunSummary]
    public var notes: [String]
  }

  /// Its folder.
  public let path: String
  let registry: Registry
  let decoders: Decoders

  /// A folder that need not exist yet.
  ///
  /// - Parameters:
  ///   - path: its runs lie in it, or a few folders deeper, as those of a study do.
  ///   - registry: what the runs' files can name, such as layers of your own.
  ///   - decoders: read the data of runs that are compared.
  public init(
    path: String = "runs", registry: Registry = .standard, decoders: Decoders = .none
  ) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    (self.registry, self.decoders) = (registry, decoders)
  }

  /// The runs that are asked for.
  ///
  /// - Parameter listen: is told how many runs, of those that have changed since the last list, are read.
  /// - Throws: `Problem` for a folder that cannot be read.
  public func list(
    _ query: RunQuery = RunQuery(), listen: (_ done: Int, _ count: Int) -> Void = { _, _ in }
  ) throws -> List {
    var notes = AtomicFile.exists(path) ? [] : ["there is no folder \(path)"]
    let files = try RunFiles.all(in: path, notes: &notes)
    guard !files.isEmpty else { return List(runs: [], notes: notes) }
    var index = RunIndex(in: path, registry)
    var runs = index.summaries(of: files, in: path, listen: listen)
    for place in runs.indices where runs[place].state != .finished {
      guard RunLock.isHeld(runs[place].path) else { continue }
      // Its first files may not be there yet.
      (runs[place].state, runs[place].problem) = (.training, nil)
    }
    return List(runs: query.sorted(runs.filter(query.holds)), notes: notes + index.notes)
  }

  /// A run by the path of its folder, or by its name in the list.
  /// - Throws: `Problem` if there is none, naming the one that may be meant.
  public func run(_ name: String) throws -> RunFolder {
    let inside = "\(path)/\(name)"
    for candidate in [name, inside] where RunFiles.isRun(candidate) {
      return try RunFolder(existing: candidate)
    }
    if let folder = [name, inside].first(where: RunFolder.isFolder) {
      throw Problem(
        .missing, folder, expected: "the folder of a run",
        found: "a folder without \(RunFolder.File.configuration.rawValue)",
        fix: "list the runs that there are")
    }
    return try RunFolder(existing: path == "runs" || name.contains("/") ? name : inside)
  }

  /// Adds tags to a run, and takes others away.
  /// - Returns: those that it has now, in alphabetical order.
  /// - Throws: `Problem` for a run or a tag that is not there, and tags that cannot be.
  @discardableResult public func tag(
    _ name: String, adding added: [String] = [], removing removed: [String] = []
  ) throws -> [String] {
    try RunAbout.change(of: run(name)) {
      try $0.remove(removed)
      try $0.add(added)
    }.tags
  }

  /// Says something about a run.
  ///
  /// - Parameter text: an empty one takes the note away.
  /// - Throws: `Problem` for a run that is not there, and too long a text.
  public func note(_ name: String, _ text: String) throws {
    try RunAbout.change(of: run(name)) { try $0.set(note: text) }
  }
}
