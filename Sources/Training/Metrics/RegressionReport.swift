public import Engine
import Formatting

/// How good a regression is on examples it has not learnt from: every score with its 95 % interval,
/// a percentile bootstrap of the examples.
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

  /// Scores a regression.
  /// - Parameters:
  ///   - names: the outputs' names; at least one.
  ///   - predictions: row-major, examples × outputs.
  ///   - targets: as many, in the same order.
  ///   - seed: of the bootstrap.
  /// - Throws: `Problem` for no examples, counts that do not fit, or a number that is not
  ///   finite.
  public init(
    names: [String] = ["target"], predictions: [Float], targets: [Float], seed: UInt64 = 0
  ) throws(Problem) {
    let pairs = try NumberPredictions(
      predictions: predictions, targets: targets, outputs: names.count)
    let columns = names.indices.map { pairs.errors(ofOutput: $0) }
    let values = Self.withMeans(columns.map { [$0.mae, $0.mse.squareRoot(), $0.r2] })
    let intervals =
      pairs.count < 2
      ? [Interval?](repeating: nil, count: values.count)
      : Bootstrap(seed: seed).intervals(examples: pairs.count, statistics: values.count) { drawn in
        Self.withMeans(columns.map { Self.resampled($0, drawn) })
      }
    let scores = zip(values, intervals).map { value, interval in
      Self.score(value, interval, of: pairs.count)
    }
    let rows = (names + ["mean"]).enumerated().map { index, name in
      OutputScores(
        name: name, mae: scores[3 * index], rmse: scores[3 * index + 1], r2: scores[3 * index + 2])
    }
    examples = pairs.count
    outputs = Array(rows.dropLast())
    average = rows[names.count]
  }

  /// MAE, RMSE and R² of each output, then their means; a mean over something undefined is too.
  private static func withMeans(_ columns: [[Double?]]) -> [Double?] {
    let means = (0..<3).map { statistic -> Double? in
      let defined = columns.compactMap { $0[statistic] }
      return defined.count == columns.count ? defined.reduce(0, +) / Double(columns.count) : nil
    }
    return columns.flatMap { $0 } + means
  }

  /// MAE, RMSE and R² of drawn examples.
  private static func resampled(
    _ errors: RegressionErrors, _ drawn: [Int]
  ) -> [Double?] {
    let count = Double(drawn.count)
    var absolute = 0.0
    var squared = 0.0
    var sum = 0.0
    var squares = 0.0
    for example in drawn {
      absolute += errors.absolute[example]
      squared += errors.squared[example]
      sum += errors.centred[example]
      squares += errors.centred[example] * errors.centred[example]
    }
    let total = squares - sum * sum / count
    // A draw of equal targets only leaves rounding errors here.
    let isConstant = total <= 1e-12 * squares
    return [
      absolute / count, (squared / count).squareRoot(), isConstant ? nil : 1 - squared / total,
    ]
  }

  private static func score(_ value: Double?, _ interval: Interval?, of count: Int) -> Score {
    guard let value else {
      return Score(nil, of: count, without: "all targets are equal, so R² has nothing to explain")
    }
    guard let interval else {
      return Score(value, of: count, without: "too few examples for an interval")
    }
    return Score(value, interval, of: count)
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
    lines.append("Brackets hold 95 % intervals.")
    return lines.joined(separator: "\n") + "\n"
  }
}
