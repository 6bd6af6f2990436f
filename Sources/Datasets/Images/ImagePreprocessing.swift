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
  /// What the bytes become.
  package let scaling: ByteScaling

  /// Everything decided.
  package init(
    height: Int, width: Int, channels: Int, resampling: Resampling = .bilinear,
    fit: ImageOptions.Fit = .crop,
    scaling: ByteScaling
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.resampling = resampling
    self.fit = fit
    self.scaling = scaling
  }

  /// The same with other numbers for the bytes.
  func scaled(_ scaling: ByteScaling) -> ImagePreprocessing {
    ImagePreprocessing(
      height: height, width: width, channels: channels, resampling: resampling, fit: fit,
      scaling: scaling)
  }

  /// Height × width × channels.
  package var shape: TensorShape {
    get throws { try TensorShape(checking: [height, width, channels], at: "image size") }
  }

  /// The image in the input's size and channels, as bytes.
  package func bytes(of image: DecodedImage) -> [UInt8] {
    let image = image.converted(toChannels: channels)
    let box =
      fit == .crop ? ImageBox(middleOf: image, height: height, width: width) : nil
    return image.resized(height: height, width: width, resampling, box: box).bytes
  }

  /// Examples of several images.
  package func samples(_ images: [DecodedImage]) throws -> Examples {
    let rows = ImagesInMemory(images.count, length: height * width * channels)
    for (row, image) in images.enumerated() { rows.set(row, to: bytes(of: image)) }
    return Examples(shape: try shape, count: images.count, rows: rows, scaling)
  }

  var summary: String {
    "images: \(height) × \(width), \(channels == 1 ? "grey" : "colour"), \(resampling.rawValue), "
      + "\(fit.rawValue); byte · \(listText(scaling.scales.map(Double.init))) + "
      + listText(scaling.offsets.map(Double.init))
  }

  func validate() throws {
    let isGood =
      (1...Self.largestSide).contains(height) && (1...Self.largestSide).contains(width)
      && [1, 3].contains(channels) && [1, channels].contains(scaling.scales.count)
      && scaling.scales.count == scaling.offsets.count
      && (scaling.scales + scaling.offsets).allSatisfy(\.isFinite)
      && scaling.scales.allSatisfy { $0 != 0 }
    guard isGood else {
      throw Problem.data(
        "preprocessing of images", expected: "a size, 1 or 3 channels, finite numbers",
        found: "\(height) × \(width) × \(channels), \(scaling.scales), \(scaling.offsets)",
        fix: "the model file is damaged; train again")
    }
  }

  /// The largest side of an input, in pixels.
  package static let largestSide = 4096
}
