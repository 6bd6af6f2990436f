import Engine

/// When a difference is called drift, and when there are too few rows to say.
public struct DriftRule: Codable, Sendable, Hashable {
  /// The share of false alarms that is aimed at, over all columns together. Where a bin holds few rows the
  /// chi-square distribution promises too much, so that there are up to twice as many: see
  /// `Benchmarks/drift/results.md`.
  public var level = 0.02
  /// A population stability index up to here harms nobody: a column that moves by a tenth of its deviation
  /// has it.
  public var harmless = 0.01
  /// An index that has to be found, or too few rows were seen: 0.1 is where it is usually called moderate.
  public var notable = 0.1

  /// The usual one.
  public init() {}

  /// - Throws: `Problem` for numbers that make no rule.
  func check() throws {
    guard level > 0, level < 1 else {
      throw Problem.data("level", expected: "a number above 0 and below 1", found: "\(level)")
    }
    guard harmless >= 0, notable > harmless, notable.isFinite else {
      throw Problem.data(
        "harmless", expected: "a number from 0 to below \(notable)", found: "\(harmless)")
    }
  }

  /// What can be said of a column.
  public enum Verdict: String, Codable, Sendable, Hashable, CaseIterable {
    /// It has moved, by more than is harmless.
    case drift
    /// A notable move would have been found.
    case quiet
    /// It would not.
    case notEnoughData = "not_enough_data"
    /// There is nothing to compare with.
    case notCompared = "not_compared"
  }

  /// So many recent rows find a notable move nine times of ten, even where it is the only one among the
  /// columns; nil where the reference has too few rows for that, however many are seen.
  func rowsEnough(reference: Int, degrees: Int, columns: Int) -> Int? {
    guard let common = commonRowsEnough(degrees: degrees, columns: columns),
      common < Double(reference)
    else { return nil }
    return Int((common * Double(reference) / (Double(reference) - common)).rounded(.up))
  }

  /// The same beside a reference without end.
  private func commonRowsEnough(degrees: Int, columns: Int) -> Double? {
    let k = Double(degrees)
    let byTest = ChiSquareDistribution(degrees: k).upperQuantile(level / Double(max(1, columns)))
    func finds(_ rows: Double) -> Bool {
      let byEffect =
        harmless > 0
        ? ChiSquareDistribution(degrees: k, noncentrality: rows * harmless).upperQuantile(0.025)
        : 0
      return ChiSquareDistribution(degrees: k, noncentrality: rows * notable)
        .upperTail(max(byTest, byEffect)) >= 0.9
    }
    var (low, high) = (1.0, 64.0)
    while !finds(high) {
      (low, high) = (high, high * 2)
      if high > 1e7 { return nil }
    }
    while high - low > max(1, low / 100) {
      let middle = (low + high) / 2
      if finds(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
