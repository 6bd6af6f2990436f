import Engine
import Formatting

extension Drawing {
  /// Which numbers stand at neurons and connections.
  enum Numbers: String, CaseIterable {
    /// Weights and what they make of the input.
    case forward
    /// Gradients.
    case backward
    /// New weights and what they make of the same input.
    case again
  }

  private static let spacing = 66.0
  private static let rowHeight = 156.0
  private static let radius = 21.0

  /// The figure, top to bottom, with colours from the page's style sheet. It is at most 420 units wide,
  /// so that it reads on a telephone.
  func svg(_ numbers: Numbers) -> String {
    let widest = columns.map { $0.neurons.count + ($0.leftOut > 0 ? 1 : 0) }.max() ?? 1
    let width = max(260, Double(widest) * Self.spacing)
    let height = Double(columns.count - 1) * Self.rowHeight + 84
    var parts: [String] = []
    for edge in edges { parts.append(line(edge, numbers, width)) }
    for column in columns.indices.dropFirst() { parts += plainLines(column, width) }
    parts += labels(numbers, width)
    for (row, column) in columns.enumerated() { parts += self.row(column, row, numbers, width) }
    let title = "The network: \(Self.caption(numbers))"
    return "<svg class=\"network\" viewBox=\"0 0 \(Self.text(width)) \(Self.text(height))\" "
      + "width=\"\(Self.text(width))\" role=\"img\" aria-label=\"\(title.escaped)\">"
      + parts.joined() + "</svg>"
  }

  static func caption(_ numbers: Numbers) -> String {
    switch numbers {
    case .forward: "weights on the connections, outputs in the neurons"
    case .backward: "∂L/∂w on the connections, ∂L/∂z in the neurons"
    case .again: "new weights on the connections, new outputs in the neurons"
    }
  }

  private func place(_ column: Int, _ neuron: Int, _ width: Double) -> (x: Double, y: Double) {
    let own = columns[column]
    let count = own.neurons.count + (own.leftOut > 0 ? 1 : 0)
    let start = (width - Double(count) * Self.spacing) / 2 + Self.spacing / 2
    return (start + Double(neuron) * Self.spacing, 42 + Double(column) * Self.rowHeight)
  }

  // MARK: Connections

  private func number(_ edge: Edge, _ numbers: Numbers) -> Float {
    switch numbers {
    case .forward: edge.weight
    case .backward: edge.gradient
    case .again: edge.newWeight
    }
  }

  private func line(_ edge: Edge, _ numbers: Numbers, _ width: Double) -> String {
    let (from, to) = ends(edge, width)
    let value = number(edge, numbers)
    let largest = edges.map { self.number($0, numbers).magnitude }.max() ?? 1
    let share = largest > 0 ? Double(value.magnitude / largest) : 0
    let kind = value < 0 ? "negative" : "positive"
    return "<line class=\"\(kind)\" x1=\"\(Self.text(from.x))\" y1=\"\(Self.text(from.y))\" "
      + "x2=\"\(Self.text(to.x))\" y2=\"\(Self.text(to.y))\" "
      + "stroke-width=\"\(Self.text(0.6 + 3 * share))\"/>"
  }

  /// Where each neuron has one input only, the lines carry no number.
  private func plainLines(_ column: Int, _ width: Double) -> [String] {
    let count = columns[column].neurons.count
    guard count == columns[column - 1].neurons.count,
      columns[column].leftOut == columns[column - 1].leftOut,
      !edges.contains(where: { $0.column == column })
    else { return [] }
    return (0..<count).map { neuron in
      let (from, to) = (place(column - 1, neuron, width), place(column, neuron, width))
      return "<line class=\"plain\" x1=\"\(Self.text(from.x))\" "
        + "y1=\"\(Self.text(from.y + Self.radius))\" x2=\"\(Self.text(to.x))\" "
        + "y2=\"\(Self.text(to.y - Self.radius))\"/>"
    }
  }

  private func ends(
    _ edge: Edge, _ width: Double
  ) -> (from: (x: Double, y: Double), to: (x: Double, y: Double)) {
    let from = place(edge.column - 1, edge.from, width)
    let to = place(edge.column, edge.to, width)
    return ((from.x, from.y + Self.radius), (to.x, to.y - Self.radius))
  }

