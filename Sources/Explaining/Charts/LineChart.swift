/// Curves over a common axis, such as the loss over the epochs.
public struct LineChart: Sendable {
  /// One curve.
  public struct Series: Sendable {
    public var name: String
    /// From left to right. A value that is not finite leaves a gap.
    public var points: [(x: Double, y: Double)]

    /// A curve through points.
    public init(_ name: String, _ points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }

    /// A curve through values at 1, 2, 3, …
    public init(_ name: String, values: [Double]) {
      self.init(name, values.enumerated().map { (Double($0 + 1), $1) })
    }
  }

  public var title: String
  public var series: [Series]
  public var xTitle: String
  public var yTitle: String
  public var yKind: Scale.Kind
  /// A vertical line with a remark, such as the best epoch.
  public var mark: (x: Double, name: String)?
  /// Is the horizontal axis counted in whole numbers?
  public var countsOnX: Bool

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
    self.mark = mark
    self.countsOnX = countsOnX
  }

  /// The drawing.
  public var picture: Picture {
    let frame = frame
    var markup = Markup()
    frame.draw(title: title, xTitle: xTitle, yTitle: yTitle, in: &markup)
    if let mark { draw(mark, frame, in: &markup) }
    // The first series is drawn last, so that it lies on top.
    for (look, series) in series.enumerated().reversed() {
      draw(series, look, frame, in: &markup)
    }
    return Picture(
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

  private func draw(_ mark: (x: Double, name: String), _ frame: PlotFrame, in markup: inout Markup)
  {
    let top = frame.place((mark.x, frame.y.high))
    markup.line((top.x, frame.top - 8), (top.x, frame.bottom), "guide")
    // Above the plot, where no curve is, beside the axis's title.
    let width = 6.2 * Double(mark.name.count)
    let titleEnd = 18 + 6.2 * Double(yTitle.count)
    let x = max(titleEnd, min(top.x - width / 2, frame.right - width))
    markup.label(mark.name, x: x, y: frame.top - 12, "soft")
  }

  private func draw(_ series: Series, _ look: Int, _ frame: PlotFrame, in markup: inout Markup) {
    let points = Self.thinned(series.points)
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
    guard points.count <= 12 else { return }
    for point in points where point.y.isFinite {
      let place = frame.place(point)
      let style = "fill\(look % PictureStyle.seriesCount)"
      markup.add("circle", ["cx": place.x, "cy": place.y, "r": 3, "class": style])
    }
  }

  /// At most about 600 points: of each stretch its lowest and its highest, in order.
  static func thinned(_ points: [(x: Double, y: Double)]) -> [(x: Double, y: Double)] {
    guard points.count > 600 else { return points }
    let length = (points.count + 299) / 300
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
