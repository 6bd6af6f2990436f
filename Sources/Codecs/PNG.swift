import CImages
import Engine

/// PNG (ISO/IEC 15948): grey, colour and palette, 1 to 16 bits a channel, with and without alpha.
enum PNG: ImageFormatWithAlpha {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  static let title = "PNG"
  static func matches(_ bytes: [UInt8]) -> Bool { bytes.starts(with: signature) }
  static var read:
    (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<gb_image>?, gb_take_row?,
      UnsafeMutableRawPointer?
    ) -> Int32
  { gb_png_read }

  /// From the chunk `eXIf`; upright where there is none.
  static func orientation(_ bytes: [UInt8]) -> Orientation {
    let bytes = ByteReader(bytes)
    var position = signature.count
    while let length = bytes.number(at: position, 4, isBigEndian: true) {
      if bytes.starts(with: Array("eXIf".utf8), at: position + 4) {
        return Orientation(exif: bytes.from(position + 8, count: length)) ?? .upright
      }
      // Length, kind and checksum take 12 bytes; 32 bits cannot make this overflow.
      position += length + 12
    }
    return .upright
  }
}
