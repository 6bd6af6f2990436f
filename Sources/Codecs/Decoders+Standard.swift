public import Datasets

extension Decoders {
  /// Gzip, JPEG and PNG.
  public static let standard = Decoders(
    gunzip: { try Gzip.decode($0) },
    images: ImageDecoder(
      header: { try ImageFile.header($0, name: $1) },
      decode: { try ImageFile.decode($0, name: $1) }))
}
