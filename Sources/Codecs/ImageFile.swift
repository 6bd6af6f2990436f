import CImages
package import Datasets
public import Engine

/// JPEG, PNG and WebP files, told apart by their first bytes whatever the file is called.
///
/// The result is grey or red, green, blue, turned the way the file's orientation asks; PNG files of 16
/// bits a channel keep their levels. Transparent pixels are laid over white. Colour profiles are not
/// applied.
public enum ImageFile {
  /// What a file may ask for; checked against its header before memory is taken.
  public struct Limits: Sendable, Equatable {
    /// The most pixels along a side.
    public var side = 32_768
    /// The most pixels in all.
    public var pixels = ImageDecoder.usualPixelLimit

    /// 32,768 along a side and 200 million in all.
    public init() {}

    /// For who has looked at the number of pixels already.
    static let anySize = {
      var limits = Limits()
      limits.pixels = .max
      return limits
    }()
  }

  /// Whether the bytes begin like an image that can be read.
  public static func isImage(_ bytes: [UInt8]) -> Bool {
    (try? format(of: bytes, "")) != nil
  }

  /// Height, width, channels and depth of the image that ``decode(_:name:limits:)`` would give.
  /// - Parameter name: How messages call the file.
  /// - Throws: `Problem` of kind `malformed`.
  public static func header(
    _ bytes: [UInt8], name: String = "image", limits: Limits = Limits()
  ) throws -> DecodedImage.Header {
    try format(of: bytes, name).header(bytes, name, limits)
  }

  /// The pixels of a file.
  /// - Parameter name: How messages call the file.
  /// - Throws: `Problem` of kind `malformed` for a file that is damaged, cut off, too large, or no
  ///   image.
  public static func decode(
    _ bytes: [UInt8], name: String = "image", limits: Limits = Limits()
  ) throws -> DecodedImage {
    try format(of: bytes, name).decode(bytes, name, limits)
  }

  /// The image in the size, channels and depth of an input, made while it is decoded: of an image of
  /// any size only one row is held, unless the file's own order asks for more.
  /// - Throws: as ``decode(_:name:limits:)``.
  package static func input(
    _ bytes: [UInt8], _ encoding: ImagePreprocessing, name: String = "image",
    limits: Limits = Limits()
  ) throws -> [UInt8] {
    try format(of: bytes, name).input(bytes, encoding, name, limits)
  }

  private static let formats: [any ImageFormat.Type] = [JPEG.self, PNG.self, WebP.self]
  private static let expected = "a JPEG, PNG or WebP image"

  private static func format(of bytes: [UInt8], _ name: String) throws -> any ImageFormat.Type {
    if let format = formats.first(where: { $0.matches(bytes) }) { return format }
    if let other = OtherFormat(of: bytes) {
      throw Problem(
        .malformed, name, expected: expected, found: other.title, fix: other.conversion(of: name))
    }
    throw Problem(
      .malformed, name, expected: expected,
      found: bytes.isEmpty ? "an empty file" : "other bytes",
      fix: "convert it, or remove it from the folder")
  }
}

/// What the formats share: reading by a C function, then what the levels of a pixel mean.
protocol ImageFormat: Sendable {
  static var title: String { get }
  /// Whether the bytes begin like such a file.
  static func matches(_ bytes: [UInt8]) -> Bool
  /// Reads the header, and hands over the rows where somebody takes them.
  static var read:
    (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<gb_image>?, gb_take_row?,
      UnsafeMutableRawPointer?
    ) -> Int32
  { get }
  static func orientation(_ bytes: [UInt8]) -> Orientation
  /// How many channels remain of those that the library gives.
  static func plainChannels(_ channels: Int) -> Int
  /// Grey or colour from the pixels of a row as the library gives them.
  static func plain<Level: FixedWidthInteger & UnsignedInteger>(
    _ stored: UnsafePointer<Level>, channels: Int, pixels: Int,
    into plain: UnsafeMutablePointer<Level>)
}

extension ImageFormat {
  static func header(
    _ bytes: [UInt8], _ name: String, _ limits: ImageFile.Limits
  ) throws -> DecodedImage.Header {
    let header = try readHeader(bytes, name, limits)
    let isTurned = orientation(bytes).turn.isTurned
    return DecodedImage.Header(
      height: isTurned ? header.columns : header.rows,
      width: isTurned ? header.rows : header.columns,
      channels: plainChannels(Int(header.channels)), isDeep: header.isDeep,
      memory: Int(header.memory))
  }

  static func decode(
    _ bytes: [UInt8], _ name: String, _ limits: ImageFile.Limits
  ) throws -> DecodedImage {
    let header = try readHeader(bytes, name, limits)
    let channels = plainChannels(Int(header.channels))
    let length = header.columns * channels * Int(header.level_bytes)
    let size = header.rows * length
    let stored = try [UInt8](unsafeUninitializedCapacity: size) { buffer, made in
      let pixels = UnsafeMutableRawPointer(buffer.baseAddress!)
      try eachRow(bytes, header, name) { row, levels in
        (pixels + row * length).copyMemory(from: levels, byteCount: length)
      }
      made = size
    }
    return try orientation(bytes).applied(
      to: DecodedImage(
        height: header.rows, width: header.columns, channels: channels, isDeep: header.isDeep,
        stored: stored))
  }

