import Engine
import Networks
import Platform
import Training

/// A registry as a folder: `NAME/VERSION/` holds a version's files, `NAME/log.jsonl` what was done to which.
struct RegistryFolder: RegistryHome {
  let path: String

  static let logName = "log.jsonl"

  var shown: String { path }

  func names() throws -> [String] {
    try RunFolder.folders(in: path).filter { AtomicFile.exists(log(of: $0)) }
  }

  func history(of name: String) throws -> [RegistryEvent]? {
    let log = log(of: name)
    guard AtomicFile.exists(log) else { return nil }
    return try Self.lines(of: log).enumerated().map { place, line in
      try JSONText.decode(RegistryEvent.self, from: String(line), at: "\(log):\(place + 1)")
    }
  }

  func add(
    to name: String, _ source: VersionSource?,
    _ decide: (_ log: [RegistryEvent]) throws -> RegistryEvent?
  ) throws -> [RegistryEvent] {
    let lock = try RunLock.waiting(for: "\(path)/\(name)")
    defer { _ = lock }
    let history = try history(of: name) ?? []
    guard let event = try decide(history) else { return history }
    if let source { try copy(source, to: folder(of: name, event.version)) }
    try append(event, to: log(of: name))
    return history + [event]
  }

  func put(_ file: String, _ bytes: [UInt8], _ name: String, _ version: Int) throws {
    try AtomicFile.write(bytes, to: "\(folder(of: name, version))/\(file)")
  }

  func folder(of name: String, _ version: RegisteredVersion) -> String {
    folder(of: name, version.version)
  }

  func source(_ path: String) -> String { path }

  private func folder(of name: String, _ version: Int) -> String { "\(path)/\(name)/\(version)" }

  private func log(of name: String) -> String { "\(path)/\(name)/\(Self.logName)" }

  /// A line that was cut off while it was written was never acknowledged.
  private static func lines(of log: String) throws -> [Substring] {
    let text = String(decoding: try AtomicFile.read(log, limit: 1 << 28), as: UTF8.self)
    return text.lastIndex(of: "\n").map { text[..<$0] }?.split(separator: "\n") ?? []
  }

  private func append(_ event: RegistryEvent, to log: String) throws {
    let known = AtomicFile.exists(log) ? try Self.lines(of: log) : []
    let lines = known.map(String.init) + [try JSONText.encode(event)]
    try AtomicFile.write(Array(lines.map { "\($0)\n" }.joined().utf8), to: log)
  }

  /// A folder is there whole or not at all.
  private func copy(_ source: VersionSource, to folder: String) throws {
    let partial = folder + ".partial"
    try RunFolder.create(partial)
    for (file, name) in source.files {
      try AtomicFile.write(VersionSource.bytes(of: file), to: "\(partial)/\(name)")
    }
    // Its paths begin at another folder now.
    if let run = source.run, run.has(.configuration) {
      try RunFolder(existing: partial).copyConfiguration(of: run)
    }
    guard rename(partial, folder) == 0 else { throw Problem.system(errno, .creating, folder) }
  }
}
