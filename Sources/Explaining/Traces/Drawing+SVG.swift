import Engine
package import Formatting

extension Drawing {
  /// Which numbers stand at neurons and connections.
  package enum Numbers: String, CaseIterable {
    /// Weights and what they make of the input.
    case forward
    /// Gradients.
    case backward
    /// New weights and what they make of the same input.
    case again
  }

  private static let spacing = 66.0
  private static let mostSpacing = 132.0
  private static let rowHeight = 156.0
  private static let radius = 21.0

  /// The figure, top to bottom, with colours from the page's style sheet. It is at most 420 units wide,
  /// so that it reads on a telephone.
  func svg(_ numbers: Numbers) -> String {
    let width = width
    let title = "The network: \(Self.caption(numbers))"
    var markup = Markup()
    markup.element(
      "svg",
      [
        "class": "network", "viewBox": "0 0 \(width.attributeText) \(height.attributeText)",
        "width": width, "role": "img", "aria-label": title,
      ]
    ) { markup in
      draw(numbers, in: &markup)
    }
    return markup.text
  }

  /// What the figure holds, in an area of `width` and `height`, to be styled by `style` within an element
  /// of the class `network`.
  package func draw(_ numbers: Numbers, in markup: inout Markup) {
    let width = width
    for edge in edges { draw(edge, numbers, width, &markup) }
    for column in columns.indices.dropFirst() { drawPlainLines(column, width, &markup) }
    drawLabels(numbers, width, &markup)
    for (row, column) in columns.enumerated() { draw(column, row, numbers, width, &markup) }
  }

  package static let style = """
    .network{max-width:100%;height:auto;font:10px system-ui,sans-serif}
    .network text{fill:var(--ink);text-anchor:middle}
    .network .name{fill:var(--soft)}
    .network .side{fill:var(--soft);text-anchor:start}
    .network .edge{font-size:9px;stroke:var(--paper);stroke-width:5px;paint-order:stroke}
    .network circle{fill:var(--card);stroke:var(--soft)}
    .network .plain{stroke:var(--line)}
    .network .positive{stroke:var(--warm)}
    .network .negative{stroke:var(--accent);stroke-dasharray:5 3}

    """

  package var height: Double { Double(columns.count - 1) * Self.rowHeight + 84 }

  package var width: Double {
    max(260, Double(columns.indices.map(places).max() ?? 1) * Self.spacing)
  }

  package static func caption(_ numbers: Numbers) -> String {
    switch numbers {
    case .forward: "weights on the connections, outputs in the neurons"
    case .backward: "∂L/∂w on the connections, ∂L/∂z in the neurons"
    case .again: "new weights on the connections, new outputs in the neurons"
    }
  }

  private func place(_ column: Int, _ neuron: Int, _ width: Double) -> (x: Double, y: Double) {
    let spacing = spacing(column, width)
    let start = (width - Double(places(column)) * spacing) / 2 + spacing / 2
    return (start + Double(neuron) * spacing, 42 + Double(column) * Self.rowHeight)
  }

  private func places(_ column: Int) -> Int {
    columns[column].neurons.count + (columns[column].leftOut > 0 ? 1 : 0)
  }

  /// Few neurons stand farther apart, so that their names have room.
  private func spacing(_ column: Int, _ width: Double) -> Double {
    min(Self.mostSpacing, width / Double(max(1, places(column))))
  }

  // MARK: Connections

  private func number(_ edge: Edge, _ numbers: Numbers) -> Float {
    switch numbers {
    case .forward: edge.weight
    case .backward: edge.gradient
    case .again: edge.newWeight
    }
  }

  private func draw(
    _ edge: Edge, _ numbers: Numbers, _ width: Double, _ markup: inout Markup
  ) {
    let (from, to) = ends(edge, width)
    let value = number(edge, numbers)
    let largest = edges.map { self.number($0, numbers).magnitude }.max() ?? 1
    let share = largest > 0 ? Double(value.magnitude / largest) : 0
    let kind = value < 0 ? "negative" : "positive"
    markup.add(
      "line",
      [
        "class": kind, "data-symbol": edge.symbol, "x1": from.x, "y1": from.y, "x2": to.x,
        "y2": to.y,
        "stroke-width": 0.6 + 3 * share,
      ], text: "", title: "\(edge.symbol): \(Double(value).drawnText)")
  }

