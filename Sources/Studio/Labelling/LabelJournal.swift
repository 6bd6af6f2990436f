import Engine
import Networks
import Platform

/// The file that holds what people said of the items of a labelling, a line of JSON each.
///
/// A line is on the disk before it is acknowledged, and none is changed or removed. Several processes may
/// write into one journal: they take turns, and each reads what the others wrote first. A line that was cut
/// off by a crash was never acknowledged; the next writer removes it.
struct LabelJournal: Sendable {
  let path: String
  /// What is read already: bytes, and lines with the first.
  private var end = 0
  private var lines = 0

  private static let formatVersion = 1
  private static let limit = 1 << 30

  private struct Head: Codable {
    var formatVersion: Int
    private enum CodingKeys: String, CodingKey { case formatVersion = "format_version" }
  }

  init(path: String) { self.path = path }

  /// Reads what is new and adds what is to be said about it, while nobody else writes.
  ///
  /// - Parameter body: is given what others have written since the last turn, and returns what is added.
  /// - Throws: `Problem` for a file that cannot be read or written; then nothing is added.
  mutating func turn(_ body: (_ news: [LabelEntry]) throws -> [LabelEntry]) throws {
    let isNew = !AtomicFile.exists(path)
    let descriptor = SystemCall.retrying { open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
    guard descriptor >= 0 else { throw Problem.system(errno, .creating, path) }
    defer { close(descriptor) }
    // A file system without locks is used without them.
    _ = SystemCall.lock(descriptor, waits: true)
    let added = try body(try read(descriptor))
    let head = end == 0 ? [try JSONText.encode(Head(formatVersion: Self.formatVersion))] : []
    let new = try head + added.map { try JSONText.encode($0) }
    guard !new.isEmpty else { return }
    try append(new, descriptor)
    if isNew { Self.flushFolder(of: path) }
  }

  /// Everything from where the last turn ended to the end of the last whole line.
  private mutating func read(_ descriptor: Int32) throws -> [LabelEntry] {
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard size >= end else {
      throw Problem(
        .malformed, path, expected: "the answers that were there before", found: "a shorter file",
        fix: "bring the file back, and open the data again")
    }
    guard size - end <= Self.limit else {
      throw Problem(.malformed, path, expected: "at most \(Self.limit) bytes", found: "more")
    }
    let bytes = try Self.bytes(descriptor, from: end, count: size - end, path)
    guard let last = bytes.lastIndex(of: 0x0A) else { return [] }
    var entries: [LabelEntry] = []
    var number = lines
    for line in bytes[..<last].split(separator: 0x0A, omittingEmptySubsequences: false) {
      number += 1
      let (text, place) = (String(decoding: line, as: UTF8.self), "\(path):\(number)")
      if number > 1 {
        entries.append(try JSONText.decode(LabelEntry.self, from: text, at: place))
      } else if case let version = try JSONText.decode(Head.self, from: text, at: place)
        .formatVersion, version != Self.formatVersion
      {
        throw Problem(
          .malformed, place, expected: "version \(Self.formatVersion)", found: "\(version)",
          fix: "use a newer Glassbox")
      }
    }
    (end, lines) = (end + last + 1, number)
    return entries
  }

  private mutating func append(_ new: [String], _ descriptor: Int32) throws {
    let bytes = Array(new.map { $0 + "\n" }.joined().utf8)
    // What lies behind the last whole line was cut off while it was written.
    guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) >= 0,
      bytes.withUnsafeBytes({ SystemCall.write(descriptor, $0) }) == bytes.count,
      SystemCall.flush(descriptor) == 0
    else {
      let code = errno
      _ = ftruncate(descriptor, off_t(end))
      throw Problem.system(code, .writing, path)
    }
    (end, lines) = (end + bytes.count, lines + new.count)
  }

  private static func bytes(
    _ descriptor: Int32, from start: Int, count: Int, _ path: String
  ) throws -> [UInt8] {
    guard lseek(descriptor, off_t(start), SEEK_SET) >= 0 else {
      throw Problem.system(errno, .reading, path)
    }
    var failure: Int32?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = SystemCall.read(
          descriptor, into: .init(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...]))
        if got < 0 { failure = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    if let failure { throw Problem.system(failure, .reading, path) }
    return bytes
  }

  /// Makes the file's name last.
  private static func flushFolder(of path: String) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = SystemCall.retrying { open(folder + "/", O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    _ = SystemCall.flush(descriptor)
    close(descriptor)
  }
}
