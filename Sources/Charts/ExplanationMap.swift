package import Datasets

/// An image under the regions that decide its answer: orange where a region speaks for the answer, blue
/// where it speaks against it, the stronger the more.
package struct ExplanationMap {
  package let bitmap: PNGBitmap

  /// The longer side has at least so many pixels, so that a small image is more than a stamp.
  private static let leastSide = 112
  /// The strongest region covers so much of the image below.
  private static let most = 0.7
  private static let (against, supporting) = ([0.0, 77, 153], [230.0, 97, 1])

  /// - Parameters:
  ///   - regions: rows of contributions over the image; nil gives no map.
  ///   - input: the image, preprocessed.
  ///   - images: how columns that are pixels are drawn; nil draws images alone.
  /// - Returns: nil for inputs that are no images.
  package init?(
    _ regions: [[Double]]?, of input: [Float], _ preprocessing: Preprocessing,
    images: InputImages? = nil
  ) {
    guard let regions, let first = regions.first, !first.isEmpty,
      let images = images
        ?? (preprocessing.regionGrid == nil ? nil : InputImages(preprocessing))
    else { return nil }
    let (height, width) = (images.height, images.width)
    let pixels = images.pixels(of: input)
    let strongest = max(regions.joined().map(\.magnitude).max() ?? 0, .leastNormalMagnitude)
    let factor = max(1, (Self.leastSide + max(height, width) - 1) / max(height, width))
    let side = preprocessing.regionSide
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * height * width * factor * factor)
    for y in 0..<height * factor {
      for x in 0..<width * factor {
        let (row, column) = (y / factor, x / factor)
        let share = regions[row / side][column / side] / strongest
        let colour = share > 0 ? Self.supporting : Self.against
        let cover = share.magnitude * Self.most
        for channel in 0..<3 {
          let own = Double(pixels[(row * width + column) * 3 + channel])
          bytes.append(UInt8((own * (1 - cover) + colour[channel] * cover).rounded()))
        }
      }
    }
    bitmap = PNGBitmap(width: width * factor, height: height * factor, redGreenBlue: bytes)
  }
}
