package import Engine
import Platform

/// Files read whole and written whole: whoever looks at the path sees the old content or the new one,
/// never a part, even after a power cut.
///
/// Writing goes to `<name>.partial` in the same folder, which is flushed to the disk and then
/// renamed over the old file; last, the folder is flushed. Writers of one path queue up on a lock of
/// the partial file. What a killed writer left is overwritten by the next one, so leftovers never
/// pile up.
package enum AtomicFile {
  /// Takes the next bytes of a file that is being written.
  package typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  /// Replaces or creates the file with these bytes.
  ///
  /// - Throws: `Problem`; the old file is then untouched.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    try write(to: path) { sink in try bytes.withUnsafeBytes { try sink($0) } }
  }

  /// Replaces or creates the file with what the body gives to its sink, piece by piece.
  ///
  /// A symbolic link to a file is followed and stays. The permissions of an old file are kept.
  ///
  /// - Throws: `Problem`, or what the body throws; the old file is then untouched and the
  ///   partial one removed.
  package static func write(to path: String, _ body: (_ sink: Sink) throws -> Void) throws {
    let (target, mode) = try resolve(path)
    let partial = target + ".partial"
    let descriptor = try openLocked(partial, path)
    defer { close(descriptor) }  // after the rename or removal, since closing gives up the lock
    do {
      if let mode { _ = fchmod(descriptor, mode & 0o7777) }
      try body { try write($0, descriptor, path) }
      try flush(descriptor, path)
      guard rename(partial, target) == 0 else { throw Problem.system(errno, .creating, path) }
    } catch {
      unlink(partial)
      throw error
    }
    try flushFolder(of: target, path)
  }

  /// Is there a file or folder of this path?
  package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes sure that a file the user named is not replaced unasked.
  ///
  /// - Parameter force: whether the user wants it replaced.
  /// - Throws: `Problem` if there is one and `force` is not set.
  package static func refuseToOverwrite(_ path: String, force: Bool) throws(Problem) {
    guard !force, exists(path) else { return }
    throw Problem(
      .cannotCreate, path, expected: "a new file", found: "one that exists",
      fix: "choose another name, or set `force` to replace it")
  }

  /// The whole content of a file, refused when it is longer than `limit` bytes.
  ///
  /// - Throws: `Problem`: `.missing` when there is no such file, `.malformed` when too long.
  package static func read(_ path: String, limit: Int) throws(Problem) -> [UInt8] {
    let (descriptor, length) = try InputFile.open(path)
    defer { close(descriptor) }
    let limit = length == nil ? min(limit, InputFile.pipeLimit) : limit
    guard length ?? 0 <= limit else { throw tooLong(path, limit) }
    // One byte more than expected, so that a file of the announced size is read in one piece and
    // its end is seen without growing the array.
    var bytes: [UInt8] = []
    var capacity = max(length ?? 0, 1 << 16) + 1
    while true {
      let count = try append(&bytes, capacity: capacity, descriptor, path)
      guard bytes.count <= limit else { throw tooLong(path, limit) }
      if count == 0 { return bytes }
      capacity = max(bytes.count, 1 << 16)
    }
  }

  private static func tooLong(_ path: String, _ limit: Int) -> Problem {
    Problem(
      .malformed, path, expected: "at most \(limit) bytes", found: "a longer file",
      fix: "check that this is the right file, or raise the limit")
  }
}

extension AtomicFile {
  /// Where to write, and the permissions to keep. Refuses what a rename must not replace.
  private static func resolve(_ path: String) throws(Problem) -> (String, mode_t?) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Problem(.cannotCreate, "path", expected: "a file name", found: "\"\(path)\"")
    }
    guard !path.hasSuffix("/") else { throw .system(EISDIR, .creating, path) }
    var status = stat()
    guard lstat(path, &status) == 0 else {
      guard errno == ENOENT else { throw .system(errno, .creating, path) }
      return (path, nil)
    }
    var target = path
    if status.st_mode & S_IFMT == S_IFLNK {
      guard let resolved = realpath(path, nil) else { throw .system(errno, .creating, path) }
      defer { free(resolved) }
      target = String(cString: resolved)
      guard stat(target, &status) == 0 else { throw .system(errno, .creating, path) }
    }
    if isFolder(status) { throw .system(EISDIR, .creating, path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw Problem(
        .cannotCreate, path, expected: "an ordinary file or a new name",
        found: "a device, pipe or socket", fix: "choose another name")
    }
    return (target, status.st_mode)
  }

  /// Opens the partial file, empty, once no other writer holds it.
  private static func openLocked(_ partial: String, _ path: String) throws(Problem) -> Int32 {
    while true {
      let flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC
      let descriptor = SystemCall.retrying { open(partial, flags, 0o666) }
      guard descriptor >= 0 else { throw .system(errno, .creating, path) }
      // A file system without locks (ENOTSUP and the like) is used without them.
      _ = SystemCall.lock(descriptor, waits: true)
      var held = stat()
      var named = stat()
      // While this writer waited, the one before may have renamed the file it now holds.
      if fstat(descriptor, &held) == 0, lstat(partial, &named) == 0,
        held.st_ino == named.st_ino, held.st_dev == named.st_dev
      {
        if ftruncate(descriptor, 0) == 0 { return descriptor }
        let code = errno
        close(descriptor)
        throw .system(code, .creating, path)
      }
      close(descriptor)
    }
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, _ descriptor: Int32, _ path: String
  ) throws(Problem) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = SystemCall.write(descriptor, UnsafeRawBufferPointer(rebasing: rest))
      guard count >= 0 else { throw .system(errno, .writing, path) }
      rest = rest.dropFirst(count)
    }
  }

  private static func append(
    _ bytes: inout [UInt8], capacity: Int, _ descriptor: Int32, _ path: String
  ) throws(Problem) -> Int {
    var count = 0
    var code: Int32 = 0
    let piece = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
      while filled < capacity {
        let room = UnsafeMutableRawBufferPointer(buffer)[filled...]
        count = SystemCall.read(descriptor, into: .init(rebasing: room))
        if count <= 0 { break }
        filled += count
      }
      if count < 0 { code = errno }
    }
    guard count >= 0 else { throw .system(code, .reading, path) }
    if bytes.isEmpty { bytes = piece } else { bytes += piece }
    return count
  }

  private static func flush(_ descriptor: Int32, _ path: String) throws(Problem) {
    guard SystemCall.flush(descriptor) == 0 else { throw .system(errno, .writing, path) }
  }

  /// Makes the rename itself last. Systems that cannot flush a folder say EINVAL; a folder that may
  /// be written but not listed says EACCES; the file is in its place all the same.
  private static func flushFolder(of target: String, _ path: String) throws(Problem) {
    let slash = target.lastIndex(of: "/")
    let folder = slash.map { $0 == target.startIndex ? "/" : String(target[..<$0]) } ?? "."
    let descriptor = SystemCall.retrying { open(folder, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if SystemCall.retrying({ fsync(descriptor) }) != 0, errno == EIO {
      throw .system(errno, .writing, path)
    }
  }

  private static func isFolder(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }
}
