/// System calls that differ between systems, or that a signal may interrupt.
package enum SystemCall {
  /// Some systems refuse more than 2 GiB at once.
  private static let largestPiece = 1 << 30

  /// Repeats a call that a signal interrupted.
  package static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }

  /// - Returns: how many bytes were read, possibly fewer than there is room for; 0 at the end, -1 for a
  ///   failure, which `errno` tells.
  package static func read(
    _ descriptor: Int32, into bytes: UnsafeMutableRawBufferPointer
  ) -> Int {
    retrying { systemRead(descriptor, bytes.baseAddress, min(bytes.count, largestPiece)) }
  }

  /// The beginning of a short file of the system, such as those below `/proc`; empty if there is none.
  package static func text(of path: String) -> String {
    let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    let bytes = [UInt8](unsafeUninitializedCapacity: 1 << 14) { buffer, count in
      count = max(0, read(descriptor, into: UnsafeMutableRawBufferPointer(buffer)))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// - Returns: how many bytes were written, possibly fewer than were given; -1 for a failure, which
  ///   `errno` tells.
  package static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    retrying { systemWrite(descriptor, bytes.baseAddress, min(bytes.count, largestPiece)) }
  }

  /// Locks an open file against other programs, until it is closed.
  ///
  /// - Parameter waits: whether to wait for whoever has it locked.
  /// - Returns: 0, or -1 for a failure, which `errno` tells: `EWOULDBLOCK` where another has it locked.
  package static func lock(_ descriptor: Int32, waits: Bool = false) -> Int32 {
    retrying { flock(descriptor, waits ? LOCK_EX : LOCK_EX | LOCK_NB) }
  }

  /// A name that no other file has, on this machine or another.
  package static var newName: String {
    String(UInt64.random(in: .min ... .max), radix: 16)
  }

  /// Makes what was written last, as far as the system can.
  /// - Returns: 0, or -1 for a failure, which `errno` tells.
  package static func flush(_ descriptor: Int32) -> Int32 {
    #if canImport(Darwin)
      // On Apple's systems fsync does not reach the medium; not every file system can do more.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return 0 }
    #endif
    return retrying { fsync(descriptor) }
  }
}

// The C library's functions under names that the static members above do not shadow.
private func systemRead(
  _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int
) -> Int { read(descriptor, bytes, count) }
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
