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
    let name = (image.layer ?? "input").filter { $0.isLetter || $0.isNumber || $0 == "_" }
    return grid.figure.html("\(name)-\(grid.title.first ?? "i")", caption: grid.description)
  }

  private func grid(_ image: Trace.LayerImage) -> ImageGrid? {
    switch image.image {
    case .input(let numbers):
      guard let images = preprocessing.flatMap(InputImages.init) else { return nil }
      return ImageGrid(
        title: "The image", tiles: [.init(name: "", images.image(of: numbers))],
        description: "The input as an image, \(images.height) × \(images.width).", tileWidth: 104)
    case .kernel(let kernel):
      var grid = ImageGrid(
        weights: kernel, height: kernel.shape[0], width: kernel.shape[1], limit: Self.mostTiles)
      let count = grid?.tiles.count ?? 0
      grid?.title = "Kernels of \(image.layer ?? ""), \(count) of \(kernel.shape[3])"
      return grid
    case .maps(let maps):
      return ImageGrid(featureMaps: maps, layer: image.layer ?? "", limit: Self.mostTiles)
    }
  }
}
