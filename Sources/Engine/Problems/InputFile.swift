import Platform

/// Opens what a user names as input: an ordinary file, a pipe, a terminal. Everything that could be read
/// for ever, or waited for without end, is refused.
package enum InputFile {
  /// The most bytes that are taken from what does not tell its length, such as a pipe.
  package static let pipeLimit = 1 << 30
  /// How long a named pipe may have no writer, in seconds.
  package static let patience = 10

  /// Opens a file for reading.
  ///
  /// - Parameter patience: how long a named pipe may have no writer, in seconds.
  /// - Returns: its descriptor, which the caller closes, and its length; nil for a pipe or a terminal, of
  ///   which at most ``pipeLimit`` bytes may be taken.
  /// - Throws: `Problem` for what is missing, may not be read, or is a folder, a device or a pipe that
  ///   nobody writes to.
  package static func open(
    _ path: String, patience: Int = patience
  ) throws(Problem) -> (descriptor: Int32, length: Int?) {
    // Without O_NONBLOCK a named pipe would be waited for here, without end.
    let descriptor = SystemCall.retrying {
      Platform.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
    guard descriptor >= 0 else { throw .system(errno, .reading, path) }
    do throws(Problem) {
      let length = try check(descriptor, path, patience)
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
      return (descriptor, length)
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func check(
    _ descriptor: Int32, _ path: String, _ patience: Int
  ) throws(Problem) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno, .reading, path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return Int(status.st_size)
    case S_IFDIR: throw .system(EISDIR, .reading, path)
    case S_IFIFO:
      try waitForWriter(descriptor, path, patience)
      return nil
    case S_IFCHR where isatty(descriptor) == 1 || isNull(status): return nil
    default:
      throw Problem(
        .inputOutput, path, expected: "a file that ends", found: "a device",
        fix: "name an ordinary file")
    }
  }

  /// `/dev/null` ends at once.
  private static func isNull(_ status: stat) -> Bool {
    var null = stat()
    return stat("/dev/null", &null) == 0 && null.st_rdev == status.st_rdev
  }

  /// Standard input and what a shell hands over are pipes that have their writer; one that lies in a
  /// folder may have none.
  private static func waitForWriter(
    _ descriptor: Int32, _ path: String, _ patience: Int
  ) throws(Problem) {
    var named = stat()
    guard lstat(path, &named) == 0, named.st_mode & S_IFMT == S_IFIFO else { return }
    var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard SystemCall.retrying({ poll(&state, 1, Int32(1000 * patience)) }) == 0 else { return }
    // A writer that is only slow lets this fail with EAGAIN; without one the pipe is at its end.
    var byte: UInt8 = 0
    guard withUnsafeMutableBytes(of: &byte, { SystemCall.read(descriptor, into: $0) }) >= 0
    else { return }
    throw Problem(
      .inputOutput, path, expected: "a program that writes to this pipe",
      found: "none within \(patience) seconds", fix: "start the writer first, or name a file")
  }
}
