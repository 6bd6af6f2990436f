import Engine
import Formatting

/// The loss over two weights, or over two directions of all weights, with the path that training
/// walked: a heat map with contour lines.
public struct LossLandscape: Sendable {
  public let title: String
  public let xTitle: String
  public let yTitle: String
  /// Places along x, evenly spaced, at least 2.
  public let x: ClosedRange<Double>
  public let y: ClosedRange<Double>
  public let columns: Int
  public let rows: Int
  /// The loss at each place, row by row from the lowest y.
  public let losses: [Double]
  /// The places walked through, from first to last.
  public let path: [(x: Double, y: Double)]
  /// What is shown, in the middle of a sentence.
  package var quantity = "loss"

  /// Computes the loss at each place of a grid.
  ///
  /// - Parameters:
  ///   - x: the range shown; widened to hold the path.
  ///   - y: the same upwards.
  ///   - side: places along each axis, at least 2.
  ///   - loss: may be infinite or not a number far outside; such places stay empty.
  /// - Throws: what `loss` throws.
  public init(
    title: String = "Loss landscape", xTitle: String, yTitle: String, x: ClosedRange<Double>,
    y: ClosedRange<Double>, side: Int = 49, path: [(x: Double, y: Double)] = [],
    loss: (_ x: Double, _ y: Double) throws -> Double
  ) rethrows {
    precondition(side >= 2, "at least 2 places along each axis")
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.path = path.filter { $0.x.isFinite && $0.y.isFinite }
    let wide = Self.widened(x, self.path.map(\.x))
    let high = Self.widened(y, self.path.map(\.y))
    (self.x, self.y) = (wide, high)
    columns = side
    rows = side
    func place(_ number: Int, _ range: ClosedRange<Double>) -> Double {
      range.lowerBound + Double(number) / Double(side - 1) * (range.upperBound - range.lowerBound)
    }
    losses = try (0..<side * side).map {
      try loss(place($0 % side, wide), place($0 / side, high))
    }
  }

  /// Of losses that are known already, over a range that holds the path.
  package init(
    title: String, xTitle: String, yTitle: String, x: ClosedRange<Double>, y: ClosedRange<Double>,
    side: Int, losses: [Double], path: [(x: Double, y: Double)]
  ) {
    (self.title, self.xTitle, self.yTitle, self.x, self.y) = (title, xTitle, yTitle, x, y)
    (columns, rows, self.losses) = (side, side, losses)
    self.path = path.filter { $0.x.isFinite && $0.y.isFinite }
  }

  private static func widened(
    _ range: ClosedRange<Double>, _ values: [Double]
  ) -> ClosedRange<Double> {
    let low = min(range.lowerBound, values.min() ?? range.lowerBound)
    let high = max(range.upperBound, values.max() ?? range.upperBound)
    return low < high ? low...high : low - 1...high + 1
  }

  /// From 0 for the lowest to 1 for the highest loss. Losses grow steeply away from a minimum, so
  /// the colour follows the rank: as much of the area is dark as is pale.
  var shades: [Double] {
    let sorted = losses.filter(\.isFinite).sorted()
    guard sorted.count > 1 else { return losses.map { _ in 0 } }
    return losses.map { loss in
      guard loss.isFinite else { return 1 }
      return Double(Self.count(below: loss, in: sorted)) / Double(sorted.count - 1)
    }
  }

