import Engine

/// Intervals of areas under the curve.
extension Interval {
  /// Below so many positives or negatives, an area has no interval that holds.
  static let fewestOfEachSide = 5

  /// The wider ends of two intervals: Newcombe's takes the spread from the area alone and is too narrow
  /// where positives and negatives spread unequally; that of the placements sees how they spread, but
  /// not the mistakes that a small sample happens to lack.
  /// - Returns: nil for fewer than ``fewestOfEachSide`` positives or negatives.
  static func area(_ curve: AreaUnderCurve) -> Interval? {
    guard min(curve.positives, curve.negatives) >= fewestOfEachSide else { return nil }
    let (one, other) = (newcombe(curve), placements([curve]))
    return Interval(low: min(one.low, other.low), high: max(one.high, other.high))
  }

  /// The mean of areas of one class against the rest, of the same examples.
  ///
  /// - Returns: nil for fewer than ``fewestOfEachSide`` positives or negatives of a class.
  static func meanArea(_ curves: [AreaUnderCurve]) -> Interval? {
    curves.allSatisfy { min($0.positives, $0.negatives) >= fewestOfEachSide }
      ? placements(curves) : nil
  }

  /// All θ with |A − θ| ≤ z √V(θ), where V(θ) = θ(1−θ) (1 + N (1−θ)/(2−θ) + N θ/(1+θ)) / (m n) and
  /// N = (m + n)/2 − 1.
  ///
  /// The variance is Hanley and McNeil's (Radiology 143, 1982) with N for m − 1 and n − 1; solving
  /// for θ instead of inserting A is method 5 of R. G. Newcombe, *Confidence intervals for an effect
  /// size measure based on the Mann-Whitney statistic, part 2*, Statistics in Medicine 25 (2006).
  private static func newcombe(_ curve: AreaUnderCurve) -> Interval {
    let (m, n) = (Double(curve.positives), Double(curve.negatives))
    let larger = (m + n) / 2 - 1
    func contains(_ θ: Double) -> Bool {
      let spread = 1 + larger * (1 - θ) / (2 - θ) + larger * θ / (1 + θ)
      let distance = curve.value - θ
      return distance * distance <= z * z * θ * (1 - θ) * spread / (m * n)
    }
    return Interval(
      low: border(inside: curve.value, outside: 0, contains),
      high: border(inside: curve.value, outside: 1, contains))
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

  /// DeLong's variance of a mean of areas, from the placements of the examples, on the scale of the
  /// logit. One more positive and negative, shared by all curves and placed at ½, keep the spread from
  /// vanishing where nothing went wrong.
  ///
  /// E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, *Comparing the areas under two or more correlated
  /// receiver operating characteristic curves*, Biometrics 44 (1988).
  private static func placements(_ curves: [AreaUnderCurve]) -> Interval {
    let classes = Double(curves.count)
    let share = 1 / classes
    var moves = [Double](repeating: 0, count: curves[0].placements.count)
    var variance = 0.0
    var area = 0.0
    for curve in curves {
      for isPositive in [true, false] {
        let members = moves.indices.filter { curve.isPositive[$0] == isPositive }
        let count = Double(members.count)
        let sum = members.reduce(share / 2) { $0 + curve.placements[$1] }
        let mean = sum / (count + share)
        // √(n (n + 1)) for one curve: n summands of a mean, and the estimated mean takes one from them.
        let weight = 1 / (classes * (count * (count + share)).squareRoot())
        for member in members { moves[member] += weight * (curve.placements[member] - mean) }
        variance += share * weight * weight * (0.5 - mean) * (0.5 - mean)
        area += mean / (2 * classes)
      }
    }
    variance += moves.reduce(0) { $0 + $1 * $1 }
    let half = z * variance.squareRoot() / (area * (1 - area))
    // The odds move by a factor.
    func moved(_ factor: Double) -> Double {
      area * factor / (area * factor + 1 - area)
    }
    return Interval(low: moved(Double.exp(-half)), high: moved(Double.exp(half)))
  }
}
