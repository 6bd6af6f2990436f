import Formatting

/// How often intervals, or sets of classes, held the truth, beside how often they should.
public struct CoverageReport: Codable, Sendable, Equatable {
  /// The target.
  public let name: String
  /// The share of truths that they promise to hold.
  public let promised: Double
  /// The share that they did hold.
  public let measured: Score
  /// The mean width of the intervals in the target's unit, or the mean number of classes in a set.
  public let meanSize: Double

  private enum CodingKeys: String, CodingKey {
    case name, promised, measured
    case meanSize = "mean_size"
  }

  /// - Parameter isHeld: for each example.
  init(name: String, promised: Double, isHeld: [Bool], sizes: [Double]) {
    self.name = name
    self.promised = promised
    measured = Score(hits: isHeld.count { $0 }, of: isHeld.count)
    meanSize = sizes.reduce(0, +) / Double(max(1, sizes.count))
  }

  /// One line: `y: 0.911 [0.85, 0.95] held, 0.9 promised, mean width 12.4`.
  func text(isClasses: Bool) -> String {
    "\(name): \(measured.text()) held, \(promised.shortText) promised, "
      + (isClasses
        ? "\(meanSize.text(decimals: 2)) classes in a set" : "mean width \(meanSize.shortText)")
  }
}
