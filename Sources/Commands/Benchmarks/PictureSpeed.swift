import Codecs
import Glassbox

/// How fast JPEG and PNG files become inputs: decoded, brought to 224 × 224, scaled by channel. One
/// thread; the files' bytes are in memory already.
struct PictureSpeed: Encodable {
  private(set) var pictures = 0
  private(set) var seconds = 0.0
  /// Of those seconds, without resizing and scaling.
  private(set) var decoding = 0.0

  /// - Parameters:
  ///   - folder: of picture files.
  ///   - least: measured for so many seconds at least.
  init(folder: String, seconds least: Double) throws {
    let files = try ImageFolder.files(below: folder).map { name in
      var source = try FileSource(path: "\(folder)/\(name)")
      return try source.readAll(limit: PictureDecoder.fileLimit)
    }
    // The usual means and deviations of photographs, in bytes.
    let (means, deviations): ([Float], [Float]) = ([124, 116, 104], [58, 57, 57])
    let encoding = PictureEncoding(
      height: 224, width: 224, channels: 3, fit: .stretch,
      scaling: ByteScaling(
        scales: deviations.map { 1 / $0 }, offsets: zip(means, deviations).map { -$0 / $1 }))
    for file in files { _ = try Self.input(PictureFile.decode(file), encoding) }
    let clock = ContinuousClock()
    while seconds < least {
      for file in files {
        let start = clock.now
        let picture = try PictureFile.decode(file)
        let decoded = clock.now
        guard try Self.input(picture, encoding).count == 224 * 224 * 3 else { return }
        seconds += start.duration(to: clock.now).inSeconds
        decoding += start.duration(to: decoded).inSeconds
        pictures += 1
      }
    }
  }

  private static func input(_ picture: Pixels, _ encoding: PictureEncoding) throws -> [Float] {
    try encoding.samples([picture])[0]
  }

  var text: String {
    let all = (seconds / Double(pictures) * 1e3).text(decimals: 2)
    let part = (decoding / Double(pictures) * 1e3).text(decimals: 2)
    return "pictures: \(all) ms each, \(part) ms of them decoding (\(pictures) pictures, 1 thread)"
  }
}
