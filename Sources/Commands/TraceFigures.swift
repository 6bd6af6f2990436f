import Charts
import Glassbox

/// Draws the images of a trace.
struct TraceFigures {
  /// Nil where inputs were numbers from the beginning.
  let preprocessing: Preprocessing?
  private static let mostTiles = 16

  /// A part of the page; nil for what is no image.
  func html(_ image: Trace.LayerImage) -> String? {
    guard let grid = grid(image) else { return nil }
    let name = [image.layer ?? "input", image.section].compactMap(\.self).joined(separator: "-in-")
      .filter { $0.isLetter || $0.isNumber || "_-".contains($0) }
    return grid.figure.html("\(name)-\(grid.title.first ?? "i")", caption: grid.description)
  }

  private func grid(_ image: Trace.LayerImage) -> ImageGrid? {
    func numbered(_ grid: ImageGrid?, _ rows: Int, _ columns: Int, of channels: Bool = true)
      -> ImageGrid?
    {
      guard var grid else { return nil }
      for place in grid.tiles.indices {
        grid.tiles[place].numbers = ImageGrid.Numbers(
          symbols: image.symbols, channel: channels ? place + 1 : nil, rows: rows,
          columns: columns, example: image.example)
      }
      return grid
    }
    switch image.image {
    case .input(let numbers):
      guard let images = preprocessing.flatMap(InputImages.init) else { return nil }
      let grid = ImageGrid(
        title: "The image", tiles: [.init(name: "", images.image(of: numbers))],
        description: "The input as an image, \(images.height) × \(images.width).",
        // Larger where a window moves over it.
        tileWidth: image.section == nil ? 104 : 208)
      return numbered(grid, images.height, images.width, of: false)
    case .kernel(let kernel):
      var grid = ImageGrid(
        weights: kernel, height: kernel.shape[0], width: kernel.shape[1], limit: Self.mostTiles)
      let count = grid?.tiles.count ?? 0
      grid?.title = "Kernels of \(image.layer ?? ""), \(count) of \(kernel.shape[3])"
      return numbered(grid, kernel.shape[0], kernel.shape[1])
    case .maps(let maps):
      let grid = ImageGrid(featureMaps: maps, layer: image.layer ?? "", limit: Self.mostTiles)
      return numbered(grid, maps.shape[0], maps.shape[1])
    }
  }
}
