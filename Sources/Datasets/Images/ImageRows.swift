import Engine

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
final class ImagesOnDisk: ByteRows {
  private let file: StoreFile
  private let length: Int

  /// - Returns: nil when there is no folder for temporary files.
  init?(length: Int) {
    let fix = "set `cache_disk: 0` to decode the images again each time"
    guard let file = try? StoreFile(name: "cache of prepared images", fix: fix) else { return nil }
    (self.file, self.length) = (file, length)
  }

  /// Different rows may be set by different threads.
  /// - Returns: false when the disk is full or fails.
  func set(_ row: Int, to image: [UInt8]) -> Bool {
    image.withUnsafeBytes {
      file.write(UnsafeRawBufferPointer(rebasing: $0[..<length]), at: row * length)
    }
  }

  func copy(_ row: Int, into destination: UnsafeMutablePointer<UInt8>) throws {
    let room = UnsafeMutableRawBufferPointer(start: destination, count: length)
    guard file.read(into: room, at: row * length) else { return try file.check() }
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
