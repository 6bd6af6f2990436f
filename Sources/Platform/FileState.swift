/// What tells one content of a file from a later one without reading it.
package struct FileState: Sendable, Equatable {
  /// How many there are.
  package let bytes: Int
  /// When the content was written last: seconds since 1970, and nanoseconds of the next one.
  package let seconds, nanoseconds: Int
  private let device, number: UInt64

  /// Nil where there is no such file.
  package init?(path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    #if canImport(Darwin)
      let time = facts.st_mtimespec
    #else
      let time = facts.st_mtim
    #endif
    (bytes, seconds, nanoseconds) = (Int(facts.st_size), Int(time.tv_sec), Int(time.tv_nsec))
    (device, number) = (UInt64(truncatingIfNeeded: facts.st_dev), UInt64(facts.st_ino))
  }
}
