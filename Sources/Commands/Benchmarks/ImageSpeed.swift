import Codecs
import Formatting
import Glassbox

/// How fast image files become inputs: decoded, brought to 224 × 224, scaled by channel. One
/// thread; the files' bytes are in memory already.
struct ImageSpeed: Encodable {
  private(set) var images = 0
  private(set) var seconds = 0.0
  /// What decoding the same files alone takes.
  private(set) var decoding = 0.0

  /// - Parameters:
  ///   - folder: of image files.
  ///   - least: measured for so many seconds at least.
  init(folder: String, seconds least: Double) throws {
    let files = try ImageFolder.files(below: folder).map { name in
      var source = try FileSource(path: "\(folder)/\(name)")
      return try source.readAll(limit: ImageDecoder.fileLimit)
    }
    // The usual means and deviations of photographs, in bytes.
    let (means, deviations): ([Float], [Float]) = ([124, 116, 104], [58, 57, 57])
    let encoding = ImagePreprocessing(
      height: 224, width: 224, channels: 3, fit: .stretch,
      scaling: LevelScaling(
        scales: deviations.map { 1 / $0 }, offsets: zip(means, deviations).map { -$0 / $1 }))
    for file in files { _ = try Self.input(file, encoding) }
    let clock = ContinuousClock()
    while seconds < least {
      for file in files {
        let start = clock.now
        guard try Self.input(file, encoding).count == 224 * 224 * 3 else { return }
        let made = clock.now
        _ = try ImageFile.decode(file)
        seconds += start.duration(to: made).inSeconds
        decoding += made.duration(to: clock.now).inSeconds
        images += 1
      }
    }
  }

  private static func input(_ file: [UInt8], _ encoding: ImagePreprocessing) throws -> [Float] {
    try encoding.samples(bytes: [ImageFile.input(file, encoding)])[0]
  }

  var text: String {
    let all = (seconds / Double(images) * 1e3).text(decimals: 2)
    let part = (decoding / Double(images) * 1e3).text(decimals: 2)
    return "images: \(all) ms each, \(part) ms decoding alone (\(images) images, 1 thread)"
  }
}