  /// Each label stands on its line, where it lies over no other label if there is such a place.
  private func labels(_ numbers: Numbers, _ width: Double) -> [String] {
    var taken: [(x: Double, y: Double, half: Double)] = []
    return edges.map { edge in
      let (from, to) = ends(edge, width)
      let text = Self.short(number(edge, numbers))
      let half = 2.7 * Double(text.count) + 2
      let places = shares(edge).map { share in
        (x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y), half: half)
      }
      func isFree(_ place: (x: Double, y: Double, half: Double)) -> Bool {
        !taken.contains {
          ($0.y - place.y).magnitude < 10 && ($0.x - place.x).magnitude < $0.half + place.half
        }
      }
      let place = places.first(where: isFree) ?? places[0]
      taken.append(place)
      return "<text class=\"edge\" x=\"\(Self.text(place.x))\" y=\"\(Self.text(place.y + 3))\">"
        + "<title>\(edge.symbol.escaped)</title>\(text)</text>"
    }
  }

  /// Parts of the way along a line, the best first: labels of one neuron's connections at one height,
  /// nearer to the side that has more neurons, where lines are farther apart.
  private func shares(_ edge: Edge) -> [Double] {
    let (before, after) = (
      columns[edge.column - 1].neurons.count, columns[edge.column].neurons.count
    )
    let isSpreading = after > before
    let (place, count) = isSpreading ? (edge.from, before) : (edge.to, after)
    let part = count < 2 ? 0.22 : 0.46 * Double(place) / Double(count - 1)
    let best = isSpreading ? 0.86 - part : 0.14 + part
    return [best]
      + stride(from: 0.1, through: 0.9, by: 0.08).sorted {
        ($0 - best).magnitude < ($1 - best).magnitude
      }
  }

  // MARK: Neurons

  private func row(
    _ column: Column, _ row: Int, _ numbers: Numbers, _ width: Double
  ) -> [String] {
    var parts: [String] = []
    for (place, neuron) in column.neurons.enumerated() {
      let (x, y) = self.place(row, place, width)
      let value: Float? =
        switch numbers {
        case .forward: neuron.value
        case .backward: neuron.gradient
        case .again: row == 0 ? neuron.value : neuron.newValue
        }
      parts.append(
        "<circle cx=\"\(Self.text(x))\" cy=\"\(Self.text(y))\" r=\"\(Self.text(Self.radius))\"/>")
      parts.append(
        "<text x=\"\(Self.text(x))\" y=\"\(Self.text(y + 3.5))\">"
          + (value.map(Self.short) ?? "·") + "</text>")
      let isLast = row == columns.count - 1
      let outside = isLast ? y + Self.radius + 13 : y - Self.radius - 6
      let name = neuron.meaning ?? neuron.symbol
      let short = name.count > 10 ? name.prefix(9) + "…" : Substring(name)
      let shift = row > 0 && !isLast ? (x: x + Self.radius + 2, anchor: " class=\"side\"") : nil
      parts.append(
        "<text\(shift?.anchor ?? " class=\"name\"") x=\"\(Self.text(shift?.x ?? x))\" "
          + "y=\"\(Self.text(shift == nil ? outside : y + Self.radius - 1))\">"
          + "\(String(short).escaped)</text>")
    }
    if column.leftOut > 0 {
      let (x, y) = place(row, column.neurons.count, width)
      parts.append(
        "<text class=\"name\" x=\"\(Self.text(x))\" y=\"\(Self.text(y + 3))\">"
          + "+ \(column.leftOut) more</text>")
    }
    return parts
  }

  /// At most three significant digits.
  static func short(_ value: Float) -> String {
    let size = Double(value.magnitude)
    guard size.isFinite, size != 0 else { return "\(value == 0 ? "0" : "\(value)")" }
    guard size >= 0.0005, size < 100_000 else {
      var (digits, power) = (size, 0)
      while digits >= 9.95 { (digits, power) = (digits / 10, power + 1) }
      while digits < 0.995 { (digits, power) = (digits * 10, power - 1) }
      let text = "\((digits * 10).rounded() / 10)"
      return (value < 0 ? "−" : "") + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
        + "e\(power)"
    }
    var step = 1000.0
    var rest = size
    while rest >= 1, step > 1 { (rest, step) = (rest / 10, step / 10) }
    let text = SymbolicExpression.number((size * step).rounded() / step)
    return (value < 0 ? "−" : "") + text
  }

  private static func text(_ length: Double) -> String {
    SymbolicExpression.number((length * 10).rounded() / 10)
  }
}
