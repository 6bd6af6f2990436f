package import Engine
import Formatting
public import Networks

/// A network from top to bottom: a row for each layer, its units as circles or its shape as a stack of
/// sheets, and the weights as edges where there is room.
public struct NetworkDiagram: Sendable {
  /// A row of the drawing.
  package struct Row: Sendable, Equatable {
    var title: String
    var detail: String
    /// Of one example.
    var shape: [Int]
    /// The weights that lead here, [units of the row above, units], if both rows show every unit.
    package var kernel: Tensor?
    /// Does it only pass numbers on, such as dropout?
    var isPassing: Bool
  }

  package let rows: [Row]
  private let summary: String

  /// - Throws: `Problem` where layers do not fit.
  public init(_ model: Model, inputName: String = "input", outputName: String = "output") throws {
    let facts = try model.layerFacts()
    var rows = [
      Row(
        title: inputName, detail: Self.shapeText(model.inputShape.extents),
        shape: model.inputShape.extents, isPassing: false)
    ]
    for fact in facts {
      let above = rows.last { !$0.isPassing }?.shape ?? []
      let kernel = fact.name.flatMap { name in
        model.tensors.first { $0.name == "\(name)/kernel" }?.tensor
      }
      let fits = kernel?.shape.extents == above + fact.output && above.count == 1
      let isSmall = (above + fact.output).allSatisfy { $0 <= Self.mostUnits }
      rows.append(
        Row(
          title: fact.name ?? fact.kind, detail: Self.detail(fact), shape: fact.output,
          kernel: fits && isSmall ? kernel : nil,
          isPassing: fact.parameters == 0))
    }
    if let last = rows.indices.last, last > 0 { rows[last].title += " → \(outputName)" }
    self.rows = rows
    summary =
      "\(rows.count - 1) layers, \(model.parameterCount.grouped) parameters. "
      + rows.map { "\($0.title): \($0.detail)" }.joined(separator: "; ") + "."
  }

  /// How its lines are read; empty where none are drawn.
  package var caption: String {
    rows.contains { $0.kernel != nil }
      ? "Orange lines are weights above 0, blue dashed ones below; the thicker, the larger." : ""
  }

  private static func shapeText(_ extents: [Int]) -> String {
    extents.count == 1
      ? "\(extents[0].grouped) \(extents[0] == 1 ? "number" : "numbers")"
      : extents.map(String.init).joined(separator: " × ")
  }

  private static func detail(_ fact: LayerFacts) -> String {
    var parts: [String] = []
    if fact.parameters > 0 {
      parts.append(
        fact.output.count == 1
          ? "\(fact.output[0].grouped) \(fact.output[0] == 1 ? "unit" : "units")"
          : shapeText(fact.output))
    }
    if !fact.detail.isEmpty { parts.append(fact.detail) }
    if fact.parameters > 0 {
      parts.append("\(fact.parameters.grouped) parameters")
    } else if fact.output.count > 1 || fact.kind == "flatten" {
      parts.append(shapeText(fact.output))
    }
    return parts.joined(separator: ", ")
  }

  /// More units than these are drawn as some circles and dots between.
  static let mostUnits = 12
  private static let drawingWidth = 190.0
  private static let labelX = 206.0

  private var positions: [Double] {
    var y = 48.0
    return rows.enumerated().map { place, row in
      // The sheets of an image reach further up than circles do.
      let isTall = place > 0 && rows[place - 1].isPassing && !row.isPassing && row.shape.count > 1
      if isTall { y += 14 }
      defer { y += row.isPassing ? 34 : 58 }
      return y
    }
  }

  /// The drawing.
  public var figure: Figure {
    var markup = Markup()
    markup.label("Network", x: 8, y: 17, "strong")
    let positions = positions
    for place in rows.indices.dropFirst() { drawEdges(place, positions, in: &markup) }
    for (row, y) in zip(rows, positions) { draw(row, y, in: &markup) }
    return Figure(
      title: "Network", description: summary, height: (positions.last ?? 0) + 32, content: markup)
  }

  /// Where the circles of a row stand; with dots in the middle where some are left out.
  static func circles(_ count: Int) -> (places: [Double], hasDots: Bool) {
    let shown = count <= mostUnits ? count : 9
    let gap = min(22, (drawingWidth - 16) / Double(max(1, shown - 1)))
    let first = 8 + (drawingWidth - gap * Double(shown - 1)) / 2 - 4
    let places = (0..<shown).map { first + Double($0) * gap }
    guard count > mostUnits else { return (places, false) }
    return (places.enumerated().filter { $0.offset != shown / 2 }.map(\.element), true)
  }

