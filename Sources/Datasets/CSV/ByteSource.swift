import Engine
import Platform

/// Bytes that are read in pieces, so that no file has to be in memory as a whole.
package protocol ByteSource {
  /// How messages call it: usually the path.
  var name: String { get }
  /// In bytes; nil where nobody knows before the end.
  var length: Int? { get }
  /// Fills the buffer from its start and returns how many bytes were read; 0 means the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
  /// Goes back to the first byte.
  mutating func rewind() throws
  /// Says that nobody will go back any more.
  mutating func releaseStart()
}

extension ByteSource {
  /// What can go back anyway keeps nothing for it.
  package func releaseStart() {}

  /// All of it; nothing is read of what is too long.
  /// - Throws: `Problem` when it is more than `limit` bytes, or when a pipe gives more than
  ///   ``InputFile/pipeLimit``.
  package mutating func readAll(limit: Int = .max) throws -> [UInt8] {
    let limit = length == nil ? min(limit, InputFile.pipeLimit) : limit
    let tooLong = Problem(
      .malformed, name, expected: "at most \(limit) bytes", found: "more",
      fix: "raise the limit if the file is trusted")
    guard length ?? 0 <= limit else { throw tooLong }
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let got = try piece.withUnsafeMutableBytes { try read(into: $0) }
      if got == 0 { return all }
      guard got <= limit - all.count else { throw tooLong }
      all.append(contentsOf: piece[..<got])
    }
  }

  /// The SHA-256 of all bytes as 64 hexadecimal digits; rewinds before and after.
  package mutating func sha256() throws -> String {
    try rewind()
    var hash = SHA256()
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let got = try piece.withUnsafeMutableBytes { try read(into: $0) }
      if got == 0 { break }
      piece.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[..<got])) }
    }
    try rewind()
    return SHA256.text(hash.finalize())
  }
}

/// Bytes that are in memory already: an unpacked file, a request body, a test.
package struct MemorySource: ByteSource {
  /// How messages call the bytes.
  package let name: String
  /// How many bytes.
  package var length: Int? { bytes.count }
  private let bytes: [UInt8]
  private var position = 0

  /// Reads these bytes, called `name` in messages.
  package init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// Fills the buffer from its start; 0 means the end.
  package mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
    }
    position += count
    return count
  }

  /// Goes back to the first byte.
  package mutating func rewind() { position = 0 }
}

/// A file, read piece by piece and closed with the last reference.
package final class FileSource: ByteSource {
  /// The path.
  package let name: String
  /// In bytes; nil for a pipe or a terminal.
  package let length: Int?
  private let descriptor: Int32

  /// Opens a file.
  /// - Parameter name: how messages call it; nil for its path.
  /// - Throws: `Problem`: `missing` when there is no such file, else `inputOutput`.
  package init(path: String, name: String? = nil) throws {
    self.name = name ?? path
    (descriptor, length) = try InputFile.open(path)
  }

  deinit { close(descriptor) }

  /// A file, or for `-` all of standard input, which is kept in memory so that it can be read twice.
  package static func opening(_ path: String) throws -> any ByteSource {
    guard path == "-" else { return try FileSource(path: path) }
    var input = try standardInput()
    return MemorySource(try input.readAll(), name: input.name)
  }

  /// Standard input as it comes: a file, or a pipe of any length whose first bytes can be read again.
  package static func streamingStandardInput() throws -> any ByteSource {
    let input = try standardInput()
    return input.length == nil ? ReplayedSource(input) : input
  }

  private static func standardInput() throws -> FileSource {
    try FileSource(path: "/dev/stdin", name: "standard input")
  }

  /// Fills the buffer from its start; 0 means the end.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = SystemCall.read(descriptor, into: buffer)
    guard count >= 0 else { throw failure("readable bytes") }
    return count
  }

  /// Goes back to the first byte; a pipe cannot.
  package func rewind() throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw failure("a file that can be read twice")
    }
  }

  private func failure(_ expected: String) -> Problem {
    Problem(.inputOutput, name, expected: expected, found: String(cString: strerror(errno)))
  }
}

/// A pipe whose first bytes can be read again, until nobody needs them any more.
final class ReplayedSource: ByteSource {
  private var source: any ByteSource
  /// What was read of it.
  private var start: [UInt8] = []
  private var position = 0
  private var isKept = true

  var name: String { source.name }
  var length: Int? { source.length }

  init(_ source: any ByteSource) { self.source = source }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    guard position == start.count else {
      let count = min(buffer.count, start.count - position)
      buffer.copyBytes(from: start[position..<position + count])
      position += count
      return count
    }
    let count = try source.read(into: buffer)
    if isKept {
      start.append(contentsOf: buffer[..<count])
      position += count
    } else {
      (start, position) = ([], 0)
    }
    return count
  }

  func rewind() throws {
    guard isKept else { return try source.rewind() }
    position = 0
  }

  func releaseStart() { isKept = false }
}
