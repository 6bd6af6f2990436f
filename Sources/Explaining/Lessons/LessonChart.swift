import Engine

/// Some lines over one horizontal axis.
public struct LessonChart: Sendable, Hashable, Encodable {
  /// A line through points, in order, or the points alone.
  public struct Line: Sendable, Hashable, Encodable {
    public var name: String
    public var points: [Point]
    /// Draw the points only?
    public var isDotted: Bool

    /// A named line; points with a number that is not finite are left out.
    public init(_ name: String, _ points: [Point], isDotted: Bool = false) {
      self.name = name
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
      self.isDotted = isDotted
    }

    /// Values over 0, 1, 2, …
    public init(_ name: String, _ values: [Double]) {
      self.init(name, values.enumerated().map { Point(x: Double($0.offset), y: $0.element) })
    }
  }

  /// A place in the chart.
  public struct Point: Sendable, Hashable, Encodable {
    public var x: Double
    public var y: Double

    /// Both in the units of their axes.
    public init(x: Double, y: Double) { (self.x, self.y) = (x, y) }
  }

  public var title: String
  public var xLabel: String
  public var yLabel: String
  /// Is the vertical axis logarithmic? Numbers that are not above 0 are left out then.
  public var isLogarithmic: Bool
  public var lines: [Line]

  /// A chart of at most six lines.
  public init(
    _ title: String, x: String, y: String, isLogarithmic: Bool = false, _ lines: [Line]
  ) {
    (self.title, xLabel, yLabel) = (title, x, y)
    self.isLogarithmic = isLogarithmic
    self.lines = lines
  }
}

extension LessonChart {
  /// Places of all points between 0 and 1, and the numbers at the ends of the axes.
  struct Layout {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>
    var lines: [[Point]]
  }

  var layout: Layout? {
    let shown = lines.map { $0.points.filter { !isLogarithmic || $0.y > 0 } }
    let all = shown.flatMap(\.self)
    guard let first = all.first else { return nil }
    let x = all.reduce(first.x...first.x) { Self.widened($0, $1.x) }
    let y = all.reduce(first.y...first.y) { Self.widened($0, $1.y) }
    let heights = isLogarithmic ? Double.log(y.lowerBound)...Double.log(y.upperBound) : y
    let places = shown.map { points in
      points.map {
        Point(
          x: Self.part($0.x, of: x), y: Self.part(isLogarithmic ? .log($0.y) : $0.y, of: heights))
      }
    }
    return Layout(x: x, y: y, lines: places)
  }

  private static func widened(_ range: ClosedRange<Double>, _ value: Double) -> ClosedRange<Double>
  {
    Double.min(range.lowerBound, value)...Double.max(range.upperBound, value)
  }

  private static func part(_ value: Double, of range: ClosedRange<Double>) -> Double {
    let width = range.upperBound - range.lowerBound
    return width > 0 ? (value - range.lowerBound) / width : 0.5
  }
}
