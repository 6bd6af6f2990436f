import Formatting

/// Many curves over a common axis, told apart by what became of them, not by their names.
package struct CurveBundle: Sendable, Hashable, Encodable {
  package enum Kind: String, Sendable, Hashable, Encodable, CaseIterable {
    case best, whole, cut

    /// Of the figures' style.
    fileprivate var look: Int {
      switch self {
      case .best: 1
      case .whole: 0
      case .cut: 5
      }
    }

    /// Only what was cut is dashed.
    fileprivate var style: String {
      self == .cut ? PlotFrame.lineStyle(look) : "curve line\(look)"
    }
  }

  package struct Curve: Sendable, Hashable, Encodable {
    package let kind: Kind
    /// From left to right.
    package let points: [LineChart.Point]

    package init(_ kind: Kind, _ points: [LineChart.Point]) {
      (self.kind, self.points) = (kind, points.filter { $0.x.isFinite && $0.y.isFinite })
    }
  }

  package let title: String
  package let xTitle: String
  package let yTitle: String
  package let yKind: Scale.Kind
  package let curves: [Curve]
  /// What each kind is called.
  package let names: [String: String]

  private enum CodingKeys: String, CodingKey {
    case title, curves, names
    case xTitle = "x_title"
    case yTitle = "y_title"
    case yKind = "y_kind"
  }

  /// - Parameter curves: those without a point are left out.
  package init(
    title: String, curves: [Curve], names: [Kind: String], xTitle: String, yTitle: String,
    yKind: Scale.Kind = .linear
  ) {
    (self.title, self.xTitle, self.yTitle, self.yKind) = (title, xTitle, yTitle, yKind)
    self.curves = curves.filter { !$0.points.isEmpty }
    self.names = Dictionary(uniqueKeysWithValues: names.map { ($0.key.rawValue, $0.value) })
  }

  private var kinds: [Kind] { Kind.allCases.filter { kind in curves.contains { $0.kind == kind } } }

  /// The drawing.
  package var figure: Figure {
    let points = curves.flatMap(\.points)
    let frame = PlotFrame(
      x: Scale(points.map(\.x), isTight: true, isWhole: true, tickCount: 6),
      y: Scale(points.map(\.y), kind: yKind),
      legend: kinds.map { .init(name: names[$0.rawValue] ?? $0.rawValue, look: $0.look) })
    var markup = Markup()
    let kinds = kinds
    frame.draw(title: title, xTitle: xTitle, yTitle: yTitle, in: &markup) { entry, x, y, markup in
      markup.line((x, y), (x + 22, y), kinds[entry].style)
    }
    // The best lies on top, what was cut at the bottom.
    for kind in Kind.allCases.reversed() {
      for curve in curves where curve.kind == kind { draw(curve, frame, in: &markup) }
    }
    return Figure(title: title, description: description, height: frame.height, content: markup)
  }

  private func draw(_ curve: Curve, _ frame: PlotFrame, in markup: inout Markup) {
    let path = LineChart.thinned(curve.points.map { ($0.x, $0.y) }, to: 60).enumerated().map {
      number, point in
      let place = frame.place(point)
      return (number == 0 ? "M" : "L") + place.x.trimmed(decimals: 1) + " "
        + place.y.trimmed(decimals: 1)
    }.joined()
    let isBest = curve.kind == .best
    markup.add(
      "path",
      [
        "d": path, "class": curve.kind.style,
        "stroke-opacity": isBest ? 1 : curve.kind == .whole ? 0.5 : 0.35,
        "style": isBest ? "" : "stroke-width:1",
      ])
    if curve.points.count == 1 {
      let place = frame.place((curve.points[0].x, curve.points[0].y))
      markup.add(
        "circle", ["cx": place.x, "cy": place.y, "r": 2, "class": "fill\(curve.kind.look)"])
    }
  }

  private var description: String {
    let counts = kinds.map { kind in
      let ends = curves.filter { $0.kind == kind }.map { $0.points.last!.y }
      return "\(names[kind.rawValue] ?? kind.rawValue): \(ends.count), ending from "
        + "\((ends.min() ?? 0).brief) to \((ends.max() ?? 0).brief)."
    }
    return "Curves of \(yTitle) over \(xTitle). " + counts.joined(separator: " ")
  }
}