  static func input(
    _ bytes: [UInt8], _ encoding: ImagePreprocessing, _ name: String, _ limits: ImageFile.Limits
  ) throws -> [UInt8] {
    let header = try readHeader(bytes, name, limits)
    let intake = ImageIntake(
      encoding, height: header.rows, width: header.columns,
      channels: plainChannels(Int(header.channels)), isDeep: header.isDeep,
      turn: orientation(bytes).turn)
    try eachRow(bytes, header, name) { intake.take(row: $0, $1) }
    return intake.finish()
  }

  /// Decodes, and hands over row after row in plain channels.
  private static func eachRow(
    _ bytes: [UInt8], _ header: gb_image, _ name: String,
    _ body: (_ row: Int, UnsafeRawPointer) -> Void
  ) throws {
    var header = header
    let channels = Int(header.channels)
    let isPlain = plainChannels(channels) == channels
    let status = withoutActuallyEscaping(body) { body in
      withUnsafeTemporaryAllocation(
        byteCount: header.columns * channels * Int(header.level_bytes), alignment: 2
      ) { room in
        let plain = room.baseAddress!
        let (columns, isDeep) = (header.columns, header.isDeep)
        let rows = RowReceiver { row, stored in
          guard !isPlain else { return body(row, stored) }
          if isDeep {
            Self.plain(
              stored.assumingMemoryBound(to: UInt16.self), channels: channels, pixels: columns,
              into: plain.assumingMemoryBound(to: UInt16.self))
          } else {
            Self.plain(
              stored.assumingMemoryBound(to: UInt8.self), channels: channels, pixels: columns,
              into: plain.assumingMemoryBound(to: UInt8.self))
          }
          body(row, plain)
        }
        return withExtendedLifetime(rows) {
          // The library leaves by jumping over its own functions only, never over this one.
          read(
            bytes, bytes.count, &header,
            { context, row, stored in
              Unmanaged<RowReceiver>.fromOpaque(context!).takeUnretainedValue()
                .take(Int(row), UnsafeRawPointer(stored!))
            }, Unmanaged.passUnretained(rows).toOpaque())
        }
      }
    }
    guard status == 1 else { throw damaged(header, name) }
  }

  private static func readHeader(
    _ bytes: [UInt8], _ name: String, _ limits: ImageFile.Limits
  ) throws -> gb_image {
    var header = gb_image()
    guard read(bytes, bytes.count, &header, nil, nil) == 1 else { throw damaged(header, name) }
    let (height, width) = (header.rows, header.columns)
    guard height > 0, width > 0, height <= limits.side, width <= limits.side,
      height * width <= limits.pixels
    else {
      throw Problem(
        .malformed, name,
        expected: "an image of at most \(limits.side) pixels along a side"
          + (limits.pixels == .max ? "" : " and \(limits.pixels) in all"),
        found: "\(width) × \(height)", fix: "scale it down")
    }
    return header
  }

  private static func damaged(_ header: gb_image, _ name: String) -> Problem {
    let message = withUnsafeBytes(of: header.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return Problem(
      .malformed, name, expected: "an intact \(title) image", found: "damage: \(message)",
      fix: "copy or download the file again, or remove it")
  }
}

/// Formats whose last channel may be how opaque a pixel is.
protocol ImageFormatWithAlpha: ImageFormat {}

extension ImageFormatWithAlpha {
  static func plainChannels(_ channels: Int) -> Int {
    channels == 2 || channels == 4 ? channels - 1 : channels
  }

  /// Lays transparent pixels over white: (c · a + w · (w − a)) ÷ w with w for white, rounded.
  static func plain<Level: FixedWidthInteger & UnsignedInteger>(
    _ stored: UnsafePointer<Level>, channels: Int, pixels: Int,
    into plain: UnsafeMutablePointer<Level>
  ) {
    let kept = channels - 1
    let white = UInt64(Level.max)
    for pixel in 0..<pixels {
      let alpha = UInt64(stored[channels * pixel + kept])
      for channel in 0..<kept {
        let value = UInt64(stored[channels * pixel + channel])
        plain[kept * pixel + channel] = Level(
          truncatingIfNeeded: (value * alpha + white * (white - alpha) + white / 2) / white)
      }
    }
  }
}

extension gb_image {
  fileprivate var rows: Int { Int(height) }
  fileprivate var columns: Int { Int(width) }
  fileprivate var isDeep: Bool { level_bytes == 2 }
}

/// What C hands rows to.
private final class RowReceiver {
  let take: (Int, UnsafeRawPointer) -> Void
  init(_ take: @escaping (Int, UnsafeRawPointer) -> Void) { self.take = take }
}
