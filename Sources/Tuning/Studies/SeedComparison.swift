import Training

/// Two configurations, each trained with the same seeds, on the same rows.
struct SeedComparison: Sendable, Hashable {
  /// The mean over seeds and rows of how much less the first costs.
  let gain: Double
  /// How probable it is that it costs less on other rows and with other seeds; nil for a single seed and no
  /// rows, which say nothing of chance.
  let probability: Double?

  /// The gain of each row and seed is a mean plus what the row adds, what the seed adds and the rest. The
  /// variance of the mean is that of the rows' means over their number plus that of the seeds' means over
  /// theirs, which counts the rest twice and so errs to the careful side. The probability is Student's, with
  /// the degrees of freedom of F. E. Satterthwaite, *An Approximate Distribution of Estimates of Variance
  /// Components*, Biometrics Bulletin 2 (1946).
  ///
  /// - Parameters:
  ///   - first: for each seed the cost of each row, or of all together.
  ///   - second: of the same seeds and rows.
  init(_ first: [[Double]], _ second: [[Double]]) {
    let gains = zip(first, second).map { zip($0, $1).map { $1 - $0 } }
    let seeds = gains.map { Self.mean($0) }
    let rows = (gains.first ?? []).indices.map { row in Self.mean(gains.map { $0[row] }) }
    gain = Self.mean(seeds)
    let parts = [Self.varianceOfMean(seeds), Self.varianceOfMean(rows)].compactMap(\.self)
    let variance = parts.reduce(0) { $0 + $1.variance }
    guard !parts.isEmpty else {
      probability = nil
      return
    }
    guard variance > 0 else {
      probability = gain > 0 ? 1 : gain < 0 ? 0 : 0.5
      return
    }
    let degrees =
      variance * variance
      / parts.reduce(0) { $0 + $1.variance * $1.variance / $1.degrees }
    probability = StudentDistribution(degrees: degrees)
      .cumulative(gain / variance.squareRoot())
  }

  private static func mean(_ values: [Double]) -> Double {
    values.reduce(0, +) / Double(max(1, values.count))
  }

  private static func varianceOfMean(_ values: [Double]) -> (variance: Double, degrees: Double)? {
    guard values.count > 1 else { return nil }
    let (mean, degrees) = (mean(values), Double(values.count - 1))
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / degrees / Double(values.count), degrees)
  }
}
