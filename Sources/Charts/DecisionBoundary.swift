import Engine
import Formatting

/// What a model with two inputs answers everywhere between them, and the examples it learned from.
///
/// Each class has a colour and a sign of its own; the area is paler where the model is less sure.
public struct DecisionBoundary: Sendable {
  /// An example.
  public struct Point: Sendable {
    public var x: Double
    public var y: Double
    /// Its true class.
    public var label: Int

    /// An example of a class at a place.
    public init(x: Double, y: Double, label: Int) {
      self.x = x
      self.y = y
      self.label = label
    }
  }

  public let labels: [String]
  public let points: [Point]
  public let xTitle: String
  public let yTitle: String
  /// Cells along each side of the area.
  public let side: Int
  let x: Scale
  let y: Scale
  /// Class and its probability for each cell, the top row first.
  private let cells: [(label: Int, probability: Double)]

  /// Asks a model for each cell's middle.
  ///
  /// - Parameters:
  ///   - labels: the classes, at most 6 with a colour of their own.
  ///   - answer: the probability of each class for a list of places.
  /// - Throws: what `answer` throws.
  public init(
    labels: [String], points: [Point], xTitle: String, yTitle: String, side: Int = 80,
    answer: ([(x: Double, y: Double)]) throws -> [[Double]]
  ) rethrows {
    self.labels = labels
    self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.side = side
    let (x, y) = (Scale(self.points.map(\.x)), Scale(self.points.map(\.y)))
    (self.x, self.y) = (x, y)
    func middle(_ cell: Int, _ scale: Scale) -> Double {
      scale.low + (Double(cell) + 0.5) / Double(side) * (scale.high - scale.low)
    }
    let places = (0..<side * side).map { cell in
      (x: middle(cell % side, x), y: middle(side - 1 - cell / side, y))
    }
    cells = try answer(places).map { shares in
      let best = shares.indices.max { shares[$0] < shares[$1] } ?? 0
      return (best, shares.isEmpty ? 0 : shares[best])
    }
  }

  private static let colours = FigureStyle.series.map { colour in
    [colour.light >> 16, colour.light >> 8 & 255, colour.light & 255].map(Double.init)
  }
  private static let steps = 16

  private var image: PNGBitmap {
    let colours = Self.colours.flatMap { colour in
      (0..<Self.steps).map { step -> [UInt8] in
        let strength = 0.08 + 0.55 * Double(step) / Double(Self.steps - 1)
        return colour.map { UInt8((255 + ($0 - 255) * strength).rounded()) }
      }
    }
    let even = 1 / Double(max(2, labels.count))
    let indices = cells.map { label, probability in
      let sureness = min(1, max(0, (probability - even) / (1 - even)))
      let step = Int((sureness * Double(Self.steps - 1)).rounded())
      return UInt8(label % Self.colours.count * Self.steps + step)
    }
    return PNGBitmap(width: side, height: side, indices: indices, colours: colours)
  }

  var frame: PlotFrame {
    PlotFrame(
      x: x, y: y,
      legend: labels.prefix(FigureStyle.series.count).map {
        .init(name: $0.shortened(to: 20))
      }, plotHeight: 250)
  }

  /// The drawing.
  public var figure: Figure {
    let frame = frame
    var markup = Markup()
    frame.draw(
      title: "Decision boundary", xTitle: xTitle, yTitle: yTitle, in: &markup,
      legendSign: { entry, x, y, markup in Self.sign(entry, x + 11, y, in: &markup) })
    markup.add(
      "image",
      [
        "x": frame.left, "y": frame.top, "width": frame.right - frame.left,
        "height": frame.bottom - frame.top, "preserveAspectRatio": "none", "class": "tint",
        "href": image.dataAddress,
      ])
    for point in points.prefix(1500) {
      let place = frame.place((point.x, point.y))
      Self.sign(point.label, place.x, place.y, in: &markup)
    }
    return Figure(
      title: "Decision boundary", description: description, height: frame.height, content: markup)
  }

  /// Circle, square, triangle, diamond, plus, cross.
  static func sign(_ label: Int, _ x: Double, _ y: Double, in markup: inout Markup) {
    let look = label % FigureStyle.series.count
    func path(_ text: String) {
      markup.add(
        "path",
        [
          "d": text, "transform": "translate(\(x.attributeText) \(y.attributeText))",
          "class": look < 4 ? "fill\(look)" : "curve line\(look)",
          "style": look < 4 ? "stroke:var(--paper);stroke-width:.8" : "",
        ])
    }
    switch look {
    case 0: path("M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z")
    case 1: path("M-3.3 -3.3h6.6v6.6h-6.6z")
    case 2: path("M0 -4.2L4 3.2H-4z")
    case 3: path("M0 -4.6L4.6 0L0 4.6L-4.6 0z")
    case 4: path("M-4 0H4M0 -4V4")
    default: path("M-3.2 -3.2L3.2 3.2M-3.2 3.2L3.2 -3.2")
    }
  }

  private var description: String {
    let shares = labels.indices.map { label in
      Double(cells.count { $0.label == label }) / Double(max(1, cells.count))
    }
    return
      "The answer for each \(xTitle) from \(x.low.brief) to \(x.high.brief) and each \(yTitle) "
      + "from \(y.low.brief) to \(y.high.brief): "
      + zip(labels, shares).map { "\($0) on \(($1 * 100).brief) % of the area" }
      .joined(separator: ", ") + ". \(points.count) examples are drawn."
  }
}
