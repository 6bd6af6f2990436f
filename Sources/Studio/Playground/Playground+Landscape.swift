import Diagnosis
import Training

/// The loss around the weights, and the way they went, in one plane of the many directions they can move
/// in: through the beginning, the present, and the place farthest from the line between them.
package struct PlaygroundLandscape: Encodable, Sendable {
  /// Where the weights were.
  package struct Place: Encodable, Sendable {
    package var step: Int
    package var x: Double
    package var y: Double
  }

  package var places: [Place]
  /// Lowest x, highest x, lowest y, highest y.
  package var ranges: [Double]
  /// Places along each axis of the grid.
  package var side: Int
  /// The loss at each place of the grid, row by row from the lowest y; nil where it is not finite.
  package var losses: [Double?]
  /// How many training rows the losses are of.
  package var rows: Int
}

extension Playground {
  /// The loss around the weights, with the way up to the present step.
  ///
  /// - Returns: nil where no weight has moved yet, or it would take too long.
  /// - Throws: `Problem` if memory is too small.
  package func landscape() throws -> PlaygroundLandscape? {
    var tracker = try WeightTracker(experiment)
    let now = training.moment()
    defer { training.go(to: now) }
    for moment in pathMoments {
      training.go(to: moment)
      tracker.add(training, at: moment.step)
    }
    return try tracker.path().map { path in
      PlaygroundLandscape(
        places: path.places.map { .init(step: $0.epoch, x: $0.x, y: $0.y) }, ranges: path.ranges,
        side: path.side, losses: path.losses.map { $0.isFinite ? $0 : nil }, rows: path.rows)
    }
  }
}
