public import Engine
import Formatting

/// How good a regression is on examples it has not learnt from: every score with its 95 % interval, or
/// why there is none that would hold. Intervals take the examples as independent draws.
public struct RegressionReport: Codable, Sendable, Equatable {
  /// The scores of one output, or their plain means.
  public struct OutputScores: Codable, Sendable, Equatable {
    /// The output's name.
    public let name: String
    /// Mean absolute error, in the target's unit.
    public let mae: Score
    /// Root of the mean squared error, in the target's unit.
    public let rmse: Score
    /// 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 is perfect, 0 no better than the mean; undefined when all
    /// targets are equal.
    public let r2: Score
  }

  /// How many examples were scored.
  public let examples: Int
  /// Each output's scores.
  public let outputs: [OutputScores]
  /// The plain means over outputs. Only R² is free of units.
  public let average: OutputScores
  /// What examples count, where not all count the same and stand alone; nil where they do.
  package let sample: ScoredSample.Summary?

  /// Scores a regression.
  /// - Parameters:
  ///   - names: the outputs' names; at least one.
  ///   - predictions: row-major, examples × outputs.
  ///   - targets: as many, in the same order.
  ///   - weights: how much each example counts; nil for all the same.
  ///   - groups: the number of the group of each example, whose members are no independent draws; nil
  ///     where each stands alone.
  /// - Throws: `Problem` for no examples, counts that do not fit, or a number that is not
  ///   finite.
  public init(
    names: [String] = ["target"], predictions: [Float], targets: [Float],
    weights: [Float]? = nil, groups: [Int32]? = nil
  ) throws(Problem) {
    try self.init(
      names: names, answers: predictions.map { Double($0) }, truths: targets.map { Double($0) },
      weights: weights, groups: groups)
  }

  /// The same in 64 bits, which hold values of any unit.
  package init(
    names: [String] = ["target"], answers: [Double], truths: [Double], weights: [Float]? = nil,
    groups: [Int32]? = nil
  ) throws(Problem) {
    var pairs = try NumberPredictions(predictions: answers, targets: truths, outputs: names.count)
    examples = pairs.count
    if let sample = try ScoredSample(weights: weights, groups: groups, count: pairs.count) {
      self.sample = sample.summary
      let parts = sample.map { weights in
        pairs.weights = weights
        return names.indices.map { output in
          let errors = pairs.errors(ofOutput: output)
          return (mae: errors.mae, rmse: errors.mse.squareRoot(), r2: errors.r2)
        }
      }
      outputs = names.indices.map { output in
        Self.scores(names[output], parts.map { [$0[output]] }, sample)
      }
      average = Self.scores("mean", parts, sample)
      return
    }
    sample = nil
    let columns = names.indices.map { pairs.errors(ofOutput: $0) }
    outputs = zip(names, columns).map { name, errors in Self.scores(name, [errors]) }
    average = Self.scores("mean", columns)
  }

  /// The means over outputs, or the scores of a single one.
  private static func scores(_ name: String, _ outputs: [RegressionErrors]) -> OutputScores {
    let examples = outputs[0].absolute.indices
    func mean(_ value: (RegressionErrors) -> Double) -> Double {
      outputs.reduce(0) { $0 + value($1) } / Double(outputs.count)
    }
    let absolute = examples.map { example in mean { $0.absolute[example] } }
    return OutputScores(
      name: name,
      mae: score(mean(\.mae), .mean(of: absolute), of: examples.count, Interval.fewestForMeans),
      rmse: score(
        mean { $0.mse.squareRoot() }, rootInterval(outputs), of: examples.count,
        Interval.fewestForMeans),
      r2: r2(outputs))
  }

  /// The same of examples that do not all count the same or stand alone.
  /// - Parameter parts: of the outputs with all examples, and without each of the sample's parts.
  private static func scores(
    _ name: String, _ parts: [[(mae: Double, rmse: Double, r2: Double?)]], _ sample: ScoredSample
  ) -> OutputScores {
    func mean(_ value: ((mae: Double, rmse: Double, r2: Double?)) -> Double?) -> [Double?] {
      parts.map { outputs in
        let values = outputs.compactMap(value)
        return values.count == outputs.count
          ? values.reduce(0, +) / Double(outputs.count) : nil
      }
    }
    return OutputScores(
      name: name, mae: sample.mean(mean(\.mae)),
      rmse: sample.mean(mean(\.rmse)),
      r2: sample.complementOfRatio(
        mean(\.r2), without: "all targets are equal, so R² has nothing to explain"))
  }

  private static func score(
    _ value: Double, _ interval: Interval?, of count: Int, _ fewest: Int
  ) -> Score {
    Score(
      value, interval, of: count,
      without: count < fewest ? Score.tooFew(count, fewest) : "all errors are equal")
  }

  /// Of one output the root of the interval of the mean square; of several, each square moves the mean of
  /// roots by its distance from the mean square, over twice the root.
  private static func rootInterval(_ outputs: [RegressionErrors]) -> Interval? {
    if outputs.count == 1 {
      return Interval.mean(of: outputs[0].squared).map {
        Interval(low: $0.low.squareRoot(), high: $0.high.squareRoot())
      }
    }
    let roots = outputs.map { $0.mse.squareRoot() }
    guard roots.allSatisfy({ $0 > 0 }) else { return nil }
    let count = Double(outputs.count)
    return Interval.mean(
      of: outputs[0].squared.indices.map { example in
        zip(outputs, roots).reduce(0) { sum, output in
          sum + (output.1 + output.0.squared[example] / output.1) / (2 * count)
        }
      })
  }

  /// 1 − R² is a ratio of two means, of squared errors and of squared distances from the mean target.
  private static func r2(_ outputs: [RegressionErrors]) -> Score {
    let examples = outputs[0].squared.indices
    var moves = [Double](repeating: 0, count: examples.count)
    var rest = 0.0
    for output in outputs {
      guard let r2 = output.r2 else {
        return Score(
          undefined: "all targets are equal, so R² has nothing to explain", of: examples.count)
      }
      let spread = output.centred.reduce(0) { $0 + $1 * $1 } / Double(examples.count)
      for example in examples {
        let square = output.centred[example] * output.centred[example]
        moves[example] +=
          (output.squared[example] - (1 - r2) * square) / (spread * Double(outputs.count))
      }
      rest += (1 - r2) / Double(outputs.count)
    }
    let interval = Interval.ratio(rest, moves: moves).map {
      Interval(low: 1 - $0.high, high: 1 - $0.low)
    }
    return score(1 - rest, interval, of: examples.count, Interval.fewestForRatios)
  }

  /// The report as aligned text of at most 80 columns, with a final line break.
  public func text() -> String {
    var lines = ["\(examples) examples"]
    for scores in outputs + (outputs.count > 1 ? [average] : []) {
      lines.append("")
      lines.append(scores.name.count > 80 ? aligned(scores.name, to: 80) : scores.name)
      for (name, score) in [("MAE", scores.mae), ("RMSE", scores.rmse), ("R²", scores.r2)] {
        lines.append("  " + aligned(name, to: 6) + score.significantDigits)
      }
    }
    lines.append("")
    lines.append("Brackets hold 95 % intervals; where none would hold, there are none.")
    if let sample { lines += sample.lines }
    return lines.joined(separator: "\n") + "\n"
  }
}
