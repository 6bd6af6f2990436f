package import Engine
import Formatting

/// How an image of any size becomes the inputs of a network. Stored with the model, so that every
/// later image is treated alike.
package struct ImagePreprocessing: Codable, Sendable, Equatable {
  /// Rows of the input.
  package let height: Int
  /// Pixels of a row.
  package let width: Int
  /// 1 for grey, 3 for red, green, blue.
  package let channels: Int
  /// How images are brought to that size.
  package let resampling: Resampling
  /// What happens to other ratios of the sides.
  package let fit: ImageOptions.Fit
  /// What the levels become.
  package let scaling: LevelScaling
  /// The column of a table that names the images; nil for images of a folder.
  package var column: String?
  /// Further columns of that table, whose inputs stand behind the image's; nil for none.
  package var besides: [EncodedColumn]?

  /// Everything decided.
  package init(
    height: Int, width: Int, channels: Int, resampling: Resampling = .bilinear,
    fit: ImageOptions.Fit = .crop,
    scaling: LevelScaling
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.resampling = resampling
    self.fit = fit
    self.scaling = scaling
  }

  /// Whether levels have 16 bits.
  package var isDeep: Bool { scaling.isDeep }

  /// Bytes of an image in the input's size, channels and depth.
  package var byteCount: Int { height * width * channels * (isDeep ? 2 : 1) }

  /// The same with other numbers for the levels.
  func scaled(_ scaling: LevelScaling) -> ImagePreprocessing {
    var scaled = ImagePreprocessing(
      height: height, width: width, channels: channels, resampling: resampling, fit: fit,
      scaling: scaling)
    (scaled.column, scaled.besides) = (column, besides)
    return scaled
  }

  /// Whether images were read as these inputs ask.
  func fits(_ images: ImageDataset) -> Bool {
    var own = scaled(images.encoding.scaling)
    (own.column, own.besides) = (nil, nil)
    return own == images.encoding && isDeep == images.encoding.isDeep
  }

  /// Height × width × channels.
  package var shape: TensorShape {
    get throws { try TensorShape(checking: [height, width, channels], at: "image size") }
  }

  /// The image in the input's size, channels and depth, each level as one byte or two.
  package func bytes(of image: DecodedImage) -> [UInt8] {
    let intake = ImageIntake(
      self, height: image.height, width: image.width, channels: image.channels,
      isDeep: image.isDeep)
    let length = image.stored.count / image.height
    image.stored.withUnsafeBytes { stored in
      for row in 0..<image.height { intake.take(row: row, stored.baseAddress! + row * length) }
    }
    return intake.finish()
  }

  /// Examples of several images.
  package func samples(_ images: [DecodedImage]) throws -> Examples {
    try samples(bytes: images.map(bytes))
  }

  /// Examples of images that are in the input's size, channels and depth already.
  package func samples(bytes: [[UInt8]]) throws -> Examples {
    let rows = ImagesInMemory(bytes.count, length: byteCount)
    for (row, image) in bytes.enumerated() { rows.set(row, to: image) }
    return Examples(shape: try shape, count: bytes.count, rows: rows, scaling)
  }

  var summary: String {
    "images: \(height) × \(width), \(channels == 1 ? "grey" : "colour"), \(resampling.rawValue), "
      + "\(fit.rawValue); "
      + (scaling.deepRange.map { "16 bits, \($0[0]) to \($0[1]), level" } ?? "byte")
      + " · \(listText(scaling.scales.map(Double.init))) + "
      + listText(scaling.offsets.map(Double.init))
  }

  func validate() throws {
    let isGood =
      (1...Self.largestSide).contains(height) && (1...Self.largestSide).contains(width)
      && [1, 3].contains(channels)
    guard isGood else {
      throw Problem.data(
        "preprocessing of images", expected: "a size, 1 or 3 channels",
        found: "\(height) × \(width) × \(channels)",
        fix: "the model file is damaged; train again")
    }
    try scaling.validate(channels: channels)
  }

  /// The largest side of an input, in pixels.
  package static let largestSide = 4096
}
