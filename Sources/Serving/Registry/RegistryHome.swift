import Engine
import Networks
import Training

/// Where a registry has the logs of its models and the files of their versions.
protocol RegistryHome: Sendable {
  /// As people may see it.
  var shown: String { get }

  /// The models that have versions, in alphabetical order.
  func names() throws -> [String]

  /// What was done to a model, the oldest first; nil for one that is not there.
  func history(of name: String) throws -> [RegistryEvent]?

  /// Adds to the log of a model, while nobody else does.
  ///
  /// - Parameters:
  ///   - source: whose files the version of the new line gets.
  ///   - decide: makes the new line from those that are there; nil for none. A store may ask it again.
  /// - Returns: the log with the new line.
  @discardableResult func add(
    to name: String, _ source: VersionSource?,
    _ decide: (_ log: [RegistryEvent]) throws -> RegistryEvent?
  ) throws -> [RegistryEvent]

  /// Puts a file beside those of a version.
  func put(_ file: String, _ bytes: [UInt8], _ name: String, _ version: Int) throws

  /// A folder of this machine that has the files of a version.
  func folder(of name: String, _ version: RegisteredVersion) throws -> String

  /// What the log says of where a version came from.
  func source(_ path: String) -> String
}

/// What a version takes over: a model file, or of a run all but what resuming needs.
struct VersionSource {
  /// Nil for a file.
  let run: RunFolder?
  let files: [(path: String, name: String)]

  private static let ofRun = RunFolder.File.allCases.filter {
    ![.metrics, .checkpoint].contains($0)
  }

  /// - Throws: `Problem` for a folder that is not there.
  init(_ path: String) throws {
    let run = RunFolder.isFolder(path) ? try RunFolder(existing: path) : nil
    self.run = run
    files =
      run.map { run in Self.ofRun.filter(run.has).map { (run[$0], $0.rawValue) } }
      ?? [(path, RunFolder.File.model.rawValue)]
  }

  /// - Throws: `Problem` for a file that cannot be read.
  static func bytes(of path: String) throws -> [UInt8] {
    try AtomicFile.read(path, limit: 1 << 40)
  }
}
