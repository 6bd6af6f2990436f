import Formatting

/// The frame of a chart: title, legend, and two axes with grid lines, around a plot area.
struct PlotFrame {
  /// An entry of the legend.
  struct LegendEntry {
    var name: String
    /// Which look of `FigureStyle`.
    var look = 0
  }

  let x: Scale
  let y: Scale
  let height: Double
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  private let legend: [[LegendEntry]]

  /// - Parameter plotHeight: of the plot area alone.
  init(
    x: Scale, y: Scale, legend entries: [LegendEntry] = [], plotHeight: Double = 160
  ) {
    self.x = x
    self.y = y
    let longest = y.ticks.map { y.label($0).count }.max() ?? 1
    left = 14 + 6.2 * Double(longest)
    right = Figure.usualWidth - 12
    legend = Self.rows(entries, width: Figure.usualWidth - 16)
    top = 46 + 17 * Double(legend.count)
    bottom = top + plotHeight
    height = bottom + 36
  }

  /// As many entries in a row as fit.
  private static func rows(_ entries: [LegendEntry], width: Double) -> [[LegendEntry]] {
    var rows: [[LegendEntry]] = []
    var used = Double.infinity
    for entry in entries {
      let needed = Self.legendWidth(entry)
      if used + needed > width {
        rows.append([])
        used = 0
      }
      rows[rows.count - 1].append(entry)
      used += needed
    }
    return rows
  }

  private static func legendWidth(_ entry: LegendEntry) -> Double {
    42 + 8 * Double(entry.name.count)
  }

  /// The place of a point of the data.
  func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
    (
      left + x.fraction(of: point.x) * (right - left),
      bottom - y.fraction(of: point.y) * (bottom - top)
    )
  }

  /// Draws the sign of the legend's entry at a place.
  typealias LegendSign = (_ entry: Int, _ x: Double, _ y: Double, _ markup: inout Markup) -> Void

  /// Title, legend, grid and axes.
  ///
  /// - Parameter legendSign: instead of a piece of the entry's line.
  func draw(
    title: String, xTitle: String, yTitle: String, in markup: inout Markup,
    legendSign: LegendSign? = nil
  ) {
    markup.label(title, x: 8, y: 17, "strong")
    drawLegend(legendSign, in: &markup)
    for tick in y.ticks {
      let place = place((x.low, tick))
      markup.line((left, place.y), (right, place.y), "grid")
      markup.label(y.label(tick), x: left - 6, y: place.y + 4, "soft", anchor: "end")
    }
    markup.line((left, bottom), (right, bottom), "axis")
    for tick in x.ticks {
      let place = place((tick, y.low))
      markup.line((place.x, bottom), (place.x, bottom + 4), "axis")
      let isLast = place.x > right - 10
      markup.label(
        x.label(tick), x: isLast ? right + 8 : place.x, y: bottom + 16, "soft",
        anchor: isLast ? "end" : "middle")
    }
    markup.label(
      x.title(xTitle), x: (left + right) / 2, y: height - 5, "soft", anchor: "middle")
    markup.label(y.title(yTitle), x: 8, y: top - 12, "soft")
  }

  private func drawLegend(_ sign: LegendSign?, in markup: inout Markup) {
    var number = 0
    for (row, entries) in legend.enumerated() {
      var x = 8.0
      let y = 34 + 17 * Double(row)
      for entry in entries {
        if let sign {
          sign(number, x, y - 4, &markup)
        } else {
          markup.line((x, y - 4), (x + 22, y - 4), PlotFrame.lineStyle(entry.look))
        }
        number += 1
        markup.label(entry.name, x: x + 27, y: y)
        x += Self.legendWidth(entry)
      }
    }
  }

  /// The classes of a series: colour and dash.
  static func lineStyle(_ look: Int) -> String {
    let look = look % FigureStyle.series.count
    return "curve line\(look)" + (look == 0 ? "" : " dash\(look)")
  }
}
