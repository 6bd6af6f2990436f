public import Datasets

extension Decoders {
  /// Gzip, JPEG and PNG.
  public static let standard = Decoders(
    gunzip: { try Gzip.decode($0) },
    images: ImageDecoder(
      header: { try ImageFile.header($0, name: $1, limits: .anySize) },
      decode: { try ImageFile.decode($0, name: $1, limits: .anySize) },
      input: { try ImageFile.input($0, $2, name: $1, limits: .anySize) }))
}
