public import Engine
import Formatting

/// Small images side by side: first-layer weights, feature maps, inputs.
public struct ImageGrid: Sendable {
  /// One image.
  public struct Tile: Sendable {
    public var name: String
    public var image: PNGBitmap
    /// Which numbers it shows, for a script that frames one of them; nil where nobody asks.
    package var numbers: Numbers?

    /// An image with a name below.
    public init(name: String, _ image: PNGBitmap) {
      self.name = name
      self.image = image
    }
  }

  /// Which numbers a tile shows.
  package struct Numbers: Sendable {
    /// Their letters with the layer, such as `z⁽¹⁾` and `a⁽¹⁾`.
    package var symbols: [String]
    /// Counted from 1; nil for a tile of all channels.
    package var channel: Int?
    package var rows, columns: Int
    /// Which of the batch, counted from 1, where symbols say so.
    package var example: Int?

    package init(
      symbols: [String], channel: Int?, rows: Int, columns: Int, example: Int? = nil
    ) {
      (self.symbols, self.channel, self.example) = (symbols, channel, example)
      (self.rows, self.columns) = (rows, columns)
    }

  }

  public var title: String
  public var tiles: [Tile]
  public var description: String
  /// How wide a tile is drawn.
  public var tileWidth: Double

  /// Images of one size.
  public init(title: String, tiles: [Tile], description: String, tileWidth: Double = 52) {
    self.title = title
    self.tiles = tiles
    self.description = description
    self.tileWidth = tileWidth
  }

  /// The weights from an image to each of the first units: orange where a bright pixel pushes the
  /// unit up, blue where it pushes it down. All tiles share one range, so that they can be compared.
  ///
  /// - Parameters:
  ///   - kernel: of shape [pixels, units], or [height, width, channels, units].
  ///   - height: of the image.
  ///   - width: of the image.
  ///   - limit: the most tiles.
  /// - Returns: nil when the kernel does not belong to such an image.
  public init?(weights kernel: Tensor, height: Int, width: Int, limit: Int = 24) {
    let extents = kernel.shape.extents
    guard let units = extents.last, units > 0, height > 0, width > 0 else { return nil }
    let inputs = kernel.shape.count / units
    guard inputs % (height * width) == 0, inputs > 0 else { return nil }
    let channels = inputs / (height * width)
    let largest = kernel.values.lazy.filter(\.isFinite).map(\.magnitude).max() ?? 0
    let scale = largest > 0 ? Double(largest) : 1
    let tiles = (0..<min(units, limit)).map { unit in
      let shares = (0..<height * width).map { pixel in
        // Channels are shown together, as their mean.
        let sum = (0..<channels).reduce(0.0) {
          $0 + Double(kernel.values[(pixel * channels + $1) * units + unit])
        }
        return 0.5 + sum / Double(channels) / scale / 2
      }
      return Tile(name: "\(unit + 1)", Self.image(shares, width, height, .diverging))
    }
    self.init(
      title: "First-layer weights, \(tiles.count) of \(units) units", tiles: tiles,
      description: "For each unit an image of its \(height) × \(width) weights, from "
        + "\((-scale).brief) (blue) over 0 (light grey) to \(scale.brief) (orange).")
  }

  /// The channels of one layer's output for one image, each from its lowest (black) to its highest
  /// value (white).
  ///
  /// - Parameter output: of shape [height, width, channels].
  /// - Returns: nil for another shape.
  public init?(featureMaps output: Tensor, layer: String, limit: Int = 24) {
    let extents = output.shape.extents
    guard extents.count == 3, output.shape.count > 0 else { return nil }
    let (height, width, channels) = (extents[0], extents[1], extents[2])
    let tiles = (0..<min(channels, limit)).map { channel in
      let values = (0..<height * width).map { Double(output.values[$0 * channels + channel]) }
      return Tile(name: "\(channel + 1)", Self.image(values.asShares, width, height, .grey))
    }
    self.init(
      title: "Feature maps of \(layer.shortened(to: 24)), \(tiles.count) of \(channels)",
      tiles: tiles,
      description: "What each channel of the layer makes of one image, \(height) × \(width); "
        + "white is its highest value, black its lowest.")
  }

  private static func image(
    _ shares: [Double], _ width: Int, _ height: Int, _ palette: PNGBitmap.Palette
  ) -> PNGBitmap {
    let small = PNGBitmap.averaged(shares, width: width, height: height)
    return PNGBitmap(
      width: small.width, height: small.height, shares: small.shares, palette: palette)
  }

  /// The drawing.
  public var figure: Figure {
    let gap = 6.0
    let columns = max(1, Int((Figure.usualWidth - 16 + gap) / (tileWidth + gap)))
    var markup = Markup()
    markup.label(title, x: 8, y: 17, "strong")
    var y = 28.0
    for start in stride(from: 0, to: tiles.count, by: columns) {
      let row = tiles[start..<min(start + columns, tiles.count)]
      let height = row.map { tileHeight($0) }.max() ?? 0
      for (place, tile) in row.enumerated() {
        let x = 8 + Double(place) * (tileWidth + gap)
        draw(tile, x, y, in: &markup)
        markup.label(
          tile.name.shortened(to: Int(tileWidth / 6)), x: x + tileWidth / 2, y: y + height + 12,
          "soft small", anchor: "middle")
      }
      y += height + 18
    }
    return Figure(title: title, description: description, height: y, content: markup)
  }

  private func tileHeight(_ tile: Tile) -> Double {
    tileWidth * Double(tile.image.height) / Double(max(1, tile.image.width))
  }

  private func draw(_ tile: Tile, _ x: Double, _ y: Double, in markup: inout Markup) {
    let height = tileHeight(tile)
    let numbers = tile.numbers
    markup.add(
      "image",
      [
        "x": x, "y": y, "width": tileWidth, "height": height, "preserveAspectRatio": "none",
        "href": tile.image.dataAddress,
        "data-pixels": numbers?.symbols.joined(separator: " ") ?? "",
        "data-channel": numbers?.channel.map { "\($0)" } ?? "",
        "data-example": numbers?.example.map { "\($0)" } ?? "",
        "data-rows": numbers.map { "\($0.rows)" } ?? "",
        "data-columns": numbers.map { "\($0.columns)" } ?? "",
      ])
    markup.add("rect", ["x": x, "y": y, "width": tileWidth, "height": height, "class": "box"])
  }
}

extension [Double] {
  /// From 0 for the lowest to 1 for the highest finite value; all 0 when there is no difference.
  var asShares: [Double] {
    let finite = filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), high > low else {
      return map { _ in 0 }
    }
    return map { ($0 - low) / (high - low) }
  }
}
