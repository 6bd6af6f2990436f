import Formatting
import Training

/// How often each class was taken for each: rows are true classes, columns predicted ones, as in
/// scikit-learn.
public struct ConfusionMatrix: Sendable {
  public let labels: [String]
  /// `counts[true][predicted]`.
  public let counts: [[Int]]

  /// - Parameter counts: a row for each label, a count for each label in it.
  public init(labels: [String], counts: [[Int]]) {
    precondition(counts.count == labels.count && counts.allSatisfy { $0.count == labels.count })
    self.labels = labels
    self.counts = counts
  }

  /// More classes than these have cells too small to see; the report lists the mistakes instead.
  public static let limit = 60

  struct Layout {
    let cell: Double
    let left: Double
    let top: Double
    /// Do numbers fit into the cells?
    let hasNumbers: Bool
    let areColumnsUpright: Bool
    /// Every how many classes are named.
    let labelStep: Int
  }

  var layout: Layout {
    let count = Double(max(1, labels.count))
    let longest = min(10, labels.map(\.count).max() ?? 1)
    let left = 26 + 6.4 * Double(longest)
    let cell = min(44, (Figure.usualWidth - left - 8) / count)
    let widest = counts.joined().map { "\($0)".count }.max() ?? 1
    let isUpright = Double(longest) * 6.4 > cell
    return Layout(
      cell: cell, left: left, top: 46 + (isUpright ? 7.2 * Double(longest) : 14),
      hasNumbers: cell >= 6 * Double(widest) + 3 && cell >= 13,
      areColumnsUpright: isUpright, labelStep: max(1, Int((12 / cell).rounded(.up))))
  }

  /// The drawing.
  public var figure: Figure {
    let layout = layout
    var markup = Markup()
    markup.label("Confusion matrix", x: 8, y: 17, "strong")
    markup.label("predicted", x: layout.left, y: 34, "soft")
    let middle = layout.top + layout.cell * Double(labels.count) / 2
    markup.add(
      "text",
      [
        "x": 14, "y": middle, "class": "soft", "text-anchor": "middle",
        "transform": "rotate(-90 14 \(middle.attributeText))",
      ], text: "true")
    for place in labels.indices { drawLabels(place, layout, in: &markup) }
    for (row, line) in counts.enumerated() {
      for (column, count) in line.enumerated() { draw(count, row, column, layout, in: &markup) }
    }
    let side = layout.cell * Double(labels.count)
    markup.add(
      "rect", ["x": layout.left, "y": layout.top, "width": side, "height": side, "class": "box"])
    return Figure(
      title: "Confusion matrix", description: description, height: layout.top + side + 10,
      content: markup)
  }

  private func drawLabels(_ place: Int, _ layout: Layout, in markup: inout Markup) {
    guard place.isMultiple(of: layout.labelStep) else { return }
    let label = labels[place].shortened(to: 10)
    let centre = (Double(place) + 0.5) * layout.cell
    markup.label(
      label, x: layout.left - 6, y: layout.top + centre + 4, "soft", anchor: "end")
    let x = layout.left + centre
    guard layout.areColumnsUpright else {
      return markup.label(label, x: x, y: layout.top - 6, "soft", anchor: "middle")
    }
    markup.add(
      "text",
      [
        "x": x + 4, "y": layout.top - 6, "class": "soft",
        "transform": "rotate(-90 \((x + 4).attributeText) \((layout.top - 6).attributeText))",
      ], text: label)
  }

  /// The colour says the share of the true class's examples; right ones are blue, mistakes orange.
  private func draw(
    _ count: Int, _ row: Int, _ column: Int, _ layout: Layout, in markup: inout Markup
  ) {
    guard count > 0 else { return }
    let x = layout.left + Double(column) * layout.cell
    let y = layout.top + Double(row) * layout.cell
    let total = counts[row].reduce(0, +)
    // Few mistakes matter: the root makes small shares visible.
    let strength = 0.12 + 0.88 * (Double(count) / Double(max(1, total))).squareRoot()
    markup.add(
      "rect",
      [
        "x": x, "y": y, "width": layout.cell, "height": layout.cell,
        "class": row == column ? "fill0" : "fill1", "fill-opacity": strength,
      ])
    guard layout.hasNumbers else { return }
    markup.label(
      "\(count)", x: x + layout.cell / 2, y: y + layout.cell / 2 + 4,
      (layout.cell < 22 ? "small" : "") + (strength > 0.62 ? " onFill" : ""), anchor: "middle")
  }

  /// The most frequent mistakes first.
  public var mistakes: [(target: Int, predicted: Int, count: Int)] {
    var found: [(target: Int, predicted: Int, count: Int)] = []
    for (target, line) in counts.enumerated() {
      for (predicted, count) in line.enumerated() where count > 0 && target != predicted {
        found.append((target, predicted, count))
      }
    }
    return found.sorted {
      ($1.count, $0.target, $0.predicted) < ($0.count, $1.target, $1.predicted)
    }
  }

  private var description: String {
    let right = labels.indices.reduce(0) { $0 + counts[$1][$1] }
    let all = counts.joined().reduce(0, +)
    let worst = mistakes.prefix(5).map {
      "true \(labels[$0.target]) predicted as \(labels[$0.predicted]) \($0.count) times"
    }
    return "Rows are true classes, columns predicted ones. \(right) of \(all) are right, on the "
      + "diagonal. "
      + (worst.isEmpty
        ? "There are no mistakes." : "Most frequent mistakes: \(worst.joined(separator: "; ")).")
  }
}
