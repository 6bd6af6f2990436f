import Engine
import Formatting

extension LineChart {
  private static let marks: [Character] = ["o", "x", "+", "*", "#", "@"]

  /// The chart drawn with characters; where lines meet, the first stays.
  package func textLines(width: Int, height: Int = 12) -> [String] {
    let shown = series.map { $0.points.filter(isDrawn) }
    let all = shown.flatMap(\.self)
    guard let x = Self.range(all.map(\.x)), let y = Self.range(all.map(\.y)) else {
      return [title, "(nothing to draw)"]
    }
    let (top, bottom) = (numberText(y.upperBound, digits: 4), numberText(y.lowerBound, digits: 4))
    let margin = max(top.count, bottom.count)
    let columns = width - margin - 2
    var cells = Array(repeating: Array(repeating: Character(" "), count: columns), count: height)
    for (index, points) in shown.enumerated().reversed() {
      let places = points.map { Point(x: Self.part($0.x, of: x), y: heightPart($0.y, of: y)) }
      for place in series[index].areDots ? places : Self.filled(places, columns) {
        let row = height - 1 - Int((place.y * Double(height - 1)).rounded())
        cells[row][Int((place.x * Double(columns - 1)).rounded())] =
          Self.marks[index % Self.marks.count]
      }
    }
    let isLogarithmic = yKind == .logarithmic
    var text = [title + (isLogarithmic ? " (\(yTitle), logarithmic)" : " (\(yTitle))")]
    for (row, cells) in cells.enumerated() {
      let label = row == 0 ? top : row == height - 1 ? bottom : ""
      text.append(aligned(label, to: margin, .right) + " |\(String(cells))")
    }
    text.append(Self.space(margin + 1) + "+" + String(repeating: "-", count: columns))
    text.append(Self.space(margin + 2) + axis(x, columns))
    return (text + legend(width)).map { String($0.reversed().drop { $0 == " " }.reversed()) }
  }

  private func isDrawn(_ point: Point) -> Bool {
    point.x.isFinite && point.y.isFinite && (yKind == .linear || point.y > 0)
  }

  private static func range(_ values: [Double]) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  private static func part(_ value: Double, of range: ClosedRange<Double>) -> Double {
    let width = range.upperBound - range.lowerBound
    return width > 0 ? (value - range.lowerBound) / width : 0.5
  }

  private func heightPart(_ y: Double, of range: ClosedRange<Double>) -> Double {
    guard yKind == .logarithmic else { return Self.part(y, of: range) }
    return Self.part(.log(y), of: Double.log(range.lowerBound)...Double.log(range.upperBound))
  }

  private static func space(_ count: Int) -> String { String(repeating: " ", count: count) }

  private func axis(_ x: ClosedRange<Double>, _ columns: Int) -> String {
    let (low, high) = (numberText(x.lowerBound, digits: 4), numberText(x.upperBound, digits: 4))
    let between = columns - low.count - high.count - xTitle.count
    return low + Self.space(max(1, between / 2)) + xTitle
      + Self.space(max(1, between - between / 2)) + high
  }

  private func legend(_ width: Int) -> [String] {
    var rows = [""]
    for (index, one) in series.enumerated() {
      let entry = "\(Self.marks[index % Self.marks.count]) \(one.name)"
      if !rows[rows.count - 1].isEmpty, rows[rows.count - 1].count + 3 + entry.count > width {
        rows.append("")
      }
      rows[rows.count - 1] += (rows[rows.count - 1].isEmpty ? "" : "   ") + entry
    }
    return rows
  }

  /// One point for each column between two points of a line.
  private static func filled(_ points: [Point], _ columns: Int) -> [Point] {
    guard points.count > 1 else { return points }
    return zip(points, points.dropFirst()).flatMap { a, b in
      let count = max(1, Int((2 * (b.x - a.x) * Double(columns)).magnitude.rounded(.up)))
      return (0...count).map { step in
        let part = Double(step) / Double(count)
        return Point(x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part)
      }
    }
  }
}
