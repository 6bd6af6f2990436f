public import Datasets

extension Decoders {
  /// Gzip, ZIP archives, JPEG, PNG and WebP.
  public static let standard: Decoders = {
    var decoders = Decoders(
      gunzip: { try Gzip.decode($0) },
      unzip: { try Zip.decode($0, name: $1) },
      images: ImageDecoder(
        header: { try ImageFile.header($0, name: $1, limits: .anySize) },
        decode: { try ImageFile.decode($0, name: $1, limits: .anySize) },
        input: { try ImageFile.input($0, $2, name: $1, limits: .anySize) }))
    decoders.gunzipping = { try InflatedSource($0) }
    decoders.unpack = { try Zip.files($0, name: $1) }
    return decoders
  }()
}
