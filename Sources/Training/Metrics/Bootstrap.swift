import Engine

/// The percentile bootstrap: examples are drawn with replacement, as many as there are, and the
/// statistic is computed again; the interval holds the middle 95 % of 1,000 such values.
///
/// B. Efron, R. J. Tibshirani, *An introduction to the bootstrap* (1993), chapter 13. The same seed
/// gives the same interval.
struct Bootstrap {
  static let resamples = 1000

  let seed: UInt64

  /// One interval for each statistic; nil where no resample gave a value.
  /// - Parameters:
  ///   - count: the number of examples, at least 1 and below 2³².
  ///   - statistics: how many numbers `compute` returns.
  ///   - compute: the statistics of the examples with the given indices.
  func intervals(
    examples count: Int, statistics: Int, _ compute: ([Int]) -> [Double?]
  ) -> [Interval?] {
    var generator = RandomGenerator(seed: seed, for: .resamples)
    var drawn = [Int](repeating: 0, count: count)
    var found = [[Double]](repeating: [], count: statistics)
    for _ in 0..<Self.resamples {
      draw(into: &drawn, from: &generator)
      for (index, value) in compute(drawn).enumerated() {
        if let value { found[index].append(value) }
      }
    }
    return found.map { values in
      guard !values.isEmpty else { return nil }
      let sorted = values.sorted()
      return Interval(low: Self.quantile(0.025, of: sorted), high: Self.quantile(0.975, of: sorted))
    }
  }

  /// Two indices from each random word: the upper half of (32 bits × count). No index is off its
  /// fair share by more than count / 2³² of it.
  private func draw(into drawn: inout [Int], from generator: inout RandomGenerator) {
    let count = UInt64(drawn.count)
    var position = 0
    while position < drawn.count {
      let word = generator.next()
      drawn[position] = Int(((word & 0xffff_ffff) * count) >> 32)
      if position + 1 < drawn.count { drawn[position + 1] = Int(((word >> 32) * count) >> 32) }
      position += 2
    }
  }

  /// The quantile of sorted values, linear between neighbours.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
