public import Datasets
import Engine
import Networks
import Platform
import Training

/// Models by name and version in a folder: `NAME/VERSION/` holds a version's files, `NAME/log.jsonl` what
/// was done to which, and so which one is live.
/// ```swift
/// let registry = ModelRegistry(path: "models")
/// let version = try registry.register("runs/students", as: "students", why: "first")
/// try registry.promote("students", version: version.version, why: "nothing is live yet")
/// ```
/// Several processes may use one folder at the same time.
public struct ModelRegistry: Sendable {
  /// Its folder.
  public let path: String
  let decoders: Decoders

  static let logName = "log.jsonl"

  /// A folder that need not exist yet.
  public init(path: String = "models", decoders: Decoders = .none) {
    (self.path, self.decoders) = (path, decoders)
  }

  // MARK: Looking

  /// The models that have versions, in alphabetical order.
  /// - Throws: `Problem` for a folder that cannot be read.
  public func names() throws -> [String] {
    try RunFolder.folders(in: path).filter {
      AtomicFile.exists("\(folder(of: $0))/\(Self.logName)")
    }
  }

  /// What was done to a model, the oldest first.
  /// - Throws: `Problem` for an unknown name, or a log that is damaged.
  public func history(of name: String) throws -> [RegistryEvent] {
    let log = "\(folder(of: name))/\(Self.logName)"
    guard AtomicFile.exists(log) else { throw try unknown(name) }
    let text = String(decoding: try AtomicFile.read(log, limit: 1 << 28), as: UTF8.self)
    // A line that was cut off while it was written was never acknowledged.
    let whole = text.lastIndex(of: "\n").map { text[..<$0] } ?? ""
    return try whole.split(separator: "\n").enumerated().map { place, line in
      try JSONText.decode(
        RegistryEvent.self, from: String(line), at: "\(log):\(place + 1)")
    }
  }

  /// Its versions, the oldest first.
  /// - Throws: `Problem` for an unknown name, or a log that is damaged.
  public func versions(of name: String) throws -> [RegisteredVersion] {
    RegisteredVersion.all(of: try history(of: name))
  }

  /// The version that servers answer with; nil for none yet.
  /// - Throws: `Problem` for an unknown name, or a log that is damaged.
  public func live(_ name: String) throws -> RegisteredVersion? {
    try versions(of: name).last { $0.stage == .live }
  }

  /// The folder of a version.
  public func folder(of name: String, version: Int) -> String { "\(folder(of: name))/\(version)" }

  /// Reads a version, compares its hash with the log, and runs its golden examples.
  /// - Throws: `Problem` for an unknown version, a file that was changed, or a golden example that no longer
  ///   gives its output.
  public func load(_ name: String, version: Int) throws -> ServedModel {
    let known = try self.version(version, of: name)
    let folder = folder(of: name, version: version)
    let model = try ServedModel(path: folder, name: name, version: version, decoders: decoders)
    guard model.identity.hash == known.hash else {
      throw Problem(
        .malformed, folder, expected: "the file that was registered, \(known.hash.prefix(12))",
        found: "\(model.identity.hash.prefix(12))", fix: "register the model again")
    }
    return model
  }

  // MARK: Changing

  /// Copies the model, report and split of a run, or a model file, as a new version.
  ///
  /// - Parameters:
  ///   - source: the folder of a run, or a model file.
  ///   - who: nil takes the name of the user.
  /// - Throws: `Problem` for a model that does not prove its golden examples, and names that are no folder's.
  @discardableResult public func register(
    _ source: String, as name: String, by who: String? = nil, why: String = ""
  ) throws -> RegisteredVersion {
    try Self.check(name)
    let model = try ServedModel(path: source, decoders: decoders)
    let folder = folder(of: name)
    try RunFolder.create(folder)
    let lock = try RunLock(folder, waits: true)
    defer { _ = lock }
    let log = AtomicFile.exists("\(folder)/\(Self.logName)") ? try history(of: name) : []
    let version = (log.map(\.version).max() ?? 0) + 1
    try copyFiles(from: source, to: self.folder(of: name, version: version))
    let event = RegistryEvent(
      time: SystemClock.text, who: who ?? Self.user, action: .register, version: version,
      hash: model.identity.hash, why: why, source: source)
    try append(event, to: name)
    return RegisteredVersion.all(of: log + [event]).last!
  }

  /// Makes a version the live one.
  ///
  /// Nothing is done where it is the live one already.
  /// - Throws: `Problem` for a version that is unknown, or whose golden examples fail.
  public func promote(
    _ name: String, version: Int, by who: String? = nil, why: String = ""
  ) throws {
    try makeLive(name, who, why) { _ in (.promote, version) }
  }

  /// Makes the version live again that was live before this one; a second rollback takes the first back.
  /// - Returns: its number.
  /// - Throws: `Problem` if there is none, or its golden examples fail.
  @discardableResult public func rollback(
    _ name: String, by who: String? = nil, why: String = ""
  ) throws -> Int {
    try makeLive(name, who, why) { log in
      let live = log.filter { [.promote, .rollback].contains($0.action) }.map(\.version)
      guard let version = live.last(where: { $0 != live.last }) else {
        throw Problem.data(
          name, expected: "a version that was live before", found: "none",
          fix: "promote a version")
      }
      return (.rollback, version)
    }
  }

