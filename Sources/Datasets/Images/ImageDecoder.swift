public import Engine

/// What reads image files: usually `ImageFile` of the codecs, passed in as a value so that this
/// room needs no system library.
public struct ImageDecoder: Sendable {
  /// What a file says of its image; given its bytes and its name for messages.
  public let header: @Sendable (_ bytes: [UInt8], _ name: String) throws -> DecodedImage.Header
  /// The image, grey or colour, upright.
  public let decode: @Sendable (_ bytes: [UInt8], _ name: String) throws -> DecodedImage

  /// The largest file that is read, in bytes.
  public static let fileLimit = 1 << 28

  /// Two functions that throw `Problem`.
  public init(
    header: @escaping @Sendable ([UInt8], String) throws -> DecodedImage.Header,
    decode: @escaping @Sendable ([UInt8], String) throws -> DecodedImage
  ) {
    self.header = header
    self.decode = decode
  }

  /// Reads and decodes a file.
  /// - Throws: `Problem`.
  public func read(_ path: String) throws -> DecodedImage {
    try decode(Self.bytes(path), path)
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    var source = try FileSource(path: path)
    return try source.readAll(limit: fileLimit)
  }
}
