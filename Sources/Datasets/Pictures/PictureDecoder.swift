import Engine

/// What reads picture files: usually `PictureFile` of the codecs, passed in as a value so that this
/// room needs no system library.
public struct PictureDecoder: Sendable {
  /// What a file says of its picture; given its bytes and its name for messages.
  public let header: @Sendable (_ bytes: [UInt8], _ name: String) throws -> Pixels.Header
  /// The picture, grey or colour, upright.
  public let decode: @Sendable (_ bytes: [UInt8], _ name: String) throws -> Pixels

  /// The largest file that is read, in bytes.
  public static let fileLimit = 1 << 28

  /// Two functions that throw `FileProblem`.
  public init(
    header: @escaping @Sendable ([UInt8], String) throws -> Pixels.Header,
    decode: @escaping @Sendable ([UInt8], String) throws -> Pixels
  ) {
    self.header = header
    self.decode = decode
  }

  /// Reads and decodes a file.
  /// - Throws: `FileProblem`.
  public func read(_ path: String) throws -> Pixels {
    try decode(Self.bytes(path), path)
  }

  static func bytes(_ path: String) throws -> [UInt8] {
    var source = try FileSource(path: path)
    return try source.readAll(limit: fileLimit)
  }
}
