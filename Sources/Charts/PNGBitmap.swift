import Engine
import Formatting

/// A small image of numbers as a PNG file, for pages that hold their images inside.
///
/// Only what images of weights and digits need: 8 bits a pixel, a palette, no compression (stored
/// blocks). Formats: ISO/IEC 15948 (PNG), RFC 1950 and 1951 (zlib, deflate).
public struct PNGBitmap: Sendable, Equatable {
  /// Which colour a share from 0 to 1 has.
  public enum Palette: Sendable, Equatable {
    /// Black to white.
    case grey
    /// Blue for 0, light grey for ½, orange for 1: signs that colour-blind people tell apart.
    case diverging
    /// Pale to dark blue, evenly darker.
    case sequential
  }

  public let width: Int
  public let height: Int
  /// Palette indices, or three bytes a pixel.
  private let pixels: [UInt8]
  /// Empty for three bytes a pixel.
  private let colours: [[UInt8]]

  /// An image of shares from 0 to 1, row by row; not a number counts as 0.
  public init(width: Int, height: Int, shares: [Double], palette: Palette) {
    precondition(shares.count == width * height, "a share for each pixel")
    self.width = width
    self.height = height
    colours = Self.colours(palette)
    let last = Double(colours.count - 1)
    pixels = shares.map { share in
      UInt8(share.isNaN ? 0 : (min(1, max(0, share)) * last).rounded())
    }
  }

  /// An image of palette indices, row by row.
  public init(width: Int, height: Int, indices: [UInt8], colours: [[UInt8]]) {
    precondition(indices.count == width * height, "an index for each pixel")
    precondition(indices.allSatisfy { Int($0) < colours.count }, "a colour for each index")
    self.width = width
    self.height = height
    self.colours = colours
    pixels = indices
  }

  /// An image of red, green and blue bytes, pixel by pixel, row by row.
  public init(width: Int, height: Int, redGreenBlue: [UInt8]) {
    precondition(redGreenBlue.count == 3 * width * height, "three bytes for each pixel")
    self.width = width
    self.height = height
    colours = []
    pixels = redGreenBlue
  }

  private static func colours(_ palette: Palette) -> [[UInt8]] {
    switch palette {
    case .grey: (0..<64).map { step in [UInt8](repeating: UInt8(step * 255 / 63), count: 3) }
    case .diverging:
      blend([[0, 77, 153], [120, 178, 222], [238, 238, 238], [244, 165, 100], [166, 60, 0]])
    case .sequential: blend([[247, 251, 255], [158, 202, 225], [49, 130, 189], [8, 48, 107]])
    }
  }

  /// 65 colours, linear between the given ones.
  private static func blend(_ stops: [[Double]]) -> [[UInt8]] {
    (0...64).map { step in
      let place = Double(step) / 64 * Double(stops.count - 1)
      let below = min(Int(place), stops.count - 2)
      let share = place - Double(below)
      return (0..<3).map {
        UInt8((stops[below][$0] * (1 - share) + stops[below + 1][$0] * share).rounded())
      }
    }
  }

  /// The same image with at most `most` pixels a side, each the mean of a block, so that a page of
  /// large images stays small.
  static func averaged(
    _ shares: [Double], width: Int, height: Int, channels: Int = 1, most: Int = 64
  ) -> (shares: [Double], width: Int, height: Int) {
    let block = (max(width, height) + most - 1) / most
    guard block > 1 else { return (shares, width, height) }
    let (columns, rows) = ((width + block - 1) / block, (height + block - 1) / block)
    var means = [Double](repeating: 0, count: columns * rows * channels)
    for row in 0..<rows {
      for column in 0..<columns {
        let (ys, xs) = (
          row * block..<min(height, (row + 1) * block),
          column * block..<min(width, (column + 1) * block)
        )
        for channel in 0..<channels {
          var sum = 0.0
          for y in ys { for x in xs { sum += shares[(y * width + x) * channels + channel] } }
          means[(row * columns + column) * channels + channel] = sum / Double(ys.count * xs.count)
        }
      }
    }
    return (means, columns, rows)
  }

  /// The file.
  public var png: [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    // 8 bits, palette or true colour, deflate, no filter, not interlaced.
    let kind: UInt8 = colours.isEmpty ? 2 : 3
    Self.append("IHDR", Self.bytes(width) + Self.bytes(height) + [8, kind, 0, 0, 0], to: &file)
    if !colours.isEmpty { Self.append("PLTE", colours.flatMap { $0 }, to: &file) }
    let length = colours.isEmpty ? 3 * width : width
    var rows: [UInt8] = []
    rows.reserveCapacity((length + 1) * height)
    for row in 0..<height { rows += [0] + pixels[row * length..<(row + 1) * length] }
    Self.append("IDAT", Self.zlib(rows), to: &file)
    Self.append("IEND", [], to: &file)
    return file
  }

  /// The file as an address that holds it.
  public var dataAddress: String { "data:image/png;base64," + Base64.text(png) }

  private static func bytes(_ number: Int) -> [UInt8] {
    withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian) { Array($0) }
  }

  private static func append(_ kind: String, _ content: [UInt8], to file: inout [UInt8]) {
    let body = Array(kind.utf8) + content
    file += bytes(content.count) + body + bytes(Int(crc32(body)))
  }

  /// Stored blocks of at most 65,535 bytes.
  private static func zlib(_ bytes: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var start = 0
    repeat {
      let end = min(start + 0xFFFF, bytes.count)
      let length = UInt16(end - start)
      stream.append(end == bytes.count ? 1 : 0)
      stream += [
        UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8),
      ]
      stream += bytes[start..<end]
      start = end
    } while start < bytes.count
    return stream + Self.bytes(Int(adler32(bytes)))
  }

  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = .max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return ~crc
  }

  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }
}