  /// Writes down that the test rows of a version are read once more, before they are.
  ///
  /// - Parameters:
  ///   - part: SHA-256 of which rows they are.
  ///   - before: how many times the version's own run had read them.
  /// - Returns: how many times they were read in all.
  func countReading(
    of name: String, version: RegisteredVersion, part: String, before: Int, why: String
  ) throws -> Int {
    let lock = try RunLock(folder(of: name), waits: true)
    defer { _ = lock }
    // What was read before the version was there, its own run has counted.
    let later = try history(of: name).drop { $0.version != version.version }
    try append(
      RegistryEvent(
        time: SystemClock.text, who: Self.user, action: .test, version: version.version,
        hash: version.hash, why: why, testPart: part), to: name)
    return before + later.count { $0.testPart == part } + 1
  }

  /// The versions that were copied from runs, in words.
  ///
  /// - Parameter runs: the folders of the runs. A registry that cannot be read names none.
  package func versions(from runs: [String]) -> [String] {
    let folders = Set(runs.map { RunFolder.realPath($0) ?? $0 })
    return ((try? names()) ?? []).flatMap { name in
      ((try? versions(of: name)) ?? []).filter {
        folders.contains(RunFolder.realPath($0.source) ?? $0.source)
      }.map { "version \($0.version) of \(name)" }
    }
  }

  /// What is said of such a version where its run is deleted.
  package static func stays(_ version: String) -> String {
    "\(version) was copied from it and stays."
  }

  @discardableResult private func makeLive(
    _ name: String, _ who: String?, _ why: String,
    _ choose: ([RegistryEvent]) throws -> (RegistryEvent.Action, Int)
  ) throws -> Int {
    _ = try history(of: name)
    let lock = try RunLock(folder(of: name), waits: true)
    defer { _ = lock }
    let (action, number) = try choose(try history(of: name))
    let version = try self.version(number, of: name)
    if version.stage == .live { return number }
    _ = try load(name, version: number)
    try append(
      RegistryEvent(
        time: SystemClock.text, who: who ?? Self.user, action: action, version: number,
        hash: version.hash, why: why), to: name)
    return number
  }

  // MARK: Files

  /// What a version takes over from a run: all but what resuming needs.
  private static let files = RunFolder.File.allCases.filter {
    ![.metrics, .checkpoint].contains($0)
  }

  private func folder(of name: String) -> String { "\(path)/\(name)" }

  /// A folder is there whole or not at all.
  private func copyFiles(from source: String, to folder: String) throws {
    let partial = folder + ".partial"
    try RunFolder.create(partial)
    let run = RunFolder.isFolder(source) ? try RunFolder(existing: source) : nil
    let files = run.map { run in
      Self.files.filter(run.has).map { (path: run[$0], name: $0.rawValue) }
    }
    for (file, name) in files ?? [(source, RunFolder.File.model.rawValue)] {
      try AtomicFile.write(try AtomicFile.read(file, limit: 1 << 40), to: "\(partial)/\(name)")
    }
    // Its paths begin at another folder now.
    if let run, run.has(.configuration) {
      try RunFolder(existing: partial).copyConfiguration(of: run)
    }
    guard rename(partial, folder) == 0 else { throw Problem.system(errno, .creating, folder) }
  }

  private func append(_ event: RegistryEvent, to name: String) throws {
    let log = "\(folder(of: name))/\(Self.logName)"
    let lines = AtomicFile.exists(log) ? try AtomicFile.read(log, limit: 1 << 28) : []
    let whole = lines.lastIndex(of: UInt8(ascii: "\n")).map { lines[...$0] } ?? []
    try AtomicFile.write(
      Array(whole) + Array((try JSONText.encode(event) + "\n").utf8), to: log)
  }

  // MARK: Names

  private func version(_ number: Int, of name: String) throws -> RegisteredVersion {
    let versions = try versions(of: name)
    guard let version = versions.first(where: { $0.version == number }) else {
      throw Problem.data(
        "version",
        expected: "a version of `\(name)`: "
          + versions.map { "\($0.version)" }.joined(separator: ", "), found: "\(number)")
    }
    return version
  }

  private func unknown(_ name: String) throws -> Problem {
    Problem.unknown("model", name, among: try names(), otherwise: "register one")
  }

  /// A name is a folder's, an address's and a label's at once.
  private static func check(_ name: String) throws {
    let isPlain = name.utf8.allSatisfy { byte in
      Character(Unicode.Scalar(byte)).isLetter && byte < 0x80 || (0x30...0x39).contains(byte)
        || "-_.".utf8.contains(byte)
    }
    guard isPlain, !name.isEmpty, !name.hasPrefix("."), name.utf8.count <= 64 else {
      throw Problem.data(
        "name", expected: "1 to 64 letters, digits, `-`, `_` and `.`, not beginning with `.`",
        found: "`\(name)`")
    }
  }

  private static var user: String {
    getpwuid(getuid()).flatMap { String(validatingCString: $0.pointee.pw_name) } ?? "unknown"
  }
}
