import Engine

/// The two ends of a 95 % interval. `Docs/decisions/0004-intervals.md` says why each formula is used,
/// `Docs/reliability.md` how often each holds.
package struct Interval: Equatable {
  let low: Double
  let high: Double

  /// The 0.975 quantile of the standard normal distribution.
  package static let z = 1.959963984540054

  /// Below so many, the steps between possible shares are so coarse that no interval of them holds
  /// 93 % of the time.
  static let fewestForShares = 10

  /// A share: p̃ ± z √(p̃(1−p̃)/ñ) with ñ = n + z² and p̃ = (hits + z²/2) / ñ.
  ///
  /// A. Agresti, B. A. Coull, *Approximate is better than "exact" for interval estimation of binomial
  /// proportions*, The American Statistician 52 (1998).
  /// - Returns: nil for fewer than ``fewestForShares``.
  static func share(hits: Int, of count: Int) -> Interval? {
    guard count >= fewestForShares else { return nil }
    let n = Double(count) + z * z
    let p = (Double(hits) + z * z / 2) / n
    let half = z * (p * (1 - p) / n).squareRoot()
    return Interval(low: max(0, p - half), high: min(1, p + half))
  }

  /// F1 of one class: the interval of J = TP / (TP + FP + FN), carried over by F1 = 2J / (1 + J), which
  /// rises with J. Among the examples that are of the class or are predicted to be, TP is binomial.
  ///
  /// K. F. Y. Lam, V. Gopal, J. Qian, *Confidence intervals for the F1 score: a comparison of four
  /// methods*, arXiv 2309.14621 (2023), the indirect method.
  static func f1(hits: Int, of union: Int) -> Interval? {
    share(hits: hits, of: union).map { overlap in
      Interval(
        low: 2 * overlap.low / (1 + overlap.low), high: 2 * overlap.high / (1 + overlap.high))
    }
  }
}
