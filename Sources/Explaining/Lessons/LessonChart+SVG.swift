extension LessonChart {
  /// The chart as SVG for a page that defines the colours `--c0` to `--c5`.
  var svg: String {
    let label = "\(title): \(lines.map(\.name).joined(separator: ", "))"
    let rows = (lines.count + 1) / 2
    let height = 300 + 22 * Double(rows)
    var svg =
      "<svg viewBox=\"0 0 640 \(Int(height))\" role=\"img\" "
      + "aria-label=\"\(label.forHTML)\">\n"
    guard let layout else { return svg + "</svg>\n" }
    svg += "<path class=\"axis\" d=\"M70 20V260H620\"/>\n"
    svg += text(64, 30, numberText(layout.y.upperBound, digits: 4), "end")
    svg += text(64, 260, numberText(layout.y.lowerBound, digits: 4), "end")
    svg += text(70, 280, numberText(layout.x.lowerBound, digits: 4), "middle")
    svg += text(620, 280, numberText(layout.x.upperBound, digits: 4), "end")
    svg += text(345, 280, xLabel, "middle")
    svg += text(70, 12, yLabel + (isLogarithmic ? ", logarithmic" : ""), "start")
    for (index, points) in layout.lines.enumerated().reversed() {
      let colour = "var(--c\(index % 6))"
      if lines[index].isDotted {
        for point in points {
          svg +=
            "<circle cx=\"\(Self.x(point))\" cy=\"\(Self.y(point))\" r=\"3\" "
            + "fill=\"\(colour)\"/>\n"
        }
      } else {
        let places = points.map { "\(Self.x($0)),\(Self.y($0))" }.joined(separator: " ")
        svg += "<polyline class=\"line\" stroke=\"\(colour)\" points=\"\(places)\"/>\n"
      }
    }
    for (index, line) in lines.enumerated() {
      let (left, top) = (70 + 285 * Double(index % 2), 308 + 22 * Double(index / 2))
      svg +=
        "<path class=\"line\" stroke=\"var(--c\(index % 6))\" d=\"M\(Int(left)) "
        + "\(Int(top) - 4)h24\"/>\n"
      svg += text(left + 32, top, line.name, "start")
    }
    return svg + "</svg>\n"
  }

  private func text(_ x: Double, _ y: Double, _ text: String, _ anchor: String) -> String {
    "<text x=\"\(Int(x))\" y=\"\(Int(y))\" text-anchor=\"\(anchor)\">\(text.forHTML)</text>\n"
  }

  private static func x(_ point: Point) -> Double { tenth(70 + 550 * point.x) }
  private static func y(_ point: Point) -> Double { tenth(260 - 240 * point.y) }
  private static func tenth(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}