  /// Where edges leave a row, or reach it from above: circles at their rims, sheets at their corners.
  private static func ends(_ row: Row, isAbove: Bool) -> (places: [Double], distance: Double) {
    if row.isPassing { return ([20, drawingWidth - 12], 8) }
    if row.shape.count == 1 { return (circles(row.shape[0]).places, 7) }
    let shift = isAbove ? Double(sheets(row) - 1) * sheetShift : 0
    let left = drawingWidth / 2 - sheetSide / 2 + shift
    return ([left, left + sheetSide], sheetSide / 2 + shift)
  }

  private static let sheetSide = 28.0
  private static let sheetShift = 5.0
  private static func sheets(_ row: Row) -> Int { min(3, max(1, row.shape.last ?? 1)) }

  private func drawEdges(_ place: Int, _ positions: [Double], in markup: inout Markup) {
    // Layers that pass on are drawn over the edges of the next layer that learns.
    guard !rows[place].isPassing || place == rows.count - 1,
      let above = rows[..<place].lastIndex(where: { !$0.isPassing })
    else { return }
    let ((from, down), (to, up)) = (
      Self.ends(rows[above], isAbove: false), Self.ends(rows[place], isAbove: true)
    )
    let (top, bottom) = (positions[above] + down, positions[place] - up)
    let kernel = rows[place].kernel
    let largest = Double(kernel?.values.map(\.magnitude).max() ?? 1)
    for (i, x) in from.enumerated() {
      for (j, end) in to.enumerated() {
        guard let kernel else {
          markup.line((x, top), (end, bottom), "edge")
          continue
        }
        let weight = Double(kernel.values[i * to.count + j])
        let strength = largest > 0 ? weight.magnitude / largest : 0
        markup.add(
          "line",
          [
            "x1": x, "y1": top, "x2": end, "y2": bottom,
            "class": weight < 0 ? "line0" : "line1", "stroke-opacity": 0.12 + 0.88 * strength,
            "stroke-width": 0.5 + 2.5 * strength,
            "stroke-dasharray": weight < 0 ? "4 2" : "",
          ])
      }
    }
  }

  private func draw(_ row: Row, _ y: Double, in markup: inout Markup) {
    if row.isPassing {
      markup.add(
        "rect",
        [
          "x": 12, "y": y - 8, "width": Self.drawingWidth - 16, "height": 16, "rx": 8,
          "class": "unit",
        ])
      let text = [row.title, row.detail].filter { !$0.isEmpty }.joined(separator: ", ")
      return markup.label(text.shortened(to: 25), x: Self.labelX, y: y + 4, "soft")
    }
    if row.shape.count == 1 {
      drawUnits(row, y, in: &markup)
    } else {
      drawSheets(row, y, in: &markup)
    }
    markup.label(row.title.shortened(to: 22), x: Self.labelX, y: y - 9)
    let words = row.detail.split(separator: ", ").map(String.init)
    let first = words.count > 1 ? words.dropLast().joined(separator: ", ") : row.detail
    markup.label(first.shortened(to: 26), x: Self.labelX, y: y + 5, "soft")
    if words.count > 1 { markup.label(words.last!, x: Self.labelX, y: y + 19, "soft") }
  }

  private func drawUnits(_ row: Row, _ y: Double, in markup: inout Markup) {
    let (places, hasDots) = Self.circles(row.shape[0])
    for x in places { markup.add("circle", ["cx": x, "cy": y, "r": 6.5, "class": "unit"]) }
    guard hasDots, let first = places.first, let last = places.last else { return }
    markup.label("…", x: (first + last) / 2, y: y + 3, anchor: "middle")
  }

  /// An image or another shape of several axes: sheets one behind the other.
  private func drawSheets(_ row: Row, _ y: Double, in markup: inout Markup) {
    for sheet in (0..<Self.sheets(row)).reversed() {
      let shift = Double(sheet) * Self.sheetShift
      markup.add(
        "rect",
        [
          "x": Self.drawingWidth / 2 - Self.sheetSide / 2 + shift,
          "y": y - Self.sheetSide / 2 - shift,
          "width": Self.sheetSide, "height": Self.sheetSide, "class": "unit",
        ])
    }
  }
}
