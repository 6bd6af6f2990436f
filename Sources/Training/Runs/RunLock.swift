import Engine
import Networks
import Platform

/// Holds the folder of a run, so that no second training writes into it. The system gives it back when
/// this value or the process ends, however that happens; the file stays, with the last holder's number.
package final class RunLock: Sendable {
  private let descriptor: Int32

  /// - Parameter waits: whether to wait for a turn instead of refusing.
  /// - Throws: `Problem` that says which process trains there.
  package init(_ folder: String, waits: Bool = false) throws {
    let path = "\(folder)/\(Self.name)"
    descriptor = SystemCall.retrying {
      open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw Problem.system(errno, .creating, path) }
    guard Self.take(descriptor, waits) else {
      let process = SystemCall.text(of: path).prefix { $0.isNumber }
      close(descriptor)
      throw Problem(
        .cannotCreate, folder, expected: "a run that no other training writes into",
        found: process.isEmpty ? "one that is trained now" : "process \(process), which trains it",
        fix: "wait until it has ended, stop it, or choose another `output`")
    }
    // A file system without locks (ENOTSUP and the like) is used without them.
    let own = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = own.withUnsafeBytes { SystemCall.write(descriptor, $0) }
  }

  deinit { close(descriptor) }

  /// Waits for the folder of a run, which is made if there is none.
  /// - Throws: `Problem` if it cannot be made.
  package static func waiting(for folder: String) throws -> RunLock {
    try RunFolder.create(folder)
    return try RunLock(folder, waits: true)
  }

  /// - Returns: whether it is held now, or the file system has no locks.
  private static func take(_ descriptor: Int32, _ waits: Bool) -> Bool {
    // Who only looks whether a run trains holds it for a moment.
    for _ in 0..<20 {
      let isTaken =
        SystemCall.retrying { flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) } == 0
      if isTaken || errno != EWOULDBLOCK { return true }
      usleep(1000)
    }
    return false
  }

  /// Whether a training writes into the folder of a run now.
  package static func isHeld(_ folder: String) -> Bool {
    let descriptor = SystemCall.retrying {
      open("\(folder)/\(name)", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    }
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return SystemCall.retrying { flock(descriptor, LOCK_SH | LOCK_NB) } != 0
      && errno == EWOULDBLOCK
  }

  package static let name = ".lock"
}
