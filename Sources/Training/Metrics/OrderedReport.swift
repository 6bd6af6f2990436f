import Formatting

/// How far the answers of ordered classes are from the true ones, in steps from class to class.
public struct OrderedReport: Codable, Sendable, Equatable {
  /// The mean distance in steps.
  public let meanSteps: Score
  /// Cohen's kappa with quadratic weights: 1 is perfect, 0 no better than chance; undefined where all
  /// classes and answers are the same one.
  public let quadraticKappa: Score

  private enum CodingKeys: String, CodingKey {
    case meanSteps = "mean_steps"
    case quadraticKappa = "quadratic_kappa"
  }

  /// The distances of a classifier's answers.
  struct Steps {
    /// Of each example.
    let absolute: [Double]
    /// The mean of these.
    let mean: Double
    /// The mean of the squares.
    let meanSquare: Double
    /// The mean of the squares over all pairs of a true and an answered class.
    let expectedSquare: Double
    /// Of the examples: how much each adds to ``expectedSquare``, twice.
    let expected: [Double]

    /// Nil where all classes and answers are the same one.
    var kappa: Double? { expectedSquare > 0 ? 1 - meanSquare / expectedSquare : nil }

    init(_ predictions: ClassPredictions) {
      let (truths, answers) = (
        predictions.targets.map(Double.init), predictions.predicted.map(Double.init)
      )
      let weights = predictions.weights
      absolute = zip(truths, answers).map { ($0 - $1).magnitude }
      mean = weights.mean(of: absolute)
      meanSquare = weights.mean(of: absolute.map { $0 * $0 })
      func moments(_ numbers: [Double]) -> (mean: Double, square: Double) {
        (weights.mean(of: numbers), weights.mean(of: numbers.map { $0 * $0 }))
      }
      let (truth, answer) = (moments(truths), moments(answers))
      expectedSquare = truth.square + answer.square - 2 * truth.mean * answer.mean
      expected = zip(truths, answers).map { own, other in
        (own * own - 2 * own * answer.mean + answer.square)
          + (other * other - 2 * other * truth.mean + truth.square)
      }
    }
  }

  init(_ predictions: ClassPredictions, _ sample: ScoredSample? = nil) {
    if let sample {
      let parts = sample.map { weights in
        var part = predictions
        part.weights = weights
        let steps = Steps(part)
        return (mean: steps.mean, kappa: steps.kappa)
      }
      meanSteps = sample.mean(parts.map(\.mean))
      quadraticKappa = sample.complementOfRatio(
        parts.map(\.kappa), without: "all classes and answers are the same one")
      return
    }
    let steps = Steps(predictions)
    let count = steps.absolute.count
    meanSteps = Score(
      steps.mean, .mean(of: steps.absolute), of: count,
      without: count < Interval.fewestForMeans
        ? Score.tooFew(count, Interval.fewestForMeans) : "all distances are equal")
    guard steps.expectedSquare > 0 else {
      quadraticKappa = Score(undefined: "all classes and answers are the same one", of: count)
      return
    }
    // A ratio of a mean of squares and of one over pairs, whose examples move it by twice their share.
    let ratio = steps.meanSquare / steps.expectedSquare
    let moves = zip(steps.absolute, steps.expected).map { distance, expected in
      (distance * distance - steps.meanSquare - ratio * (expected - 2 * steps.expectedSquare))
        / steps.expectedSquare
    }
    let interval = Interval.ratio(ratio, moves: moves).map {
      Interval(low: 1 - $0.high, high: 1 - $0.low)
    }
    quadraticKappa = Score(
      1 - ratio, interval, of: count,
      without: count < Interval.fewestForRatios
        ? Score.tooFew(count, Interval.fewestForRatios) : "every answer is right")
  }

  /// The scores as aligned text, with a final line break.
  public func text() -> String {
    [("steps from true class", meanSteps), ("quadratic kappa", quadraticKappa)].map { name, score in
      aligned(name, to: 23) + score.text(endDecimals: 3) + "\n"
    }.joined()
  }
}
