import Engine

/// Intervals of means of losses, which are skewed: most are small and a few are large.
extension Interval {
  /// Below so many rows, a mean of losses has no interval that holds.
  static let fewestForMeans = 30
  /// Below so many rows, R² has no interval that holds: it divides by a spread that is estimated too.
  static let fewestForRatios = 100

  /// The mean of positive numbers: all θ for which Hall's transform of t = (mean − θ) / (s/√n) is
  /// within the quantiles of Student's distribution. With the skewness γ of the numbers and a = γ/√n the
  /// transform is t + a t²/3 + a² t³/27 + a/6, which takes the skewness out of t. A variance that is
  /// itself uncertain lowers the degrees of freedom: 2n / (κ − 1) with the kurtosis κ, at most n − 1.
  ///
  /// P. Hall, *On the removal of skewness by transformation*, Journal of the Royal Statistical Society B
  /// 54 (1992); F. E. Satterthwaite, *An approximate distribution of estimates of variance components*,
  /// Biometrics Bulletin 2 (1946).
  /// - Returns: nil for fewer than ``fewestForMeans`` numbers or equal ones.
  static func mean(of numbers: [Double]) -> Interval? {
    guard numbers.count >= fewestForMeans, let moments = Moments(numbers) else { return nil }
    let n = moments.count
    let a = moments.skewness * (n * (n - 1)).squareRoot() / (n - 2) / n.squareRoot()
    let error = moments.standardError
    func undone(_ y: Double) -> Double {
      // Near 0 the quotient would be rounding alone.
      guard a.magnitude > 1e-9 else { return y }
      let cube = 1 + a * (y - a / 6)
      let root = Double.exp(Double.log(cube.magnitude) / 3)
      return 3 / a * ((cube < 0 ? -root : root) - 1)
    }
    let quantile = moments.quantile
    return Interval(
      low: max(0, moments.mean - error * undone(quantile)),
      high: moments.mean - error * undone(-quantile))
  }

  /// A positive ratio r of two means, on the scale of its logarithm: log r ± t s/(r √n), where `moves` is
  /// how far each example moves r: (numerator − r · denominator) / mean denominator.
  /// - Returns: nil for fewer than ``fewestForRatios`` examples, or where none moves anything.
  static func ratio(_ ratio: Double, moves: [Double]) -> Interval? {
    guard moves.count >= fewestForRatios, ratio > 0, let moments = Moments(moves) else {
      return nil
    }
    let half = moments.quantile * moments.standardError / ratio
    return Interval(low: ratio * Double.exp(-half), high: ratio * Double.exp(half))
  }

  /// Half of the interval of a mean of numbers that are not skewed: t s / √n.
  /// - Returns: nil for fewer than three numbers or equal ones.
  static func halfOfMean(of numbers: [Double]) -> Double? {
    Moments(numbers).map { $0.quantile * $0.standardError }
  }

  /// Mean, spread, skewness and kurtosis of some numbers.
  private struct Moments {
    let count: Double
    let mean: Double
    /// s / √n.
    let standardError: Double
    let skewness: Double
    let kurtosis: Double

    /// - Returns: nil for fewer than three numbers, or where they differ by rounding alone.
    init?(_ numbers: [Double]) {
      guard numbers.count >= 3 else { return nil }
      count = Double(numbers.count)
      mean = numbers.reduce(0, +) / count
      var powers = (second: 0.0, third: 0.0, fourth: 0.0)
      for number in numbers {
        let distance = number - mean
        let square = distance * distance
        powers.second += square
        powers.third += square * distance
        powers.fourth += square * square
      }
      let variance = powers.second / count
      let size = numbers.lazy.map(\.magnitude).max()!
      guard variance.squareRoot() > 1e-12 * size, powers.fourth.isFinite, powers.fourth > 0 else {
        return nil
      }
      standardError = (variance / (count - 1)).squareRoot()
      skewness = powers.third / count / (variance * variance.squareRoot())
      kurtosis = powers.fourth / count / (variance * variance)
    }

    /// Student's 0.975 quantile for a variance as uncertain as this one.
    var quantile: Double {
      // The kurtosis is at least 1; where it is 1 exactly, rounding may say less.
      let uncertainty = max(kurtosis - 1, 1e-9)
      return StudentDistribution(degrees: min(count - 1, 2 * count / uncertainty)).upperQuantile
    }
  }
}
