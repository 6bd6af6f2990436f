import Engine
import Networks
import Platform

/// Holds the folder of a run, so that no second training writes into it. The system gives it back when
/// this value or the process ends, however that happens; the file stays, with the last holder's number.
package final class RunLock: Sendable {
  private let descriptor: Int32

  /// How long a turn is waited for: whoever has it may have to end an epoch first.
  private static let patience = Duration.seconds(600)

  /// - Parameter waits: whether to wait for a turn, up to ten minutes, before refusing.
  /// - Throws: `Problem` that says which process trains there.
  package convenience init(_ folder: String, waits: Bool = false) throws {
    try self.init(folder, patience: waits ? Self.patience : .milliseconds(20)) { false }
  }

  private init(
    _ folder: String, patience: Duration, unless isCancelled: () -> Bool
  ) throws {
    let path = "\(folder)/\(Self.name)"
    let descriptor = SystemCall.retrying {
      open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o666)
    }
    guard descriptor >= 0 else { throw Problem.system(errno, .creating, path) }
    guard Self.take(descriptor, patience, isCancelled) else {
      let process = SystemCall.text(of: path).prefix { $0.isNumber }
      close(descriptor)
      throw Problem(
        .cannotCreate, folder, expected: "a run that no other training writes into",
        found: process.isEmpty ? "one that is trained now" : "process \(process), which trains it",
        fix: "wait until it has ended, stop it, or choose another `output`")
    }
    // A file system without locks (ENOTSUP and the like) is used without them.
    Self.write("\(getpid())\n", to: descriptor)
    self.descriptor = descriptor
  }

  private static func write(_ text: String, to descriptor: Int32) {
    _ = ftruncate(descriptor, 0)
    _ = lseek(descriptor, 0, SEEK_SET)
    _ = Array(text.utf8).withUnsafeBytes { SystemCall.write(descriptor, $0) }
  }

  deinit { close(descriptor) }

  /// Waits for the folder of a run, which is made if there is none.
  ///
  /// - Parameter isCancelled: asked meanwhile; then nobody waits any longer.
  /// - Throws: `Problem` if it cannot be made, and that says which process trains there all the time.
  package static func waiting(
    for folder: String, unless isCancelled: () -> Bool = { false }
  ) throws -> RunLock {
    try RunFolder.create(folder)
    return try RunLock(folder, patience: patience, unless: isCancelled)
  }

  /// - Returns: whether it is held now, or the file system has no locks.
  private static func take(
    _ descriptor: Int32, _ patience: Duration, _ isCancelled: () -> Bool
  ) -> Bool {
    let end = ContinuousClock.now + patience
    // Who only looks whether a run trains holds it for a moment.
    var pause: UInt32 = 1000
    while true {
      let isTaken = SystemCall.lock(descriptor) == 0
      if isTaken || errno != EWOULDBLOCK { return true }
      guard ContinuousClock.now < end, !isCancelled() else { return false }
      usleep(pause)
      pause = min(2 * pause, 100_000)
    }
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

  // MARK: Asking the holder to stop

  private static let offer = "stops when it is interrupted"
  private static let isAsked = "was asked to stop"

  /// Says to other programs that an interrupt, as Ctrl-C sends it, stops what this process does in the folder,
  /// and that all it knows is kept.
  package func offerInterrupt() { Self.write("\(getpid())\n\(Self.offer)\n", to: descriptor) }

  /// Sends the process that holds a folder what Ctrl-C sends, once.
  ///
  /// - Throws: `Problem` where nobody holds it, and where it is not certain that the process would do nothing
  ///   but stop this.
  package static func interrupt(_ folder: String) throws {
    let path = "\(folder)/\(name)"
    func refuse(_ found: String, _ fix: String) -> Problem {
      Problem.data(
        folder, expected: "a process of this machine that an interrupt stops", found: found,
        fix: fix)
    }
    guard isHeld(folder) else {
      throw Problem.data(
        folder, expected: "a folder that a process trains in now", found: "one that none does")
    }
    let lines = SystemCall.text(of: path).split(separator: "\n").map(String.init)
    guard let process = lines.first.flatMap({ pid_t($0) }), process > 1 else {
      throw refuse("one that did not say its number", "stop it where it was begun")
    }
    guard !lines.contains(isAsked) else {
      throw refuse(
        "process \(process), which was asked already",
        "wait until its step is over and its files are written")
    }
    guard lines.contains(offer), process != getpid() else {
      throw refuse("process \(process), which does other things too", "stop it where it was begun")
    }
    // Numbers are given again: the one that has the lock's file open is the one that wrote there.
    guard isOpen(path, in: process) else {
      throw refuse(
        "process \(process), which cannot be looked into from here",
        "stop it by Ctrl-C in its terminal")
    }
    guard kill(process, SIGINT) == 0 else {
      throw refuse("process \(process), which belongs to somebody else", "ask them to stop it")
    }
    // A second interrupt would end it before anything is written.
    let descriptor = SystemCall.retrying { open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    write("\(process)\n\(isAsked)\n", to: descriptor)
  }

  /// Whether a process has a file open, as far as the system tells.
  private static func isOpen(_ path: String, in process: pid_t) -> Bool {
    var (own, other) = (stat(), stat())
    guard stat(path, &own) == 0, let folder = opendir("/proc/\(process)/fd") else { return false }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard stat("/proc/\(process)/fd/\(name)", &other) == 0 else { continue }
      if other.st_dev == own.st_dev, other.st_ino == own.st_ino { return true }
    }
    return false
  }
}
