import Formatting

/// What a regression predicted over what was true, one point for each example; on the dashed line both
/// are the same.
public struct ScatterChart: Sendable {
  public var points: [(x: Double, y: Double)]
  public var title: String
  public var xTitle: String
  public var yTitle: String

  /// - Parameter points: true and predicted values; those that are not finite are left out.
  public init(
    title: String = "Predicted and true values", points: [(x: Double, y: Double)],
    xTitle: String = "true", yTitle: String = "predicted"
  ) {
    self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
  }

  var frame: PlotFrame {
    // One scale for both, so that the line of equality has 45 degrees in the data's unit.
    let scale = Scale(points.flatMap { [$0.x, $0.y] })
    return PlotFrame(x: scale, y: scale, plotHeight: 230)
  }

  /// Where each point is in the drawing.
  package var places: [(x: Double, y: Double)] {
    let frame = frame
    return points.map { frame.place($0) }
  }

  /// The drawing.
  public var figure: Figure {
    let frame = frame
    var markup = Markup()
    frame.draw(title: title, xTitle: xTitle, yTitle: yTitle, in: &markup)
    markup.line(
      frame.place((frame.x.low, frame.x.low)), frame.place((frame.x.high, frame.x.high)), "guide")
    markup.group(["class": "fill0", "fill-opacity": points.count > 200 ? 0.45 : 0.75]) { markup in
      for place in places {
        markup.add("circle", ["cx": place.x, "cy": place.y, "r": points.count > 200 ? 2.2 : 3.2])
      }
    }
    let worst = points.max { ($0.x - $0.y).magnitude < ($1.x - $1.y).magnitude }
    return Figure(
      title: title,
      description: "\(points.count) points of \(yTitle) over \(xTitle)"
        + (worst.map {
          "; farthest from equality: \(yTitle) \($0.y.brief) where \($0.x.brief) is \(xTitle)."
        } ?? "."), height: frame.height, content: markup)
  }
}
