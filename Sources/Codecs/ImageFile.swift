import CImages
public import Engine

/// JPEG and PNG files, told apart by their first bytes whatever the file is called.
///
/// The result is grey or red, green, blue, turned the way the file's orientation asks. Transparent
/// pixels are laid over white. Colour profiles are not applied.
public enum ImageFile {
  /// What a file may ask for; checked against its header before memory is taken.
  public struct Limits: Sendable, Equatable {
    /// The most pixels along a side.
    public var side = 16_384
    /// The most pixels in all.
    public var pixels = 1 << 24

    /// 16,384 along a side and 16.8 million in all.
    public init() {}
  }

  /// Whether the bytes begin like an image that can be read.
  public static func isImage(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: JPEG.signature) || bytes.starts(with: PNG.signature)
  }

  /// Height, width and channels of the image that ``decode(_:name:limits:)`` would give.
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

  private static func format(of bytes: [UInt8], _ name: String) throws -> any ImageFormat.Type {
    if bytes.starts(with: JPEG.signature) { return JPEG.self }
    if bytes.starts(with: PNG.signature) { return PNG.self }
    throw Problem(
      .malformed, name, expected: "a JPEG or PNG image",
      found: bytes.isEmpty ? "an empty file" : "other bytes",
      fix: "convert it, or remove it from the folder")
  }
}

/// What JPEG and PNG share: reading by a C function, then what the bytes of a pixel mean.
protocol ImageFormat {
  static var title: String { get }
  /// Reads the header, and the pixels where there is room for them.
  static var read:
    (
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<gb_image>?, UnsafeMutablePointer<UInt8>?,
      Int
    )
      -> Int32
  { get }
  static func orientation(_ bytes: [UInt8]) -> Orientation
  /// Grey or colour from the bytes of one pixel after another as the library gives them.
  static func plain(_ stored: [UInt8], channels: Int) -> (bytes: [UInt8], channels: Int)
}

extension ImageFormat {
  static func header(
    _ bytes: [UInt8], _ name: String, _ limits: ImageFile.Limits
  ) throws -> DecodedImage.Header {
    let header = try readHeader(bytes, name, limits)
    let (height, width) = (Int(header.height), Int(header.width))
    let isTurned = orientation(bytes).isTurned
    return DecodedImage.Header(
      height: isTurned ? width : height, width: isTurned ? height : width,
      channels: header.channels > 2 ? 3 : 1)
  }

  static func decode(
    _ bytes: [UInt8], _ name: String, _ limits: ImageFile.Limits
  ) throws -> DecodedImage {
    var header = try readHeader(bytes, name, limits)
    let (height, width, channels) = (Int(header.height), Int(header.width), Int(header.channels))
    let size = height * width * channels
    let stored = try [UInt8](unsafeUninitializedCapacity: size) { buffer, made in
      guard read(bytes, bytes.count, &header, buffer.baseAddress, size) == 1 else {
        throw damaged(header, name)
      }
      made = size
    }
    let plain = Self.plain(stored, channels: channels)
    return try orientation(bytes).applied(
      to: DecodedImage(height: height, width: width, channels: plain.channels, bytes: plain.bytes))
  }

  private static func readHeader(
    _ bytes: [UInt8], _ name: String, _ limits: ImageFile.Limits
  ) throws -> gb_image {
    var header = gb_image()
    guard read(bytes, bytes.count, &header, nil, 0) == 1 else { throw damaged(header, name) }
    let (height, width) = (Int(header.height), Int(header.width))
    guard height > 0, width > 0, height <= limits.side, width <= limits.side,
      height * width <= limits.pixels
    else {
      throw Problem(
        .malformed, name,
        expected: "an image of at most \(limits.side) pixels along a side and "
          + "\(limits.pixels) in all",
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
