import Datasets
import Engine
public import Training

/// Training images as the network sees them, a row for each class, each image followed by variants
/// of it as later epochs will see them.
public struct ContactSheet: Sendable {
  /// The drawing.
  public let image: PNGBitmap
  /// The class of each row.
  public let rows: [String]

  /// Variants of an image that are shown where nobody says how many.
  public static let usualVariants = 5
  /// The same for the images of a class.
  /// - Parameter isVaried: whether variants follow each.
  public static func usualImages(isVaried: Bool) -> Int { isVaried ? 2 : 12 }

  private static let gap = 3
  /// Smaller images are drawn larger, each pixel as a square.
  private static let leastSide = 56
  private static let mostRows = 40

  /// - Parameters:
  ///   - images: of each class, the first ones of the training part; fewer where a class has fewer.
  ///   - variants: of each image, those of the epochs from 1 on.
  ///   - seed: of the run whose variants are shown.
  /// - Throws: `Problem` when the data are no images.
  public init(_ data: PreparedData, images: Int, variants: Int, seed: UInt64) throws {
    guard let drawing = InputImages(data.preprocessing), data.preprocessing.imageShape != nil else {
      throw Problem.data(
        "data", expected: "images", found: "a table",
        fix: "name a folder with a folder of images for each class")
    }
    let train = data.train
    var places = [[Int]](repeating: [], count: data.preprocessing.classes.count)
    for place in 0..<train.count {
      let label = Int(train.targets[place][0])
      if places[label].count < images { places[label].append(place) }
    }
    let shown = places.indices.prefix(Self.mostRows)
    let tiles = shown.map { label in
      places[label].flatMap { place in
        [drawing.pixels(of: train.inputs[place])]
          + (0..<variants).map {
            drawing.pixels(of: train.variedInput(place, seed: seed, epoch: $0))
          }
      }
    }
    try train.inputs.check()
    rows = shown.map { data.preprocessing.classes[$0] }
    image = Self.drawn(tiles, drawing.height, drawing.width)
  }

  /// White between the tiles.
  private static func drawn(_ tiles: [[[UInt8]]], _ height: Int, _ width: Int) -> PNGBitmap {
    let factor = max(1, (leastSide + max(height, width) - 1) / max(height, width))
    let (tileHeight, tileWidth) = (height * factor + gap, width * factor + gap)
    let columns = tiles.map(\.count).max() ?? 0
    let (sheetHeight, sheetWidth) = (tiles.count * tileHeight + gap, columns * tileWidth + gap)
    var bytes = [UInt8](repeating: 255, count: 3 * sheetHeight * sheetWidth)
    for (row, line) in tiles.enumerated() {
      for (column, tile) in line.enumerated() {
        let (top, left) = (gap + row * tileHeight, gap + column * tileWidth)
        for y in 0..<height * factor {
          for x in 0..<width * factor {
            let from = 3 * (y / factor * width + x / factor)
            let to = 3 * ((top + y) * sheetWidth + left + x)
            for channel in 0..<3 { bytes[to + channel] = tile[from + channel] }
          }
        }
      }
    }
    return PNGBitmap(width: sheetWidth, height: sheetHeight, redGreenBlue: bytes)
  }
}
