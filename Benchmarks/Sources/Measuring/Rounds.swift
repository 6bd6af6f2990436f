/// Measured times of several ways to do the same work, which took turns.
public struct Rounds: Sendable {
  /// Seconds of one run, by way, then by round.
  public private(set) var seconds: [[Double]]

  /// Runs each of `ways` for about `slice` seconds a turn, in turns, until `budget` seconds are over.
  ///
  /// One turn of each goes before as a warm-up. At least five rounds are measured.
  public init(_ ways: [() -> Void], budget: Double, slice: Double = 0.001) {
    let clock = ContinuousClock()
    func run(_ way: () -> Void, times: Int) -> Double {
      let start = clock.now
      for _ in 0..<times { way() }
      let passed = start.duration(to: clock.now).components
      return (Double(passed.seconds) + Double(passed.attoseconds) * 1e-18) / Double(times)
    }
    let times = ways.map { way in
      _ = run(way, times: 1)
      return max(1, Int(slice / max(run(way, times: 3), 1e-9)))
    }
    seconds = ways.map { _ in [] }
    let start = clock.now
    for (way, count) in zip(ways, times) { _ = run(way, times: count) }
    while seconds.isEmpty == false,
      seconds[0].count < 5 || start.duration(to: clock.now) < .seconds(budget)
    {
      for place in ways.indices { seconds[place].append(run(ways[place], times: times[place])) }
    }
  }

  /// The fastest, the quartiles and the number of the times of one way.
  public func summary(_ way: Int) -> Summary { Summary(seconds[way]) }

  /// By how much the first way is faster than another: over the rounds, each with its own ratio, and
  /// of the fastest rounds.
  public func ratio(to way: Int) -> (median: Double, fastest: Double) {
    let ratios = zip(seconds[way], seconds[0]).map { $0 / $1 }
    return (Summary(ratios).median, summary(way).fastest / summary(0).fastest)
  }
}

/// Order statistics of some times.
public struct Summary: Sendable {
  public let fastest, lowerQuartile, median, upperQuartile: Double
  public let count: Int

  /// At least one time.
  public init(_ times: [Double]) {
    let sorted = times.sorted()
    func quantile(_ share: Double) -> Double {
      sorted[Int((Double(sorted.count - 1) * share).rounded())]
    }
    fastest = sorted[0]
    lowerQuartile = quantile(0.25)
    median = quantile(0.5)
    upperQuartile = quantile(0.75)
    count = sorted.count
  }
}

extension Double {
  /// This number to four significant digits, as JSON.
  public var brief: String {
    guard isFinite, self != 0 else { return isFinite ? "0" : "null" }
    var (unit, digits) = (1.0, 1000.0)
    while abs(self) * unit < digits { unit *= 10 }
    if unit == 1 { digits = 1 }
    return "\((self * unit).rounded() / unit)"
  }
}