  /// Where each neuron has one input only, the lines carry no number.
  private func drawPlainLines(_ column: Int, _ width: Double, _ markup: inout Markup) {
    let count = columns[column].neurons.count
    guard count == columns[column - 1].neurons.count,
      columns[column].leftOut == columns[column - 1].leftOut,
      !edges.contains(where: { $0.column == column })
    else { return }
    for neuron in 0..<count {
      let (from, to) = (place(column - 1, neuron, width), place(column, neuron, width))
      markup.line((from.x, from.y + Self.radius), (to.x, to.y - Self.radius), "plain")
    }
  }

  private func ends(
    _ edge: Edge, _ width: Double
  ) -> (from: (x: Double, y: Double), to: (x: Double, y: Double)) {
    let from = place(edge.column - 1, edge.from, width)
    let to = place(edge.column, edge.to, width)
    return ((from.x, from.y + Self.radius), (to.x, to.y - Self.radius))
  }

  private struct Label {
    var x, y, half: Double

    func overlaps(_ other: Label) -> Bool {
      (y - other.y).magnitude < 11 && (x - other.x).magnitude < half + other.half
    }
  }

  /// A place on its line for each connection's label where it lies over no other label; nil where there
  /// is none.
  private func labels(_ numbers: Numbers, _ width: Double) -> [Label?] {
    var taken: [Label] = columns.indices.dropFirst().dropLast().flatMap { column in
      columns[column].neurons.enumerated().map { place, neuron in
        let (x, y) = self.place(column, place, width)
        let half = 2.7 * Double(name(neuron, column, width).count)
        return Label(x: x + Self.radius + 2 + half, y: y + Self.radius - 4, half: half)
      }
    }
    return edges.map { edge in
      let (from, to) = ends(edge, width)
      let half = 2.7 * Double(Double(number(edge, numbers)).drawnText.count) + 3
      let free = shares(edge).lazy.map { share in
        Label(x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y), half: half)
      }.first { place in !taken.contains { $0.overlaps(place) } }
      if let free { taken.append(free) }
      return free
    }
  }

  private func drawLabels(_ numbers: Numbers, _ width: Double, _ markup: inout Markup) {
    for (edge, label) in zip(edges, labels(numbers, width)) {
      guard let label else { continue }
      markup.add(
        "text", ["class": "edge", "x": label.x, "y": label.y + 3],
        text: Double(number(edge, numbers)).drawnText, title: edge.symbol)
    }
  }

  /// How many connections are drawn without their number, because there is no room for it.
  func unlabelled(_ numbers: Numbers) -> Int { labels(numbers, width).count { $0 == nil } }

  private func name(_ neuron: Neuron, _ column: Int, _ width: Double) -> String {
    (neuron.meaning ?? neuron.symbol).shortened(to: Int((spacing(column, width) - 6) / 5.4))
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

  private func draw(
    _ column: Column, _ row: Int, _ numbers: Numbers, _ width: Double, _ markup: inout Markup
  ) {
    for (place, neuron) in column.neurons.enumerated() {
      let (x, y) = self.place(row, place, width)
      let value: Float? =
        switch numbers {
        case .forward: neuron.value
        case .backward: neuron.gradient
        case .again: row == 0 ? neuron.value : neuron.newValue
        }
      let isLast = row == columns.count - 1
      markup.add(
        "circle",
        [
          "class": isLast ? "neuron output" : "neuron", "data-symbol": neuron.symbol, "cx": x,
          "cy": y, "r": Self.radius,
        ])
      markup.add(
        "text", ["x": x, "y": y + 3.5], text: value.map { Double($0).drawnText } ?? "·")
      let isBeside = row > 0 && !isLast
      let outside = isLast ? y + Self.radius + 13 : y - Self.radius - 6
      markup.add(
        "text",
        [
          "class": isBeside ? "side" : "name", "x": isBeside ? x + Self.radius + 2 : x,
          "y": isBeside ? y + Self.radius - 1 : outside,
        ], text: name(neuron, row, width))
    }
    if column.leftOut > 0 {
      let (x, y) = place(row, column.neurons.count, width)
      markup.add(
        "text", ["class": "name", "x": x, "y": y + 3], text: "+ \(column.leftOut) more")
    }
  }
}
