import Formatting
import Networks

/// How good the answers for one quantile of one target are.
package struct QuantileScores: Codable, Sendable {
  /// The target.
  package let name: String
  /// The share of values that should lie at or below the answers.
  package let quantile: Double
  /// The mean pinball error, in the target's unit: the less, the better. Half of it is the mean absolute
  /// error where the quantile is the median.
  package let pinball: Score
  /// The share of true values that do lie at or below.
  package let below: Score

  /// - Parameters:
  ///   - sample: nil where all examples count the same and stand alone.
  ///   - pairs: for each example answer and truth, in the target's unit.
  init(
    _ name: String, _ quantile: Double, _ sample: ScoredSample?,
    pairs: [(answer: Double, truth: Double)]
  ) {
    (self.name, self.quantile) = (name, quantile)
    let term = PinballError(quantile: quantile)
    let losses = pairs.map { term.value($0.answer, $0.truth) }
    let hits = pairs.map { $0.truth <= $0.answer ? 1.0 : 0 }
    guard let sample else {
      pinball = Score(
        losses.reduce(0, +) / Double(losses.count), .mean(of: losses), of: losses.count,
        without: losses.count < Interval.fewestForMeans
          ? Score.tooFew(losses.count, Interval.fewestForMeans) : "all errors are equal")
      below = Score(hits: hits.count { $0 == 1 }, of: hits.count)
      return
    }
    /// With all examples, then without each part.
    func means(_ values: [Double]) -> [Double?] {
      sample.map { weights in
        let total = weights.reduce(0, +)
        return total > 0 ? zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / total : nil
      }
    }
    pinball = sample.mean(means(losses))
    below = sample.share(means(hits))
  }

  /// A line for each below a heading; empty for none.
  static func text(_ scores: [QuantileScores]) -> String {
    guard !scores.isEmpty else { return "" }
    let isOne = Set(scores.map(\.name)).count == 1
    return "\nQuantiles\n"
      + scores.map { score in
        "  " + (isOne ? "" : "\(score.name.shortened(to: 40)) ") + "\(score.quantile.brief): "
          + "pinball loss \(score.pinball.significantDigits), \(score.below.text()) of true values at or "
          + "below\n"
      }.joined()
  }
}
