import Engine
import Formatting

/// Two models on the same rows: how much better the second is, and whether that may be chance.
public struct PairedComparison: Codable, Sendable, Hashable {
  /// How the difference was tested.
  public enum Method: String, Codable, Sendable, Hashable {
    /// Of classes: McNemar's exact test with the mid-p value.
    case mcNemarMidP = "mcnemar_mid_p"
    /// Of numbers: the bootstrap of the mean of the differences divided by its standard error.
    case pairedBootstrap = "paired_bootstrap"
  }

  public var method: Method
  public var rows: Int
  /// Rows that the second model alone answers rightly, or with a smaller error.
  public var better: Int
  /// Rows that the first model alone answers rightly, or with a smaller error.
  public var worse: Int
  /// Above 0 where the second is better: the gain in accuracy, or how much smaller its mean absolute error
  /// is, in the target's unit.
  public var difference: Double
  /// The lower end of its 95 % interval; nil for fewer rows than one is made of.
  public var low: Double?
  /// The upper end.
  public var high: Double?
  /// The probability of a difference as large, either way, between models that are equally good; nil for
  /// too few numbers.
  public var pValue: Double?

  private enum CodingKeys: String, CodingKey {
    case method, rows, better, worse, difference, low, high
    case pValue = "p_value"
  }

  /// Below so many rows there is no interval, and no test of numbers.
  static let fewestRows = 30
  /// Of the bootstrap.
  static let resamples = 1999

  /// Of classes.
  ///
  /// Only rows on which one of them alone is right say anything: of b + c such rows the number of either kind
  /// is binomial with ½ where both are equally good (Q. McNemar, Psychometrika 12, 1947). The mid-p value
  /// counts what was observed half, since all of it makes the exact test too careful (M. Fagerland,
  /// S. Lydersen, P. Laake, *The McNemar test for binary matched-pairs data: mid-p and asymptotic are better
  /// than exact conditional*, BMC Medical Research Methodology 13, 2013). The interval is that of A. Agresti
  /// and Y. Min, *Simple improved confidence intervals for comparing matched proportions*, Statistics in
  /// Medicine 24 (2005): half a row more in each of the four cells.
  package init(right first: [Bool], _ second: [Bool]) {
    let pairs = zip(first, second)
    (method, rows) = (.mcNemarMidP, first.count)
    (better, worse) = (pairs.count { !$0 && $1 }, pairs.count { $0 && !$1 })
    let n = Double(rows)
    difference = n == 0 ? 0 : Double(better - worse) / n
    pValue = Self.midP(better, worse)
    guard rows >= Self.fewestRows else { return }
    let (gained, lost) = ((Double(better) + 0.5) / (n + 2), (Double(worse) + 0.5) / (n + 2))
    let centre = gained - lost
    let half = Interval.z * ((gained + lost - centre * centre) / (n + 2)).squareRoot()
    // What was added to keep the interval from vanishing never moves it off the value.
    (low, high) = (min(max(-1, centre - half), difference), max(min(1, centre + half), difference))
  }

  /// Twice the probability of fewer than the smaller count, and half of that of the same.
  static func midP(_ one: Int, _ other: Int) -> Double {
    let (n, k) = (Double(one + other), Double(min(one, other)))
    let logarithm =
      GammaFunction.logarithm(n + 1) - GammaFunction.logarithm(k + 1)
      - GammaFunction.logarithm(n - k + 1) - n * Double.log(2)
    var term = Double.exp(logarithm)
    var sum = term / 2
    var i = k
    while i > 0, term > 1e-17 * sum {
      term *= i / (n - i + 1)
      sum += term
      i -= 1
    }
    return min(1, 2 * sum)
  }

  /// Of numbers: the absolute errors of both on the same rows.
  ///
  /// The differences' mean divided by its standard error is compared with what drawing the rows again, with
  /// replacement, makes of it around that mean (B. Efron, R. Tibshirani, *An Introduction to the Bootstrap*,
  /// 1993, chapters 12 and 16), which also holds for skewed errors.
  /// - Parameter seed: decides which rows are drawn.
  package init(errors first: [Double], _ second: [Double], seed: UInt64) {
    let gains = zip(first, second).map { $0 - $1 }
    (method, rows) = (.pairedBootstrap, gains.count)
    (better, worse) = (gains.count { $0 > 0 }, gains.count { $0 < 0 })
    let observed = Moments(of: gains.indices.lazy.map { gains[$0] })
    difference = observed.mean
    guard rows >= Self.fewestRows else { return }
    guard observed.error > 0 else {
      (low, high, pValue) = (difference, difference, difference == 0 ? 1 : nil)
      return
    }
    var generator = RandomGenerator(seed: seed, stream: 0x5265_7472)
    var drawn = [Double](repeating: 0, count: rows)
    var ratios: [Double] = []
    for _ in 0..<Self.resamples {
      for place in drawn.indices { drawn[place] = gains[generator.below(rows)] }
      let moments = Moments(of: drawn)
      if moments.error > 0 { ratios.append((moments.mean - difference) / moments.error) }
    }
    guard !ratios.isEmpty else { return }
    ratios.sort()
    func quantile(_ share: Double) -> Double {
      ratios[min(ratios.count - 1, Int(share * Double(ratios.count + 1)))]
    }
    low = min(difference, difference - quantile(0.975) * observed.error)
    high = max(difference, difference - quantile(0.025) * observed.error)
    let ratio = (difference / observed.error).magnitude
    pValue =
      Double(ratios.count { $0.magnitude >= ratio } + 1) / Double(ratios.count + 1)
  }

  /// Mean and standard error.
  private struct Moments {
    var mean = 0.0
    var error = 0.0

    init(of numbers: some Collection<Double>) {
      guard numbers.count > 1 else {
        mean = numbers.first ?? 0
        return
      }
      let count = Double(numbers.count)
      mean = numbers.reduce(0, +) / count
      let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      error = (squares / (count - 1) / count).squareRoot()
      // What rounding alone leaves of equal numbers.
      if error < 1e-14 * mean.magnitude { error = 0 }
    }
  }

  /// Whether the second is better by more than chance.
  package func isBetter(level: Double, correctedPValue: Double?) -> Bool {
    difference > 0 && (correctedPValue ?? 1) <= level
  }

  /// Whether the second is worse by more than chance.
  package func isWorse(level: Double) -> Bool { difference < 0 && (pValue ?? 1) <= level }
}

extension PairedComparison {
  /// `+0.120 [+0.04, +0.2]`.
  package var differenceText: String {
    func signed(_ number: Double) -> String {
      let text =
        method == .mcNemarMidP ? number.text(decimals: 3) : number.shortText
      return number > 0 ? "+" + text : text
    }
    return signed(difference)
      + (low.flatMap { low in high.map { " [\(signed(low)), \(signed($0))]" } } ?? "")
  }
}
