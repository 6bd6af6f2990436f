public import Engine

/// What reads image files: usually `ImageFile` of the codecs, passed in as a value so that this
/// room needs no system library.
public struct ImageDecoder: Sendable {
  /// The most pixels of an image that is read.
  public var pixelLimit = Self.usualPixelLimit

  private let readHeader: @Sendable (_ bytes: [UInt8], _ name: String) throws -> DecodedImage.Header
  private let decodeWhole: @Sendable ([UInt8], String) throws -> DecodedImage
  private let makeInput: (@Sendable ([UInt8], String, ImagePreprocessing) throws -> [UInt8])?

  /// The largest file that is read, in bytes.
  public static let fileLimit = 1 << 28
  /// More than the photos of any telephone have.
  public static let usualPixelLimit = 200_000_000

  /// Two functions that throw `Problem`.
  ///
  /// - Parameters:
  ///   - header: what a file says of its image; given its bytes and its name for messages.
  ///   - decode: the image, grey or colour, upright.
  public init(
    header: @escaping @Sendable ([UInt8], String) throws -> DecodedImage.Header,
    decode: @escaping @Sendable ([UInt8], String) throws -> DecodedImage
  ) {
    (readHeader, decodeWhole, makeInput) = (header, decode, nil)
  }

  /// The same with a third that brings the image to a size while it is decoded, to the same bytes.
  package init(
    header: @escaping @Sendable ([UInt8], String) throws -> DecodedImage.Header,
    decode: @escaping @Sendable ([UInt8], String) throws -> DecodedImage,
    input: @escaping @Sendable ([UInt8], String, ImagePreprocessing) throws -> [UInt8]
  ) {
    (readHeader, decodeWhole, makeInput) = (header, decode, input)
  }

  /// What a file says of its image.
  /// - Throws: `Problem` for bytes that are no image, or more pixels than the limit.
  public func header(_ bytes: [UInt8], _ name: String) throws -> DecodedImage.Header {
    let header = try readHeader(bytes, name)
    guard header.height * header.width <= pixelLimit else {
      throw Problem.data(
        name, expected: "an image of at most \(Self.millions(pixelLimit)) million pixels",
        found: "\(header.width) × \(header.height), "
          + "\(Self.millions(header.height * header.width)) million",
        fix: "scale it down, or raise `image_limit`")
    }
    return header
  }

  private static func millions(_ pixels: Int) -> String {
    pixels % 1_000_000 == 0 ? "\(pixels / 1_000_000)" : "\(Double(pixels / 10_000) / 100)"
  }

  /// The image, grey or colour, upright.
  /// - Throws: `Problem` for bytes that cannot be decoded, or more pixels than the limit.
  public func decode(_ bytes: [UInt8], _ name: String) throws -> DecodedImage {
    _ = try header(bytes, name)
    return try decodeWhole(bytes, name)
  }

  /// The image in the size, channels and depth of an input.
  /// - Throws: as ``decode(_:_:)``.
  package func input(
    _ bytes: [UInt8], _ name: String, _ encoding: ImagePreprocessing
  ) throws -> [UInt8] {
    guard let makeInput else { return encoding.bytes(of: try decode(bytes, name)) }
    _ = try header(bytes, name)
    return try makeInput(bytes, name, encoding)
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
