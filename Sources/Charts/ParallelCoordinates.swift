import Formatting

/// Many things with the same properties, each a line across all axes. The axes lie below each other, so that
/// any number of them fits on a narrow screen; the better a thing, the stronger its line.
package struct ParallelCoordinates: Sendable, Hashable, Encodable {
  package struct Axis: Sendable, Hashable, Encodable {
    package struct Tick: Sendable, Hashable, Encodable {
      /// From 0 at the left end to 1 at the right one.
      package let place: Double
      package let label: String

      package init(_ place: Double, _ label: String) { (self.place, self.label) = (place, label) }
    }

    package let name: String
    package let ticks: [Tick]

    package init(_ name: String, ticks: [Tick]) { (self.name, self.ticks) = (name, ticks) }
  }

  package struct Line: Sendable, Hashable, Encodable {
    /// On each axis from 0 to 1; nil where it has no such property.
    package let places: [Double?]
    /// From 0 for the worst to 1 for the best.
    package let rank: Double

    package init(_ places: [Double?], rank: Double) { (self.places, self.rank) = (places, rank) }
  }

  package let title: String
  package let axes: [Axis]
  package let lines: [Line]

  /// - Parameter lines: the first one of those with the best rank is marked.
  package init(title: String, axes: [Axis], lines: [Line]) {
    (self.title, self.axes, self.lines) = (title, axes, lines)
  }

  private static let (top, row, left) = (58.0, 42.0, 14.0)
  private var right: Double { Figure.usualWidth - (hasAbsent ? 62 : 16) }
  private static let absentX = Figure.usualWidth - 26
  private var hasAbsent: Bool { lines.contains { $0.places.contains(nil) } }
  private var height: Double { Self.top + Self.row * Double(max(1, axes.count)) }

  private var best: Int? {
    lines.indices.max { (lines[$0].rank, -$0) < (lines[$1].rank, -$1) }
  }

  /// The drawing.
  package var figure: Figure {
    var markup = Markup()
    markup.label(title, x: 8, y: 17, "strong")
    if best != nil {
      for (x, name, style) in [
        (8.0, "best", "curve line1"), (80, "others, the better the stronger", "curve line0"),
      ] {
        markup.line((x, 30), (x + 22, 30), style)
        markup.label(name, x: x + 27, y: 34)
      }
    }
    let best = best
    let order = lines.indices.filter { $0 != best }.sorted {
      (lines[$0].rank, $0) < (lines[$1].rank, $1)
    }
    for place in order {
      markup.add(
        "path",
        [
          "d": path(lines[place]), "class": "line0", "fill": "none",
          "stroke-opacity": 0.06 + 0.74 * lines[place].rank * lines[place].rank,
        ])
    }
    for place in axes.indices { drawAxis(place, in: &markup) }
    if let best {
      markup.add("path", ["d": path(lines[best]), "class": "curve line1"])
      for (axis, place) in lines[best].places.enumerated() {
        markup.add("circle", ["cx": x(place), "cy": y(axis), "r": 3, "class": "fill1"])
      }
    }
    return Figure(title: title, description: description, height: height, content: markup)
  }

  private func drawAxis(_ place: Int, in markup: inout Markup) {
    let (axis, y) = (axes[place], y(place))
    markup.line((Self.left, y), (right, y), "axis")
    label(axis.name.shortened(to: 48), x: 8, y: y - 8, "soft", in: &markup)
    for tick in axis.ticks {
      let x = x(tick.place)
      markup.line((x, y), (x, y + 4), "axis")
      let (isFirst, isLast) = (tick.place < 0.02, tick.place > 0.98)
      label(
        tick.label, x: isFirst ? x - 6 : isLast ? x + 6 : x, y: y + 14, "soft small",
        anchor: isFirst ? "start" : isLast ? "end" : "middle", in: &markup)
    }
    if lines.contains(where: { $0.places[place] == nil }) {
      label("none", x: Self.absentX, y: y + 14, "soft small", anchor: "middle", in: &markup)
    }
  }

  /// A text that stays readable on lines.
  private func label(
    _ text: String, x: Double, y: Double, _ style: String, anchor: String = "start",
    in markup: inout Markup
  ) {
    markup.add(
      "text",
      [
        "x": x, "y": y, "class": style, "text-anchor": anchor,
        "style": "paint-order:stroke;stroke:var(--paper);stroke-width:3px",
      ], text: text)
  }

  private func x(_ place: Double?) -> Double {
    place.map { Self.left + min(1, max(0, $0)) * (right - Self.left) } ?? Self.absentX
  }

  private func y(_ axis: Int) -> Double { Self.top + Self.row * Double(axis) + 12 }

  private func path(_ line: Line) -> String {
    line.places.enumerated().map { axis, place in
      (axis == 0 ? "M" : "L") + "\(x(place).trimmed(decimals: 1)) \(y(axis).trimmed(decimals: 0))"
    }.joined()
  }

  private var description: String {
    var text = "\(lines.count) lines across \(axes.map(\.name).joined(separator: ", "))."
    if let best {
      let places = zip(axes, lines[best].places).map { axis, place in
        "\(axis.name) " + (place.map { "at \(percentText($0)) of its range" } ?? "absent")
      }
      text += " The best: " + places.joined(separator: "; ") + "."
    }
    return text
  }
}
