import Formatting

/// One property of many things against a result, a point for each.
package struct SliceChart: Sendable, Hashable, Encodable {
  package struct Point: Sendable, Hashable, Encodable {
    /// The number, or the place of the name from 0.
    package let x: Double
    package let y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
  }

  package let title: String
  package let xTitle: String
  package let yTitle: String
  package let xKind: Scale.Kind
  package let yKind: Scale.Kind
  /// Instead of numbers along the horizontal axis; none for numbers.
  package let names: [String]
  package let points: [Point]
  /// One that is marked.
  package let best: Point?

  private enum CodingKeys: String, CodingKey {
    case title, names, points, best
    case xTitle = "x_title"
    case yTitle = "y_title"
    case xKind = "x_kind"
    case yKind = "y_kind"
  }

  /// - Parameter points: those that are not finite are left out.
  package init(
    title: String, points: [Point], best: Point? = nil, xTitle: String, yTitle: String,
    xKind: Scale.Kind = .linear, yKind: Scale.Kind = .linear, names: [String] = []
  ) {
    (self.title, self.xTitle, self.yTitle, self.names) = (title, xTitle, yTitle, names)
    (self.xKind, self.yKind, self.best) = (xKind, yKind, best)
    self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
  }

  var frame: PlotFrame {
    PlotFrame(
      x: names.isEmpty ? Scale(points.map(\.x), kind: xKind) : Scale(names: names),
      y: Scale(points.map(\.y), kind: yKind), plotHeight: 120)
  }

  /// The drawing.
  package var figure: Figure {
    let frame = frame
    var markup = Markup()
    frame.draw(title: title, xTitle: xTitle, yTitle: yTitle, in: &markup)
    markup.group(["class": "fill0", "fill-opacity": points.count > 100 ? 0.4 : 0.65]) { markup in
      for (number, point) in points.enumerated() where point != best {
        let place = frame.place((aside(point.x, number), point.y))
        markup.add("circle", ["cx": place.x, "cy": place.y, "r": points.count > 100 ? 2.2 : 3])
      }
    }
    if let best {
      let place = frame.place((best.x, best.y))
      markup.add("circle", ["cx": place.x, "cy": place.y, "r": 4.5, "class": "fill1"])
    }
    return Figure(title: title, description: description, height: frame.height, content: markup)
  }

  /// Things of the same name stand beside each other, not on top: by the golden ratio, so that no two meet.
  private func aside(_ x: Double, _ number: Int) -> Double {
    guard !names.isEmpty else { return x }
    let turn = Double(number) * 0.6180339887498949
    return x + (turn - turn.rounded(.down) - 0.5) * 0.5
  }

  private var description: String {
    var text = "\(points.count) points of \(yTitle) over \(xTitle)."
    if let best {
      let x = names.isEmpty ? best.x.brief : names[min(names.count - 1, max(0, Int(best.x)))]
      text += " Marked: \(best.y.brief) at \(x)."
    }
    return text
  }
}
