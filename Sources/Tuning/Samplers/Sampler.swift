/// What became of a trial, as far as samplers know it; smaller values are better.
package struct Observation: Sendable, Hashable {
  package enum Result: Sendable, Hashable {
    case complete(Double)
    /// Stopped after so many epochs, with its best value until then.
    case pruned(epochs: Int, value: Double)
    case running
    /// It has no value: it diverged, say.
    case failed
  }

  package let point: SearchPoint
  package let result: Result

  package init(_ point: SearchPoint, _ result: Result) {
    (self.point, self.result) = (point, result)
  }
}

/// Says which point of a space is tried next.
package protocol Sampler: Sendable {
  /// In files and on the command line.
  static var name: String { get }

  /// The point of a trial. It depends on nothing but what is given, so that a study can be taken up again.
  ///
  /// - Parameters:
  ///   - number: of the trial, counted from 0.
  ///   - observations: of the trials before it, by their numbers; those still running too.
  /// - Returns: a value for each dimension that is there; nil if there is nothing left to try.
  func point(
    ofTrial number: Int, in dimensions: [SearchDimension], after observations: [Observation],
    seed: UInt64
  ) -> SearchPoint?
}