  private static func count(below value: Double, in sorted: [Double]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Losses whose contour is drawn: at equal shares of the area.
  var levels: [Double] {
    let sorted = losses.filter(\.isFinite).sorted()
    guard let low = sorted.first, let high = sorted.last, low < high else { return [] }
    let levels = (1...9).map { sorted[sorted.count * $0 / 10] }
    return Array(Set(levels)).sorted()
  }

  var frame: PlotFrame {
    PlotFrame(
      x: Scale([x.lowerBound, x.upperBound], isTight: true),
      y: Scale([y.lowerBound, y.upperBound], isTight: true), plotHeight: 260)
  }

  /// The drawing.
  public var figure: Figure {
    let frame = frame
    var markup = Markup()
    frame.draw(title: title, xTitle: xTitle, yTitle: yTitle, in: &markup)
    drawHeatMap(frame, in: &markup)
    for level in levels { drawContour(level, frame, in: &markup) }
    drawPath(frame, in: &markup)
    return Figure(title: title, description: description, height: frame.height, content: markup)
  }

  private func drawHeatMap(_ frame: PlotFrame, in markup: inout Markup) {
    // Pixels are centred on places, so the image reaches half a place beyond the frame; the outermost
    // pixels are cut there.
    let shades = shades
    let flipped = (0..<rows).reversed().flatMap { shades[$0 * columns..<($0 + 1) * columns] }
    let image = PNGBitmap(width: columns, height: rows, shares: flipped, palette: .sequential)
    let (width, height) = (frame.right - frame.left, frame.bottom - frame.top)
    let (halfX, halfY) = (width / Double(columns - 1) / 2, height / Double(rows - 1) / 2)
    markup.group([
      "transform": "translate(\(frame.left.attributeText) \(frame.top.attributeText))"
    ]) { markup in
      markup.text += "<svg width=\"\(width.attributeText)\" height=\"\(height.attributeText)\">\n"
      markup.add(
        "image",
        [
          "x": -halfX, "y": -halfY, "width": width + 2 * halfX, "height": height + 2 * halfY,
          "preserveAspectRatio": "none", "style": "opacity:.8;image-rendering:auto",
          "href": image.dataAddress,
        ])
      markup.text += "</svg>\n"
    }
  }

  /// Marching squares: in each square of four places the line crosses the sides between a place
  /// below and one above the level, at the linear share.
  func segments(at level: Double) -> [(from: (x: Double, y: Double), to: (x: Double, y: Double))] {
    var found: [(from: (x: Double, y: Double), to: (x: Double, y: Double))] = []
    for row in 0..<rows - 1 {
      for column in 0..<columns - 1 {
        let corners = [(0, 0), (1, 0), (1, 1), (0, 1)].map { dx, dy in
          (
            x: Double(column + dx), y: Double(row + dy),
            loss: losses[(row + dy) * columns + column + dx]
          )
        }
        guard corners.allSatisfy(\.loss.isFinite) else { continue }
        var crossings: [(x: Double, y: Double)] = []
        for side in 0..<4 {
          let (a, b) = (corners[side], corners[(side + 1) % 4])
          guard (a.loss < level) != (b.loss < level) else { continue }
          let share = (level - a.loss) / (b.loss - a.loss)
          crossings.append((a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)))
        }
        for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
          found.append((crossings[pair], crossings[pair + 1]))
        }
      }
    }
    return found
  }

  private func drawContour(_ level: Double, _ frame: PlotFrame, in markup: inout Markup) {
    func text(_ place: (x: Double, y: Double)) -> String {
      let x = frame.left + place.x / Double(columns - 1) * (frame.right - frame.left)
      let y = frame.bottom - place.y / Double(rows - 1) * (frame.bottom - frame.top)
      return "\(x.trimmed(decimals: 1)) \(y.trimmed(decimals: 1))"
    }
    let path = segments(at: level).map { "M\(text($0.from))L\(text($0.to))" }.joined()
    if !path.isEmpty { markup.add("path", ["d": path, "class": "contour"]) }
  }

  private func drawPath(_ frame: PlotFrame, in markup: inout Markup) {
    guard let first = path.first, let last = path.last else { return }
    let text = LineChart.thinned(path).enumerated().map { number, point in
      let place = frame.place(point)
      return (number == 0 ? "M" : "L") + "\(place.x.attributeText) \(place.y.attributeText)"
    }.joined()
    markup.add("path", ["d": text, "class": "halo"])
    markup.add("path", ["d": text, "class": "curve line1"])
    if path.count <= 60 {
      for point in path.dropFirst().dropLast() {
        let place = frame.place(point)
        markup.add("circle", ["cx": place.x, "cy": place.y, "r": 2.2, "class": "fill1"])
      }
    }
    let start = frame.place(first)
    let end = frame.place(last)
    markup.add("circle", ["cx": start.x, "cy": start.y, "r": 4.5, "class": "unit"])
    DecisionBoundary.sign(3, end.x, end.y, in: &markup)
    // Each name stands on the side away from the path.
    for (name, place, other) in [("start", start, end), ("end", end, start)] {
      let isCramped = place.x < frame.left + 40
      let isRight = place.x > frame.right - 40 || other.x >= place.x && !isCramped
      let x = place.x + (isRight ? -8 : 8)
      markup.add(
        "text",
        [
          "x": x, "y": place.y - 6, "text-anchor": isRight ? "end" : "start",
          "style": "paint-order:stroke;stroke:var(--paper);stroke-width:3px",
        ], text: name)
    }
  }

  private var description: String {
    let finite = losses.filter(\.isFinite)
    var text =
      "The \(quantity) over \(xTitle) and \(yTitle), from \((finite.min() ?? 0).brief) (pale) to "
      + "\((finite.max() ?? 0).brief) (dark)."
    if let first = path.first, let last = path.last {
      text +=
        " The path goes from (\(first.x.brief), \(first.y.brief)) to (\(last.x.brief), "
        + "\(last.y.brief)) in \(path.count - 1) steps."
    }
    return text
  }
}
