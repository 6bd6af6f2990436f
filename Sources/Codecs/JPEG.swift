import CImages
import Engine

/// JPEG (ITU-T T.81): grey and colour, sequential and progressive, also with four printing colours.
enum JPEG: ImageFormat {
  /// A start-of-image marker and the first byte of the next.
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]
  static let title = "JPEG"
  static var read:
    (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<gb_image>?, UnsafeMutablePointer<UInt8>?,
      Int
    )
      -> Int32
  { gb_jpeg_read }

  /// Cyan, magenta, yellow, black become red, green, blue without a profile: each is what the ink
  /// leaves of the light, (255 − ink) · (255 − black) ÷ 255. The files hold 255 − ink, the way Adobe's
  /// programs write them; hardly any other program writes such files.
  static func plain(_ stored: [UInt8], channels: Int) -> (bytes: [UInt8], channels: Int) {
    guard channels == 4 else { return (stored, channels) }
    let pixels = stored.count / 4
    let plain = [UInt8](unsafeUninitializedCapacity: pixels * 3) { buffer, made in
      for pixel in 0..<pixels {
        let black = UInt32(stored[4 * pixel + 3])
        for channel in 0..<3 {
          buffer[3 * pixel + channel] = UInt8(
            (UInt32(stored[4 * pixel + channel]) * black + 127) / 255)
        }
      }
      made = pixels * 3
    }
    return (plain, 3)
  }

  /// From the Exif segment, which lies before the first scan; upright where there is none.
  static func orientation(_ bytes: [UInt8]) -> Orientation {
    let bytes = ByteReader(bytes)
    var position = 2
    while bytes[position] == 0xFF, let marker = bytes[position + 1] {
      if marker == 0xFF {
        position += 1
        continue
      }
      // A scan, or the end.
      if marker == 0xDA || marker == 0xD9 { break }
      guard let length = bytes.number(at: position + 2, 2, isBigEndian: true), length >= 2 else {
        break
      }
      if marker == 0xE1, bytes.starts(with: Array("Exif\0\0".utf8), at: position + 4) {
        return Orientation(exif: bytes.from(position + 10, count: length - 8)) ?? .upright
      }
      position += 2 + length
    }
    return .upright
  }
}
