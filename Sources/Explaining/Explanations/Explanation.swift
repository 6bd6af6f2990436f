public import Training

/// What each part of an example contributes to the model's answer: how much the answer would differ without
/// it, on average over all orders in which the parts can come in (Shapley values).
///
/// A part that is taken away is replaced by what is usual in training. The contributions sum to the answer
/// less the answer without any part.
/// ```swift
/// let explanation = try trained.explain(["hours": 3, "sleep": 7])
/// for part in explanation.contributions { print(part.name, part.contribution) }
/// ```
public struct Explanation: Codable, Sendable, Hashable {
  /// One part: a column, a step or a word of a sequence.
  public struct Contribution: Codable, Sendable, Hashable {
    /// The column, with the step where a cell holds several.
    public var name: String
    /// What is there, as it is written.
    public var value: String
    /// What takes its place when it is taken away.
    public var baseline: String
    /// In the unit of the answer.
    public var contribution: Double
    /// The standard error of the contribution; 0 where all orders were counted.
    public var error: Double
  }

  /// How the contributions were found: `shapley` where every set of parts was asked about,
  /// `shapley_sampled` where some orders of the parts were drawn.
  public var method: String
  /// Of what they are contributions, such as `passed = yes`.
  public var explained: String
  /// A probability, or a number in the target's unit.
  public var answer: Double
  /// The answer where every part is taken away.
  public var baselineAnswer: Double
  /// In the order of the example. Parts that are as usual are left out: they contribute nothing.
  public var contributions: [Contribution]
  /// The contributions of the regions of an image, row by row of a grid over it; nil for other inputs.
  public var regions: [[Double]]?
  /// The greatest standard error of a region; nil for other inputs.
  public var regionError: Double?
  /// How far the sum of all contributions is from the difference of the two answers.
  public var sumError: Double
  /// How many times the network was asked.
  public var evaluations: Int
  /// What the model answers, whole.
  public var prediction: Prediction
  /// What a reader should know of the baseline; nil for nothing.
  public var notes: [String]?

  /// Whether every set of parts was asked about.
  var isExact: Bool { method == Self.exact }

  static let exact = "shapley"
  static let sampled = "shapley_sampled"

  private enum CodingKeys: String, CodingKey {
    case method, explained, answer, contributions, regions, evaluations, prediction, notes
    case baselineAnswer = "baseline_answer"
    case regionError = "region_error"
    case sumError = "sum_error"
  }
}
