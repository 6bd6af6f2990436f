import Engine
package import Serving

/// How often drift is found where there is some, and where there is none.
package struct DriftSimulation: Sendable {
  /// Rows of training that the reference is counted on.
  package var referenceRows = 10_000
  /// Windows of recent rows.
  package var windows = 2000
  /// Windows that share a reference; another is drawn for each group of them.
  package var windowsOfReference = 5
  package var rule = DriftRule()

  package init() {}

  /// What came out.
  package struct Result: Sendable {
    /// The share of windows in which anything, or the column that moved, was called drift.
    package var found: Double
    /// The share in which the answer was that there are too few rows.
    package var notEnough: Double
    /// The share of intervals of the index that hold its true value; of the first column.
    package var covered: Double
  }

  /// Windows of so many rows.
  ///
  /// - Parameters:
  ///   - moved: where the first column has this distribution now; nil for quiet windows.
  package func run(
    _ columns: [SimulatedColumn], rows: Int, moved: SimulatedColumn? = nil, seed: UInt64 = 1
  ) -> Result {
    var result = Result(found: 0, notEnough: 0, covered: 0)
    var generator = RandomGenerator(seed: seed)
    var draws = SplitMix(seed: seed &* 977 &+ UInt64(rows))
    let now = columns.enumerated().map { $0 == 0 ? moved ?? $1 : $1 }
    var done = 0
    while done < windows {
      let references = columns.map { $0.reference(referenceRows, &generator) }
      let probabilities = zip(now, references).map { $0.probabilities(of: $1) }
      let truth = Self.index(columns[0].probabilities(of: references[0]), probabilities[0])
      for _ in 0..<min(windowsOfReference, windows - done) {
        let observed = zip(references, probabilities).map { reference, probabilities in
          ObservedColumn(reference, counts: draws.counts(rows, probabilities))
        }
        let drift = ColumnDrift.comparing(references, observed, rule: rule)
        let verdicts = moved == nil ? drift.map(\.verdict) : [drift[0].verdict]
        if verdicts.contains(.drift) {
          result.found += 1
        } else if verdicts.contains(.notEnoughData) {
          result.notEnough += 1
        }
        if let low = drift[0].low, let high = drift[0].high, low <= truth, truth <= high {
          result.covered += 1
        }
        done += 1
      }
    }
    result.found /= Double(windows)
    result.notEnough /= Double(windows)
    result.covered /= Double(windows)
    return result
  }

  /// The population stability index of two distributions.
  private static func index(_ before: [Double], _ now: [Double]) -> Double {
    zip(before, now).reduce(0) { sum, shares in
      shares.0 > 0 && shares.1 > 0
        ? sum + (shares.1 - shares.0) * Double.log(shares.1 / shares.0) : sum
    }
  }

  /// So many columns of all kinds.
  package static func columns(_ count: Int) -> [SimulatedColumn] {
    (0..<count).map { SimulatedColumn.quiet[$0 % SimulatedColumn.quiet.count] }
  }
}
