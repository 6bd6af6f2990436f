import Engine

/// The two ends of a 95 % interval. `Docs/decisions/0004-intervals.md` says why each formula is used.
struct Interval: Equatable {
  let low: Double
  let high: Double

  /// The 0.975 quantile of the standard normal distribution.
  static let z = 1.959963984540054

  /// A proportion's score interval: all p with |p̂ − p| ≤ z √(p(1−p)/n); everything when n is 0.
  ///
  /// E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, Journal of
  /// the American Statistical Association 22 (1927).
  static func wilson(hits: Int, of count: Int) -> Interval {
    guard count > 0 else { return Interval(low: 0, high: 1) }
    let n = Double(count)
    let p = Double(hits) / n
    let scale = 1 + z * z / n
    let centre = (p + z * z / (2 * n)) / scale
    let half = z / scale * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    // At the borders the formula gives exactly 0 and 1; rounding must not move them.
    return Interval(
      low: hits == 0 ? 0 : max(0, centre - half), high: hits == count ? 1 : min(1, centre + half))
  }

  /// F1 of one class: Wilson's interval of J = TP / (TP + FP + FN), carried over by F1 = 2J / (1 + J),
  /// which rises with J. Among the examples that are of the class or are predicted to be, TP is
  /// binomial.
  ///
  /// K. F. Y. Lam, V. Gopal, J. Qian, *Confidence intervals for the F1 score: a comparison of four
  /// methods*, arXiv 2309.14621 (2023), the indirect Wilson method.
  static func f1(hits: Int, of union: Int) -> Interval {
    let overlap = wilson(hits: hits, of: union)
    return Interval(
      low: 2 * overlap.low / (1 + overlap.low), high: 2 * overlap.high / (1 + overlap.high))
  }

  /// The area under the curve: all θ with |A − θ| ≤ z √V(θ), where
  /// V(θ) = θ(1−θ) (1 + N (1−θ)/(2−θ) + N θ/(1+θ)) / (m n) and N = (m + n)/2 − 1.
  ///
  /// The variance is Hanley and McNeil's (Radiology 143, 1982) with N for m − 1 and n − 1; solving
  /// for θ instead of inserting A is method 5 of R. G. Newcombe, *Confidence intervals for an effect
  /// size measure based on the Mann-Whitney statistic, part 2*, Statistics in Medicine 25 (2006).
  static func area(_ area: Double, positives: Int, negatives: Int) -> Interval {
    let m = Double(positives)
    let n = Double(negatives)
    let larger = (m + n) / 2 - 1
    func contains(_ θ: Double) -> Bool {
      let spread = 1 + larger * (1 - θ) / (2 - θ) + larger * θ / (1 + θ)
      return (area - θ) * (area - θ) <= z * z * θ * (1 - θ) * spread / (m * n)
    }
    return Interval(
      low: border(inside: area, outside: 0, contains),
      high: border(inside: area, outside: 1, contains))
  }

  /// Where `contains` changes, by halving 60 times.
  private static func border(
    inside: Double, outside: Double, _ contains: (Double) -> Bool
  ) -> Double {
    var (inside, outside) = (inside, outside)
    for _ in 0..<60 where inside != outside {
      let middle = (inside + outside) / 2
      if contains(middle) { inside = middle } else { outside = middle }
    }
    return outside
  }

  /// A weighted mean of scores of different classes: the distances to the ends of the classes'
  /// intervals add up in squares. `touching` is how many classes' scores one example can change.
  /// Weights that are themselves estimated from `examples` add the spread of the scores about
  /// their mean.
  ///
  /// G. Y. Zou, A. Donner, *Construction of confidence limits about effect measures: a general
  /// approach*, Statistics in Medicine 27 (2008).
  static func mean(
    of scores: [(value: Double, interval: Interval, weight: Double)], touching: Int,
    weightsFrom examples: Int?
  ) -> Interval {
    let mean = scores.reduce(0) { $0 + $1.weight * $1.value }
    var below = 0.0
    var above = 0.0
    var spread = 0.0
    for (value, interval, weight) in scores {
      below += weight * weight * (value - interval.low) * (value - interval.low)
      above += weight * weight * (interval.high - value) * (interval.high - value)
      spread += weight * (value - mean) * (value - mean)
    }
    let shared = Double(touching)
    let drawn = examples.map { z * z * spread / Double($0) } ?? 0
    return Interval(
      low: max(0, mean - (shared * below + drawn).squareRoot()),
      high: min(1, mean + (shared * above + drawn).squareRoot()))
  }
}
