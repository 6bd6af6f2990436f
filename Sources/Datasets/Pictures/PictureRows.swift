import Engine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Prepared pictures in memory, one after the other.
final class PicturesInMemory: ByteRows, @unchecked Sendable {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let length: Int

  /// Room for `count` pictures of `length` bytes.
  init(_ count: Int, length: Int) {
    bytes = .allocate(capacity: max(1, count * length))
    self.length = length
  }

  deinit { bytes.deallocate() }

  /// Different rows may be set by different threads, before anybody reads them.
  func set(_ row: Int, to picture: [UInt8]) {
    picture.withUnsafeBufferPointer {
      (bytes + row * length).update(from: $0.baseAddress!, count: length)
    }
  }

  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) {
    destination.update(from: bytes + row * length, count: length)
  }
}

/// Prepared pictures in a file that has no name and is gone with the program.
final class PicturesOnDisk: ByteRows, @unchecked Sendable {
  private let descriptor: Int32
  private let length: Int

  /// - Returns: nil when there is no folder for temporary files.
  init?(length: Int) {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var path = Array("\(folder)/glassbox-XXXXXX".utf8CString)
    descriptor = mkstemp(&path)
    guard descriptor >= 0 else { return nil }
    unlink(path)
    self.length = length
  }

  deinit { close(descriptor) }

  /// Different rows may be set by different threads.
  /// - Returns: false when the disk is full or fails.
  func set(_ row: Int, to picture: [UInt8]) -> Bool {
    var done = 0
    while done < length {
      let written = picture.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress! + done, length - done, off_t(row * length + done))
      }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { return false }
      done += written
    }
    return true
  }

  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) throws {
    var done = 0
    while done < length {
      let got = pread(descriptor, destination + done, length - done, off_t(row * length + done))
      if got < 0, errno == EINTR { continue }
      guard got > 0 else {
        throw FileProblem(
          .inputOutput, "cache of prepared pictures", expected: "to read what was written",
          found: got < 0 ? String(cString: strerror(errno)) : "the end of the file",
          fix: "set --cache-disk 0 to decode the pictures again each time")
      }
      done += got
    }
  }
}

/// Pictures that are read, decoded and prepared whenever they are asked for.
struct PicturesInFiles: ByteRows {
  let paths: [String]
  let encoding: PictureEncoding
  let decoder: PictureDecoder

  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) throws {
    let picture = encoding.bytes(of: try decoder.read(paths[row]))
    destination.update(from: picture, count: picture.count)
  }
}
