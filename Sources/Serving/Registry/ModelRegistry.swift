import Databases
public import Datasets
import Engine
import Networks
import Platform
import Training

/// Models by name and version: in a folder, or in a PostgreSQL database that machines share.
/// ```swift
/// let registry = ModelRegistry(path: "models")
/// let version = try registry.register("runs/students", as: "students", why: "first")
/// try registry.promote("students", version: version.version, why: "nothing is live yet")
/// ```
/// A model's log says what was done to which version, and so which one is live. Several processes may use one
/// registry at the same time.
public struct ModelRegistry: Sendable {
  /// Its folder, or its address (`postgres://host/database/name`).
  public let path: String
  let decoders: Decoders
  let home: any RegistryHome

  /// A folder, or a name in a database, that need not exist yet.
  public init(path: String = "models", decoders: Decoders = .none) {
    let home: any RegistryHome =
      PostgresAddress.isAddress(path) ? RegistryStore(path) : RegistryFolder(path: path)
    self.init(path: path, home: home, decoders: decoders)
  }

  init(path: String, home: any RegistryHome, decoders: Decoders = .none) {
    (self.path, self.home, self.decoders) = (path, home, decoders)
  }

  /// Its folder, or its address without the password.
  package var shownPath: String { home.shown }

  // MARK: Looking

  /// The models that have versions, in alphabetical order.
  /// - Throws: `Problem` for a registry that cannot be read.
  public func names() throws -> [String] { try home.names() }

  /// What was done to a model, the oldest first.
  /// - Throws: `Problem` for an unknown name, or a log that is damaged.
  public func history(of name: String) throws -> [RegistryEvent] {
    guard let log = try home.history(of: name) else { throw try unknown(name) }
    return log
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

  /// The folder of a version; of one in a database, a copy of its files in the user's cache.
  /// - Throws: `Problem` for an unknown version, and files that cannot be fetched.
  public func folder(of name: String, version: Int) throws -> String {
    try home.folder(of: name, self.version(version, of: name))
  }

  /// Reads a version, compares its hash with the log, and runs its golden examples.
  /// - Throws: `Problem` for an unknown version, a file that was changed, or a golden example that no longer
  ///   gives its output.
  public func load(_ name: String, version: Int) throws -> ServedModel {
    let known = try self.version(version, of: name)
    let folder = try home.folder(of: name, known)
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
    let log = try home.add(to: name, VersionSource(source)) { log in
      RegistryEvent(
        time: SystemClock.text, who: who ?? Self.user, action: .register,
        version: (log.map(\.version).max() ?? 0) + 1, hash: model.identity.hash, why: why,
        source: home.source(source))
    }
    return RegisteredVersion.all(of: log).last!
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
    let log = try home.add(to: name, nil) { _ in
      RegistryEvent(
        time: SystemClock.text, who: Self.user, action: .test, version: version.version,
        hash: version.hash, why: why, testPart: part)
    }
    // What was read before the version was there, its own run has counted.
    let later = log.drop { $0.version != version.version }
    return before + later.count { $0.testPart == part }
  }

  /// Puts a file beside those of a version, which has none of this name yet.
  /// - Throws: `Problem` if it cannot be written.
  func put(_ file: String, _ bytes: [UInt8], beside name: String, version: Int) throws {
    try home.put(file, bytes, name, version)
  }

  /// The versions that were copied from runs, in words.
  ///
  /// - Parameter runs: the folders of the runs. A registry that cannot be read names none.
  package func versions(from runs: [String]) -> [String] {
    let folders = Set(runs.map { home.source(RunFolder.realPath($0) ?? $0) })
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
    while true {
      let log = try history(of: name)
      let (action, number) = try choose(log)
      let version = try Self.version(number, in: log, of: name)
      if version.stage == .live { return number }
      _ = try load(name, version: number)
      // While its golden examples ran, somebody else may have made another one live.
      var isStill = true
      try home.add(to: name, nil) { now in
        isStill = now == log
        guard isStill else { return nil }
        return RegistryEvent(
          time: SystemClock.text, who: who ?? Self.user, action: action, version: number,
          hash: version.hash, why: why)
      }
      if isStill { return number }
    }
  }

  // MARK: Names

  private func version(_ number: Int, of name: String) throws -> RegisteredVersion {
    try Self.version(number, in: history(of: name), of: name)
  }

  private static func version(
    _ number: Int, in log: [RegistryEvent], of name: String
  ) throws -> RegisteredVersion {
    let versions = RegisteredVersion.all(of: log)
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
  static func check(_ name: String) throws {
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
