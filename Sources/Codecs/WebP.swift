import CImages
import Engine

/// WebP (RFC 9649): lossy and lossless, with and without alpha; animations are refused by name.
enum WebP: ImageFormatWithAlpha {
  static let title = "WebP"
  static func matches(_ bytes: [UInt8]) -> Bool { isContainer(bytes) && !isAnimated(bytes) }

  private static func isContainer(_ bytes: [UInt8]) -> Bool {
    let bytes = ByteReader(bytes)
    return bytes.starts(with: Array("RIFF".utf8), at: 0)
      && bytes.starts(with: Array("WEBP".utf8), at: 8)
  }

  /// Whether the file's first chunk says that several images follow one another.
  static func isAnimated(_ bytes: [UInt8]) -> Bool {
    guard isContainer(bytes) else { return false }
    let bytes = ByteReader(bytes)
    return bytes.starts(with: Array("VP8X".utf8), at: 12) && (bytes[20] ?? 0) & 0b10 != 0
  }

  static var read:
    (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<gb_image>?, gb_take_row?,
      UnsafeMutableRawPointer?
    ) -> Int32
  { gb_webp_read }

  /// From the chunk `EXIF`; upright where there is none.
  static func orientation(_ bytes: [UInt8]) -> Orientation {
    let bytes = ByteReader(bytes)
    var position = 12
    while let length = bytes.number(at: position + 4, 4, isBigEndian: false) {
      if bytes.starts(with: Array("EXIF".utf8), at: position) {
        // Some programs put the beginning of a JPEG's segment before it.
        let prefix = Array("Exif\0\0".utf8)
        let skipped = bytes.starts(with: prefix, at: position + 8) ? prefix.count : 0
        return Orientation(exif: bytes.from(position + 8 + skipped, count: length - skipped))
          ?? .upright
      }
      // A chunk of odd length is followed by a byte more; 32 bits cannot make this overflow.
      position += 8 + length + length % 2
    }
    return .upright
  }
}
