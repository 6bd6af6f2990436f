package import Engine
import Platform
import Synchronization

/// A file of our own making that is read and written at places: what does not fit into memory.
///
/// Whoever asks for a cell or an example cannot throw, so the first problem waits here until somebody asks:
/// ``check()``.
package final class StoreFile: @unchecked Sendable {
  /// What messages call it.
  package let name: String
  private let descriptor: Int32
  private let fix: String
  private let failure = Mutex<Problem?>(nil)
  private let length = Mutex(0)

  /// A new file without a name, gone with the program.
  ///
  /// - Parameters:
  ///   - folder: where it lies; nil for that of temporary files.
  ///   - name: what messages call it.
  ///   - fix: what to do if it fails.
  /// - Throws: `Problem` where no file can be made.
  package init(in folder: String? = nil, name: String, fix: String) throws(Problem) {
    let folder = folder ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let path = "\(folder)/glassbox-\(SystemCall.newName)"
    // Unlike mkstemp this lets no program that is started meanwhile inherit the file.
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(errno, .creating, folder) }
    unlink(path)
    (self.name, self.fix) = (name, fix)
  }

  /// A file with a name: a new one, which is locked as long as it is open, or one that is only read.
  /// - Throws: `Problem`.
  package init(path: String, isNew: Bool, fix: String) throws(Problem) {
    descriptor = open(
      path, isNew ? O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .system(errno, isNew ? .creating : .reading, path) }
    (name, self.fix) = (path, fix)
    if isNew { _ = SystemCall.lock(descriptor) }
    let end = Int(lseek(descriptor, 0, SEEK_END))
    length.withLock { $0 = max(0, end) }
  }

  deinit { close(descriptor) }

  /// Whether somebody may still have a file open as a new one, on this machine or another.
  static func isWritten(_ path: String) -> Bool {
    let descriptor = SystemCall.retrying { open(path, O_RDWR | O_CLOEXEC) }
    guard descriptor >= 0 else { return errno != ENOENT }
    defer { close(descriptor) }
    // A file system without locks does not say it.
    return SystemCall.lock(descriptor) != 0
  }

  /// How many bytes were written behind each other.
  package var end: Int { length.withLock { $0 } }

  /// Keeps room behind all that was written.
  /// - Returns: where it lies.
  func reserve(_ bytes: Int) -> Int {
    length.withLock { length in
      defer { length += bytes }
      return length
    }
  }

  /// Writes bytes behind all others.
  /// - Returns: where they lie.
  package func append(_ bytes: UnsafeRawBufferPointer) -> Int {
    let place = reserve(bytes.count)
    write(bytes, at: place)
    return place
  }

  /// Writes bytes at a place; several threads may do it at once, at different places.
  /// - Returns: whether all were written.
  @discardableResult
  package func write(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool {
    var done = 0
    while done < bytes.count {
      let written = SystemCall.retrying {
        pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(place + done))
      }
      guard written > 0 else {
        fail("to write what does not fit into memory", errno)
        return false
      }
      done += written
    }
    return true
  }

  /// Fills a buffer with what lies at a place; with zeros where that is not possible.
  /// - Returns: whether it was possible.
  @discardableResult
  package func read(into buffer: UnsafeMutableRawBufferPointer, at place: Int) -> Bool {
    var done = 0
    while done < buffer.count {
      let got = SystemCall.retrying {
        pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(place + done))
      }
      guard got > 0 else {
        fail("to read what was written", got < 0 ? errno : 0)
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        return false
      }
      done += got
    }
    return true
  }

  /// Forgets all that was written.
  package func restart() {
    length.withLock { $0 = 0 }
    if ftruncate(descriptor, 0) != 0 { fail("to begin anew", errno) }
  }

  /// Forgets all that was written, and keeps the room for what comes.
  func reuse() { length.withLock { $0 = 0 } }

  /// Makes what was written last.
  /// - Throws: `Problem`, also one of before.
  package func flush() throws {
    if SystemCall.flush(descriptor) != 0 { fail("to write all of it", errno) }
    try check()
  }

  /// - Throws: the first problem that reading or writing met.
  package func check() throws {
    if let problem = failure.withLock({ $0 }) { throw problem }
  }

  /// - Parameter code: of the system; 0 for a file that ends too early.
  private func fail(_ expected: String, _ code: Int32) {
    refuse(expected, code == 0 ? "the end of the file" : String(cString: strerror(code)))
  }

  /// Keeps what is wrong with the content.
  func refuse(_ expected: String, _ found: String) {
    let problem = Problem(.inputOutput, name, expected: expected, found: found, fix: fix)
    failure.withLock { if $0 == nil { $0 = problem } }
  }
}

/// A sum over bytes that an accident changes: FNV-1a over 64 bits at a time, in four lanes.
///
/// G. Fowler, L. Noll, K.-P. Vo, D. Eastlake, *The FNV Non-Cryptographic Hash Algorithm*, IETF draft.
package enum Checksum {
  private static let prime: UInt64 = 0x100_0000_01B3
  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var lanes = SIMD4<UInt64>(start, start ^ 1, start ^ 2, start ^ 3)
    let whole = bytes.count / 32 * 32
    for place in stride(from: 0, to: whole, by: 32) {
      for lane in 0..<4 {
        let word = bytes.loadUnaligned(fromByteOffset: place + 8 * lane, as: UInt64.self)
        let mixed = (lanes[lane] ^ word) &* prime
        // The highest bits take part in what comes next.
        lanes[lane] = mixed ^ mixed >> 47
      }
    }
    var sum = start
    for lane in 0..<4 { sum = (sum ^ lanes[lane]) &* prime }
    for byte in bytes[whole...] { sum = (sum ^ UInt64(byte)) &* prime }
    return sum ^ UInt64(bytes.count)
  }
}
