import Charts

/// A drawing as a file of its own, with what can be clicked in it.
struct FigureFile: Encodable, Sendable {
  /// The points of a scatter, in the drawing's own units.
  struct Dots: Encodable, Sendable {
    /// Which of several targets they are of.
    let target: Int
    /// x and y of each.
    let places: [[Double]]
    /// What each says: the true and the predicted value.
    let values: [[Double]]
    let width, height: Double

    init(target: Int, of chart: ScatterChart) {
      self.target = target
      places = chart.places.map { [$0.x, $0.y] }
      values = chart.points.map { [$0.x, $0.y] }
      (width, height) = (Figure.usualWidth, chart.figure.height)
    }
  }

  let title, description, svg, caption: String
  let dots: Dots?

  init(_ figure: Figure, caption: String = "", dots: Dots? = nil) {
    (title, description, svg) = (figure.title, figure.description, figure.file)
    (self.caption, self.dots) = (caption, dots)
  }
}
