import Engine
import Formatting
import Networks
import Platform
import Training

/// What goes if a run is deleted. Nothing has gone yet.
public struct RunRemoval: Encodable, Sendable, Hashable {
  /// A file, as seen from the run's folder.
  public struct File: Encodable, Sendable, Hashable {
    public var name: String
    public var bytes: Int
    /// Whether a training made it, or somebody put it there.
    public var isOfRun: Bool

    private enum CodingKeys: String, CodingKey {
      case name, bytes
      case isOfRun = "is_of_run"
    }
  }

  /// The run's folder.
  public let path: String
  public let files: [File]
  public let tags: [String]
  public let note: String?
  /// The folder of the study that it is a trial of; nil for none.
  package let study: String?
  /// Folders inside, the deepest first.
  private let folders: [String]

  /// Of all files together.
  public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

  private enum CodingKeys: String, CodingKey { case path, files, tags, note, bytes, study }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(path, forKey: .path)
    try fields.encode(files, forKey: .files)
    try fields.encode(bytes, forKey: .bytes)
    try fields.encode(tags, forKey: .tags)
    try fields.encodeIfPresent(note, forKey: .note)
    try fields.encodeIfPresent(study, forKey: .study)
  }

  init(_ folder: RunFolder) throws {
    path = folder.path
    study = StoredStudy.folder(of: folder)
    var (files, folders): ([File], [String]) = ([], [])
    try Self.collect(in: folder.path, below: "", &files, &folders)
    (self.files, self.folders) = (files.sorted { $0.name < $1.name }, folders)
    let about = try? RunAbout(of: folder)
    (tags, note) = (about?.tags ?? [], about?.note)
  }

  private static let ownNames = Set(
    RunFolder.File.allCases.flatMap { [$0.rawValue, $0.rawValue + ".partial"] } + [RunLock.name])

  /// Links are files of their own; where they lead to is left alone.
  private static func collect(
    in path: String, below prefix: String, _ files: inout [File], _ folders: inout [String]
  ) throws {
    for name in try RunFolder.entries(in: path) {
      var status = stat()
      guard lstat("\(path)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFDIR {
        if RunFiles.isRun("\(path)/\(name)") {
          throw Problem(
            .cannotCreate, path, expected: "a run without other runs in it",
            found: "\(prefix)\(name)", fix: "delete or move that one first")
        }
        try collect(in: "\(path)/\(name)", below: "\(prefix)\(name)/", &files, &folders)
        folders.append(prefix + name)
      } else {
        files.append(
          File(
            name: prefix + name, bytes: Int(status.st_size),
            isOfRun: prefix.isEmpty && ownNames.contains(name)))
      }
    }
  }

  /// In a few lines.
  public var text: String {
    let others = files.filter { !$0.isOfRun }
    var lines = [
      "\(path): \(files.count) \(files.count == 1 ? "file" : "files"), \(Double(bytes).byteText)"
    ]
    if !others.isEmpty {
      lines.append(
        "  \(others.count) of them no training made: "
          + others.prefix(5).map(\.name).joined(separator: ", ") + (others.count > 5 ? ", …" : ""))
    }
    if !tags.isEmpty { lines.append("  tags: " + tags.joined(separator: ", ")) }
    if let note { lines.append("  note: \(note.shortened(to: 200))") }
    if let study {
      lines.append("  the study \(study) keeps its scores, and cannot train it any further.")
    }
    return lines.joined(separator: "\n")
  }

  /// Deletes what was told, and nothing that came since.
  func carryOut() throws {
    let lock = try RunLock(path)
    defer { _ = lock }
    // Until the end it is told to be a run, so that it can be deleted again if it is cut off in between.
    let last = [RunFolder.File.configuration.rawValue, RunLock.name]
    let ordered =
      files.filter { !last.contains($0.name) }
      + last.flatMap { name in files.filter { $0.name == name } }
    for file in ordered {
      guard unlink("\(path)/\(file.name)") == 0 || errno == ENOENT else {
        throw Problem.system(errno, .writing, "\(path)/\(file.name)")
      }
    }
    for folder in folders {
      guard rmdir("\(path)/\(folder)") == 0 else {
        throw Problem.system(errno, .writing, "\(path)/\(folder)")
      }
    }
    // The lock's own file, where it was not there before.
    unlink("\(path)/\(RunLock.name)")
    guard rmdir(path) == 0 else { throw Problem.system(errno, .writing, path) }
  }
}

extension RunCollection {
  /// What would go if runs were deleted; deletes nothing.
  /// - Throws: `Problem` for what is no run, a link, a run that holds others, one that trains now, and
  ///   a trial of a study that runs.
  public func removals(of names: [String]) throws -> [RunRemoval] {
    var problems: [Problem] = []
    var removals: [RunRemoval] = []
    for name in names {
      do {
        let folder = try plainFolder(name)
        guard !RunLock.isHeld(folder.path) else {
          throw Problem(
            .cannotCreate, folder.path, expected: "a run that has ended", found: "one that trains",
            fix: "stop it first")
        }
        let removal = try RunRemoval(folder)
        if let study = removal.study, RunLock.isHeld(study) {
          throw Problem(
            .cannotCreate, folder.path, expected: "a run that nothing needs",
            found: "a trial of \(study), a study that runs", fix: "stop the study first")
        }
        if !removals.contains(where: { $0.path == removal.path }) { removals.append(removal) }
      } catch let problem as Problem { problems.append(problem) }
    }
    try Problem.throwIfAny(problems)
    return removals
  }

  /// Deletes runs, as it was told before.
  /// - Throws: `Problem` for one that trains meanwhile, or that somebody put other files into.
  public func remove(_ removals: [RunRemoval]) throws {
    for removal in removals { try removal.carryOut() }
  }
}
