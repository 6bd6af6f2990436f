import Engine
import Formatting

/// Examples that do not all count the same, or do not stand alone.
///
/// A group of examples is then one draw. Each score is computed with all examples and without each group
/// in turn (without each of 100 random sets of groups where there are more): the jackknife, which holds
/// for any score and any weights.
///
/// B. Efron, *The Jackknife, the Bootstrap and Other Resampling Plans*, SIAM (1982); L. Kish, *Survey
/// Sampling*, Wiley (1965).
package struct ScoredSample: Sendable {
  /// What stands beside the scores.
  package struct Summary: Codable, Sendable, Equatable {
    /// How many groups of examples there are; nil where each example stands alone.
    package var groups: Int?
    /// How many examples that all count the same would say as much (Kish): (Σw)² / Σw²; nil without
    /// weights.
    package var effectiveExamples: Double?

    private enum CodingKeys: String, CodingKey {
      case groups
      case effectiveExamples = "effective_examples"
    }

    /// As they stand below the scores.
    package var lines: [String] {
      (groups.map { ["Intervals take \($0) groups as independent draws, not their rows."] } ?? [])
        + (effectiveExamples.map {
          ["Rows count by their weights; they say as much as \($0.shortText) of equal weight."]
        } ?? [])
    }
  }

  /// What stands beside the scores.
  let summary: Summary
  /// What each example counts.
  private let weights: [Double]
  /// In which part each is left out; below 0 for those that count nothing.
  private let partOfExample: [Int8]
  private let partCount: Int
  private let draws: Int
  private let examples: Int
  private let effective: Double

  /// - Returns: nil where all examples count the same and stand alone.
  /// - Throws: `Problem` for counts that do not fit, or weights that are none.
  init?(weights given: [Float]?, groups: [Int32]?, count: Int) throws(Problem) {
    guard given != nil || groups != nil else { return nil }
    let weights = try Self.checked(given, count: count) ?? [Double](repeating: 1, count: count)
    guard groups == nil || groups?.count == count else {
      throw Problem.data(
        "groups", expected: "a group for each of \(count) examples", found: "\(groups?.count ?? 0)")
    }
    let total = weights.reduce(0, +)
    effective = total * total / weights.reduce(0) { $0 + $1 * $1 }
    examples = count
    // Whatever counts nothing is no draw.
    var (number, draws) = ([Int32: Int](), 0)
    let draw = (0..<count).map { place -> Int? in
      guard weights[place] > 0 else { return nil }
      if let group = groups?[place] {
        if let known = number[group] { return known }
        number[group] = draws
      }
      defer { draws += 1 }
      return draws
    }
    self.draws = draws
    summary = Summary(
      groups: groups == nil ? nil : draws, effectiveExamples: given == nil ? nil : effective)
    let parts = min(draws, Self.mostParts)
    // In the order of a file neighbours may be alike.
    var generator = RandomGenerator(seed: 1, for: .split)
    let order = draws > parts ? generator.permutation(draws) : Array(0..<draws)
    var partOfDraw = [Int](repeating: 0, count: draws)
    for (place, draw) in order.enumerated() { partOfDraw[draw] = place % parts }
    partOfExample = draw.map { $0.map { Int8(partOfDraw[$0]) } ?? -1 }
    (self.weights, partCount) = (weights, parts)
  }

  /// Something of the weights of all examples, then of those without each part, one after the other: together
  /// they would be a hundred times as long as the examples.
  func map<Value>(_ body: (_ weights: [Double]) -> Value) -> [Value] {
    [body(weights)]
      + (0..<partCount).map { part in
        body(
          zip(weights, partOfExample).map { weight, own in own < 0 || own == part ? 0 : weight })
      }
  }

  /// More make no interval better.
  private static let mostParts = 100

  /// - Throws: `Problem` for another number of weights, one below 0, or all 0.
  static func checked(_ weights: [Float]?, count: Int) throws(Problem) -> [Double]? {
    guard let weights else { return nil }
    guard weights.count == count, weights.allSatisfy({ $0 >= 0 && $0.isFinite }),
      weights.contains(where: { $0 > 0 })
    else {
      throw Problem.data(
        "weights",
        expected: "a finite number of at least 0 for each of \(count) examples, not all 0",
        found: "\(weights.count) numbers" + (weights.min().map { ", the least \($0)" } ?? ""))
    }
    return weights.map(Double.init)
  }

  /// The values without each part; nil where one of them has none.
  private func parts(_ values: [Double?]) -> [Double]? {
    let parts = values.dropFirst().compactMap(\.self)
    return parts.count == values.count - 1 ? parts : nil
  }

  /// n·v − (n − 1)·vᵢ: numbers whose mean and spread are those of the score.
  private func pseudo(_ values: [Double?], _ value: Double) -> [Double]? {
    parts(values).map { parts in
      parts.map { Double(parts.count) * value - Double(parts.count - 1) * $0 }
    }
  }

  private func tooFew(_ fewest: Int) -> String? {
    guard draws < fewest else { return nil }
    return summary.groups == nil
      ? Score.tooFew(draws, fewest)
      : "\(draws) \(draws == 1 ? "group" : "groups"), fewer than the \(fewest) that an interval needs"
  }

  private func score(
    _ value: Double, _ count: Int?, fewest: Int, _ interval: () -> Interval?
  ) -> Score {
    let reason = tooFew(fewest)
    return Score(
      value, reason == nil ? interval() : nil, of: count ?? examples,
      without: reason ?? "the score is the same without any part of the examples")
  }

  /// A mean of losses, or the root of one.
  ///
  /// - Parameter values: with all examples, then without each part.
  func mean(_ values: [Double?], without reason: String = "undefined") -> Score {
    guard let value = values[0] else { return Score(undefined: reason, of: examples) }
    return score(value, nil, fewest: Interval.fewestForMeans) {
      pseudo(values, value).flatMap { Interval.mean(of: $0) }
    }
  }

  /// One minus a ratio of means.
  func complementOfRatio(_ values: [Double?], without reason: String) -> Score {
    guard let value = values[0] else { return Score(undefined: reason, of: examples) }
    return score(value, nil, fewest: Interval.fewestForRatios) {
      pseudo(values, value)
        .flatMap { Interval.ratio(1 - value, moves: $0) }
        .map { Interval(low: 1 - $0.high, high: 1 - $0.low) }
    }
  }

  /// A number from 0 to 1, on the scale of the logit with half an example added on each side.
  func share(
    _ values: [Double?], of count: Int? = nil, fewest: Int = Interval.fewestForShares,
    without reason: String = "undefined"
  ) -> Score {
    guard let value = values[0] else { return Score(undefined: reason, of: count ?? examples) }
    let n = effective
    func logit(_ share: Double) -> Double {
      Double.log((share * n + 0.5) / ((1 - share) * n + 0.5))
    }
    func share(_ logit: Double) -> Double {
      let odds = Double.exp(logit)
      return min(1, max(0, (odds * (n + 0.5) - 0.5) / (n * (1 + odds))))
    }
    return score(value, count, fewest: fewest) {
      guard let parts = parts(values)?.map(logit),
        let half = Interval.halfOfMean(
          of: parts.map { Double(parts.count) * logit(value) - Double(parts.count - 1) * $0 })
      else { return nil }
      return Interval(low: share(logit(value) - half), high: share(logit(value) + half))
    }
  }
}
