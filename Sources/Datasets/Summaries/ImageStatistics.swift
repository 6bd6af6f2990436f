import Engine

/// Brightness, contrast and sharpness of preprocessed images.
package struct ImageStatistics {
  private let height: Int
  private let width: Int
  private let channels: Int
  private let scaling: LevelScaling

  /// - Returns: nil for preprocessing of other inputs.
  package init?(_ preprocessing: Preprocessing) {
    switch preprocessing.inputs {
    case .byteImages(_, let scale, let offset): scaling = LevelScaling(scale: scale, offset: offset)
    case .images(let encoding): scaling = encoding.scaling
    case .columns, .sequence: return nil
    }
    guard let shape = preprocessing.imageShape else { return nil }
    channels = shape.rank == 3 ? shape[2] : 1
    (height, width) = (shape[0], shape.rank >= 2 ? shape[1] : 1)
  }

  /// - Returns: nil for no images.
  func summary(of images: some Sequence<[Float]>) -> ImageSummary? {
    var (bright, contrast, sharp): ([Double], [Double], [Double]) = ([], [], [])
    for image in images {
      let measured = measure(image)
      bright.append(measured.brightness)
      contrast.append(measured.contrast)
      sharp.append(measured.sharpness)
    }
    return ImageSummary(brightness: bright, contrast: contrast, sharpness: sharp)
  }

  /// What ``ImageSummary`` says of many images, of one, and whatever stands behind it.
  package func measure(
    _ image: [Float]
  ) -> (brightness: Double, contrast: Double, sharpness: Double) {
    let shares = (0..<channels).map { scaling.share(channel: $0) }
    let pixels = image.prefix(height * width * channels).enumerated().map { index, number in
      Double(number) * shares[index % channels].scale + shares[index % channels].offset
    }
    let spread = Spread(pixels)
    let grey = (0..<height * width).map { place in
      (0..<channels).reduce(0.0) { $0 + pixels[place * channels + $1] } / Double(channels)
    }
    return (spread.mean, spread.deviation, sharpness(grey))
  }

  /// The variance of the sum of a pixel's four neighbours minus four times itself.
  private func sharpness(_ grey: [Double]) -> Double {
    guard height > 2, width > 2 else { return 0 }
    var laplacian: [Double] = []
    laplacian.reserveCapacity((height - 2) * (width - 2))
    for row in 1..<height - 1 {
      for column in 1..<width - 1 {
        let place = row * width + column
        laplacian.append(
          grey[place - width] + grey[place + width] + grey[place - 1] + grey[place + 1]
            - 4 * grey[place])
      }
    }
    let deviation = Spread(laplacian).deviation
    return deviation * deviation
  }
}
