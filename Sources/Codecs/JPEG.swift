import CImages
import Engine

/// JPEG (ITU-T T.81): grey and colour, sequential and progressive, also with four printing colours.
enum JPEG: ImageFormat {
  /// A start-of-image marker and the first byte of the next.
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]
  static let title = "JPEG"
  static func matches(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }
  static var read:
    (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<gb_image>?, gb_take_row?,
      UnsafeMutableRawPointer?
    ) -> Int32
  { gb_jpeg_read }

  /// Cyan, magenta, yellow, black become red, green, blue without a profile: each is what the ink
  /// leaves of the light, (255 − ink) · (255 − black) ÷ 255. The files hold 255 − ink, the way Adobe's
  /// programs write them; hardly any other program writes such files.
  static func plain<Level: FixedWidthInteger & UnsignedInteger>(
    _ stored: UnsafePointer<Level>, channels: Int, pixels: Int,
    into plain: UnsafeMutablePointer<Level>
  ) {
    for pixel in 0..<pixels {
      let black = UInt32(stored[4 * pixel + 3])
      for channel in 0..<3 {
        plain[3 * pixel + channel] = Level(
          (UInt32(stored[4 * pixel + channel]) * black + 127) / 255)
      }
    }
  }

  static func plainChannels(_ channels: Int) -> Int { channels == 4 ? 3 : channels }

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
