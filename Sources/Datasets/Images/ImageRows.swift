import Engine
import Platform

/// Prepared images in memory, one after the other.
final class ImagesInMemory: ByteRows, @unchecked Sendable {
  private let bytes: UnsafeMutablePointer<UInt8>
  private let length: Int

  /// Room for `count` images of `length` bytes.
  init(_ count: Int, length: Int) {
    bytes = .allocate(capacity: max(1, count * length))
    self.length = length
  }

  deinit { bytes.deallocate() }

  /// Different rows may be set by different threads, before anybody reads them.
  func set(_ row: Int, to image: [UInt8]) {
    image.withUnsafeBufferPointer {
      (bytes + row * length).update(from: $0.baseAddress!, count: length)
    }
  }

  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) {
    destination.update(from: bytes + row * length, count: length)
  }
}

/// Prepared images in a file that has no name and is gone with the program.
final class ImagesOnDisk: ByteRows, @unchecked Sendable {
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
  func set(_ row: Int, to image: [UInt8]) -> Bool {
    var done = 0
    while done < length {
      let written = image.withUnsafeBytes {
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
        throw Problem(
          .inputOutput, "cache of prepared images", expected: "to read what was written",
          found: got < 0 ? String(cString: strerror(errno)) : "the end of the file",
          fix: "set `cache_disk: 0` to decode the images again each time")
      }
      done += got
    }
  }
}

/// Images that are read, decoded and prepared whenever they are asked for.
struct ImagesInFiles: ByteRows {
  let paths: [String]
  let encoding: ImagePreprocessing
  let decoder: ImageDecoder

  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) throws {
    let path = paths[row]
    let image = try decoder.input(ImageDecoder.bytes(path), path, encoding)
    destination.update(from: image, count: image.count)
  }
}
