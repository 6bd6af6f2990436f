import Engine

/// Two samples counted in the same bins: whether they differ, and by how much.
///
/// Both are samples: the reference is no exact distribution, and taking it for one finds drift everywhere.
struct BinnedComparison: Equatable {
  /// Pearson's statistic of the table of two rows.
  let statistic: Double
  /// Bins but one, after small ones were joined.
  let degrees: Int
  /// The probability of such a statistic where nothing differs.
  let pValue: Double
  /// The population stability index Σ (q − p) ln (q / p), less what chance alone adds to it.
  let psi: Double
  /// The ends of its 95 % interval.
  let low: Double
  let high: Double

  /// Fewer are expected in no bin of the smaller sample: below, the statistic is not distributed as χ².
  static let fewestExpected = 5.0

  /// - Parameter isOrdered: whether small bins may only join their neighbours.
  /// - Returns: nil where fewer than two bins are large enough.
  init?(reference: [Int], recent: [Int], isOrdered: Bool) {
    let (m, n) = (Double(reference.reduce(0, +)), Double(recent.reduce(0, +)))
    guard m > 0, n > 0 else { return nil }
    let pairs = zip(reference, recent).map { (Double($0), Double($1)) }.filter { $0.0 + $0.1 > 0 }
    let bins = Self.joined(pairs, least: Self.fewestExpected * (m + n) / min(m, n), isOrdered)
    guard bins.count >= 2 else { return nil }
    degrees = bins.count - 1
    let k = Double(degrees)
    statistic = bins.reduce(0) { sum, bin in
      let difference = bin.1 / n - bin.0 / m
      return sum + difference * difference * m * n / (bin.0 + bin.1)
    }
    pValue = ChiSquareDistribution(degrees: k).upperTail(statistic)
    // Half a row more in each bin, so that no logarithm is infinite.
    let added = Double(bins.count) / 2
    let shares = bins.map { (p: ($0.0 + 0.5) / (m + added), q: ($0.1 + 0.5) / (n + added)) }
    let index = shares.reduce(0) { $0 + ($1.q - $1.p) * Double.log($1.q / $1.p) }
    let rows = Self.commonRows(m, n)
    // Times the rows, the index is distributed as χ² around its true value; far from 0 it scatters more
    // than that, by the factor that the delta method gives.
    let factor = max(1, Self.variance(shares, m, n) * rows / (4 * max(index, 1e-12)))
    let scale = rows / (index * rows > 2 * k ? factor : 1)
    let ends = ChiSquareDistribution.noncentrality(of: index * scale, degrees: k)
    psi = max(0, index - k / rows)
    (low, high) = (min(ends.low / scale, psi), max(ends.high / scale, psi))
  }

  /// The harmonic sum of two samples' sizes: so many rows of one say as much beside a distribution that is
  /// known.
  static func commonRows(_ m: Double, _ n: Double) -> Double { m * n / (m + n) }

  /// Of the index, by the delta method: each sample's multinomial variance of the index's derivative.
  private static func variance(
    _ shares: [(p: Double, q: Double)], _ m: Double, _ n: Double
  ) -> Double {
    func variance(_ weights: [Double], _ slopes: [Double]) -> Double {
      let mean = zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } - mean * mean
    }
    let recent = shares.map { Double.log($0.q / $0.p) + 1 - $0.p / $0.q }
    let reference = shares.map { Double.log($0.p / $0.q) + 1 - $0.q / $0.p }
    return variance(shares.map(\.q), recent) / n + variance(shares.map(\.p), reference) / m
  }

  /// Bins that hold at least so many rows of both together.
  private static func joined(
    _ bins: [(Double, Double)], least: Double, _ isOrdered: Bool
  ) -> [(Double, Double)] {
    let bins = isOrdered ? bins : bins.sorted { $0.0 + $0.1 < $1.0 + $1.1 }
    var joined: [(Double, Double)] = []
    var open = (0.0, 0.0)
    for bin in bins {
      open = (open.0 + bin.0, open.1 + bin.1)
      guard open.0 + open.1 >= least else { continue }
      joined.append(open)
      open = (0, 0)
    }
    if open.0 + open.1 > 0, let last = joined.popLast() {
      joined.append((last.0 + open.0, last.1 + open.1))
    }
    return joined
  }
}
