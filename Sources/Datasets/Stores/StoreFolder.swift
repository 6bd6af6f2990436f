package import Engine
import Formatting
import Platform

/// A folder for what does not fit into memory, and how much of both may be used.
package struct StoreFolder: Sendable {
  /// Its path.
  package let path: String
  /// Bytes of memory that the process may use.
  package let memory: Int
  /// Bytes of the disk that may be used.
  package let disk: Int

  package init(path: String, memory: Int, disk: Int) {
    (self.path, self.memory, self.disk) = (path, memory, disk)
  }

  /// What may be held at once of what lies in files.
  package var share: Int { memory / Self.shares }

  /// In how many of them memory is cut.
  package static let shares = 8

  /// A file without a name, gone with the program.
  package func file(for what: String) throws(Problem) -> StoreFile {
    try StoreFile(
      in: path, name: "\(what) in \(path)",
      fix: "free space on the disk of this folder, or choose another for `cache`")
  }

  /// - Parameters:
  ///   - used: bytes that others take of what is allowed.
  ///   - spare: bytes that will be free before, or are taken already.
  /// - Throws: `Problem` where so many bytes are not allowed, or not there.
  package func check(
    _ bytes: Int, used: Int = 0, spare: Int = 0, for what: String
  ) throws(Problem) {
    guard bytes <= disk - used else {
      throw Problem.data(
        what, expected: "at most \(Double(disk).byteText) on the disk, as `cache_disk` says",
        found: Double(bytes + used).byteText,
        fix: "set `cache_disk` to \((bytes + used) / (1 << 20) + 1) or more")
    }
    guard let free = Self.free(path), bytes - spare > free else { return }
    throw Problem(
      .inputOutput, path, expected: "\(Double(bytes).byteText) on the disk for \(what)",
      found: "\(Double(free).byteText)",
      fix: "free some space, or choose another folder for `cache`")
  }

  /// Bytes that are free where a folder lies; nil where the system does not say.
  private static func free(_ path: String) -> Int? {
    var facts = statvfs()
    guard statvfs(path, &facts) == 0 else { return nil }
    let (bytes, overflow) = Int(facts.f_bavail).multipliedReportingOverflow(by: Int(facts.f_frsize))
    return overflow ? nil : bytes
  }
}
