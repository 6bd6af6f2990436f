package import Datasets
import Engine
import Training

/// The points of a playground: the rows that its network learns from, and those it does not see.
package struct PlaygroundPoints: Encodable, Sendable {
  /// The two inputs that pictures lie over.
  package struct Axis: Encodable, Sendable {
    package var name: String
    package var low: Double
    package var high: Double
  }

  /// What the points are answered with.
  package var task: LearningTask
  /// The column that is learned.
  package var target: String
  /// The classes, in the order of their places; none for numbers.
  package var labels: [String]
  /// Nil, as all of the points' numbers, where there is no plane.
  package var x: Axis?
  package var y: Axis?
  /// For each point, in the order of the rows; nil for a missing cell.
  package var xs: [Double?]?
  package var ys: [Double?]?
  /// The place of the class, or the number; nil for a missing cell.
  package var targets: [Double?]?
  /// `train`, `validation`, `test`, or `none` for a row that is left out.
  package var parts: [String]
}

extension Playground {
  /// The points, which stay the same while the network learns.
  package func points() throws -> PlaygroundPoints {
    let preprocessing = data.preprocessing
    let labels = preprocessing.classes
    var points = PlaygroundPoints(
      task: experiment.task, target: preprocessing.targetName, labels: labels,
      parts: source.places.map { $0?.part.rawValue ?? "none" })
    guard let axes = source.axes, let table = source.table else { return points }
    func values(_ name: String) throws -> [Double?] {
      try table.column(name).numbers.map { $0.isFinite ? $0 : nil }
    }
    points.x = .init(name: axes.x.name, low: axes.x.low, high: axes.x.high)
    points.y = .init(name: axes.y.name, low: axes.y.low, high: axes.y.high)
    (points.xs, points.ys) = (try values(axes.x.name), try values(axes.y.name))
    let target = try table.column(preprocessing.targetNames[0])
    points.targets =
      labels.isEmpty
      ? try values(target.name)
      : (0..<table.count).map { row in
        target.text(row).flatMap { labels.firstIndex(of: $0) }.map(Double.init)
      }
    return points
  }
}
