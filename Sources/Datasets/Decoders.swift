import Engine

/// What unpacks and decodes files that this library does not understand by itself, said once and handed
/// to whatever reads data.
///
/// `GlassboxCodecs` offers ``Decoders`` with everything as `.standard`; the library alone needs none
/// for CSV files and plain IDX files.
public struct Decoders: Sendable {
  /// Unpacks gzip, for tables and IDX files; nil refuses packed ones.
  public var gunzip: IDX.Decoder?
  /// Unpacks gzip while it is read, for tables that do not fit into memory; nil refuses packed ones there.
  package var gunzipping: (@Sendable (any ByteSource) throws -> any ByteSource)?
  /// Unpacks the one file of a ZIP archive, for tables, given its bytes and the name that messages call it
  /// by; nil refuses archives.
  public var unzip: (@Sendable (_ bytes: [UInt8], _ name: String) throws -> [UInt8])?
  /// Reads the files of a ZIP archive, given its bytes and what messages call it; nil refuses archives.
  package var unpack: (@Sendable (_ bytes: [UInt8], _ name: String) throws -> Files)?
  /// What gives the content of each file of an archive, by their names.
  package typealias Files = [String: @Sendable () throws -> [UInt8]]
  /// Reads JPEG, PNG or other images; nil refuses them.
  public var images: ImageDecoder?

  /// The two bytes every gzip file starts with.
  package static let gzipSignature: [UInt8] = [0x1F, 0x8B]
  /// The four bytes a ZIP archive starts with, workbooks among them.
  package static let zipSignature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// Functions of your own.
  public init(
    gunzip: IDX.Decoder? = nil,
    unzip: (@Sendable (_ bytes: [UInt8], _ name: String) throws -> [UInt8])? = nil,
    images: ImageDecoder? = nil
  ) {
    (self.gunzip, self.unzip) = (gunzip, unzip)
    self.images = images
  }

  /// Only what the library reads by itself.
  public static let none = Decoders()

  /// The decoder of images.
  /// - Parameter location: what is to be decoded, for the problem.
  /// - Throws: `Problem` when there is none.
  package func imageDecoder(for location: String) throws -> ImageDecoder {
    guard let images else {
      throw Problem.data(
        location, expected: "a decoder for images", found: "none",
        fix: "pass `decoders`, such as `Decoders.standard` of GlassboxCodecs")
    }
    return images
  }
}
