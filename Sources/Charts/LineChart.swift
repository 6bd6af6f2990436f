import Formatting

/// Curves over a common axis, such as the loss over the epochs.
public struct LineChart: Sendable, Hashable, Encodable {
  /// A place in the units of the axes.
  public struct Point: Sendable, Hashable, Encodable {
    public var x: Double
    public var y: Double

    package init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
  }

  /// One curve.
  public struct Series: Sendable, Hashable, Encodable {
    public var name: String
    /// From left to right. A value that is not finite leaves a gap.
    public var points: [Point]
    /// Does each point stand for itself, with no line to the next?
    package var areDots = false

    private enum CodingKeys: String, CodingKey {
      case name, points
      case areDots = "are_dots"
    }

    /// A curve through points.
    public init(_ name: String, _ points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points.map { Point(x: $0.x, y: $0.y) }
    }

    /// Points without a line between, in any order.
    package init(_ name: String, dots: [(x: Double, y: Double)]) {
      self.init(name, dots)
      areDots = true
    }

    /// A curve through values at 1, 2, 3, …, or counted from another number.
    public init(_ name: String, values: [Double], from start: Int = 1) {
      self.init(name, values.enumerated().map { (Double($0 + start), $1) })
    }
  }

  /// A vertical line with a remark, such as the best epoch.
  public struct Mark: Sendable, Hashable, Encodable {
    public var x: Double
    public var name: String
  }

  public var title: String
  public var series: [Series]
  public var xTitle: String
  public var yTitle: String
  public var yKind: Scale.Kind
  public var mark: Mark?
  /// Is the horizontal axis counted in whole numbers?
  public var countsOnX: Bool

  private enum CodingKeys: String, CodingKey {
    case title, series, mark
    case xTitle = "x_title"
    case yTitle = "y_title"
    case yKind = "y_kind"
    case countsOnX = "counts_on_x"
  }

  /// - Parameter series: those without a finite value are left out.
  public init(
    title: String, series: [Series], xTitle: String, yTitle: String, yKind: Scale.Kind = .linear,
    mark: (x: Double, name: String)? = nil, countsOnX: Bool = true
  ) {
    self.title = title
    self.series = series.filter { $0.points.contains { $0.y.isFinite } }
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.yKind = yKind
    self.mark = mark.map { Mark(x: $0.x, name: $0.name) }
    self.countsOnX = countsOnX
  }

  /// The drawing.
  public var figure: Figure {
    let frame = frame
    var markup = Markup()
    frame.draw(title: title, xTitle: xTitle, yTitle: yTitle, in: &markup) { entry, x, y, markup in
      if series[entry].areDots {
        Self.drawDot((x + 11, y), entry, in: &markup)
      } else {
        markup.line((x, y), (x + 22, y), PlotFrame.lineStyle(entry))
      }
    }
    if let mark { draw(mark, frame, in: &markup) }
    // The first series is drawn last, so that it lies on top.
    for (look, series) in series.enumerated().reversed() {
      draw(series, look, frame, in: &markup)
    }
    return Figure(
      title: title, description: description, height: frame.height, content: markup)
  }

  var frame: PlotFrame {
    let points = series.flatMap(\.points)
    return PlotFrame(
      x: Scale(points.map(\.x), isTight: true, isWhole: countsOnX, tickCount: 6),
      y: Scale(points.map(\.y), kind: yKind),
      legend: series.count < 2
        ? [] : series.enumerated().map { .init(name: $1.name.shortened(to: 24), look: $0) })
  }

  private func draw(_ mark: Mark, _ frame: PlotFrame, in markup: inout Markup) {
    let top = frame.place((mark.x, frame.y.high))
    markup.line((top.x, frame.top - 8), (top.x, frame.bottom), "guide")
    // Above the plot, where no curve is, beside the axis's title.
    let width = 6.2 * Double(mark.name.count)
    let titleEnd = 18 + 6.2 * Double(frame.y.title(yTitle).count)
    let x = max(titleEnd, min(top.x - width / 2, frame.right - width))
    markup.label(mark.name, x: x, y: frame.top - 12, "soft")
  }

  private func draw(_ series: Series, _ look: Int, _ frame: PlotFrame, in markup: inout Markup) {
    let all = series.points.map { (x: $0.x, y: $0.y) }
    if series.areDots { return drawDots(all, look, frame, in: &markup) }
    let points = Self.thinned(all)
    var path = ""
    var isOpen = false
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        isOpen = false
        continue
      }
      let place = frame.place(point)
      path += (isOpen ? "L" : "M") + place.x.attributeText + " " + place.y.attributeText
      isOpen = true
    }
    markup.add("path", ["d": path, "class": PlotFrame.lineStyle(look)])
    if points.count <= 12 { drawDots(points, look, frame, in: &markup) }
  }

  private func drawDots(
    _ points: [(x: Double, y: Double)], _ look: Int, _ frame: PlotFrame, in markup: inout Markup
  ) {
    for point in points where point.x.isFinite && point.y.isFinite {
      Self.drawDot(frame.place(point), look, in: &markup)
    }
  }

  private static func drawDot(
    _ place: (x: Double, y: Double), _ look: Int, in markup: inout Markup
  ) {
    let style = "fill\(look % FigureStyle.series.count)"
    markup.add("circle", ["cx": place.x, "cy": place.y, "r": 3, "class": style])
  }

  /// At most about so many points: of each stretch its lowest and its highest, in order.
  static func thinned(
    _ points: [(x: Double, y: Double)], to most: Int = 600
  ) -> [(x: Double, y: Double)] {
    guard points.count > most else { return points }
    let length = (points.count + most / 2 - 1) / (most / 2)
    return stride(from: 0, to: points.count, by: length).flatMap { start in
      let part = start..<min(start + length, points.count)
      let low = part.min { points[$0].y < points[$1].y }!
      let high = part.max { points[$0].y < points[$1].y }!
      return Set([low, high]).sorted().map { points[$0] }
    }
  }

  private var description: String {
    var sentences = series.map { series in
      let points = series.points.filter { $0.y.isFinite }
      let low = points.min { $0.y < $1.y }!
      let high = points.max { $0.y < $1.y }!
      return "\(series.name): \(points[0].y.brief) at \(points[0].x.brief), "
        + "\(points.last!.y.brief) at \(points.last!.x.brief); lowest \(low.y.brief) at "
        + "\(low.x.brief), highest \(high.y.brief) at \(high.x.brief)."
    }
    if let mark { sentences.append("Marked: \(mark.name) at \(mark.x.brief).") }
    return "Lines of \(yTitle) over \(xTitle). " + sentences.joined(separator: " ")
  }
}
