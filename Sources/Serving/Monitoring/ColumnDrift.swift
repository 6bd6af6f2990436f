import Training

/// How a column of recent rows differs from what training saw.
public struct ColumnDrift: Codable, Sendable, Hashable {
  /// What the column is to the model.
  public enum Role: String, Codable, Sendable, Hashable, CaseIterable {
    case input
    /// What the model answers.
    case answer
    /// A property of the images.
    case image
  }

  /// A bin whose share of the rows has changed most.
  public struct Change: Codable, Sendable, Hashable {
    /// What the bin holds, in words.
    public var bin: String
    /// The share of it in training.
    public var before: Double
    /// The share of it in recent rows.
    public var now: Double
  }

  /// The column's name.
  public var name: String
  public var role: Role
  public var verdict: DriftRule.Verdict
  /// Recent values, missing ones too.
  public var rows: Int
  /// The population stability index, less what chance adds: 0 where nothing has moved; nil where nothing
  /// can be compared.
  public var psi: Double?
  /// The lower end of its 95 % interval.
  public var low: Double?
  /// The upper end.
  public var high: Double?
  /// Of the chi-square test of two samples.
  public var pValue: Double?
  /// The same, corrected for all columns together (Benjamini and Hochberg).
  public var correctedPValue: Double?
  /// The share of missing values.
  public var missing: Double
  /// The same in training.
  public var missingBefore: Double
  /// The share of categories that training did not see; nil for numbers.
  public var unseen: Double?
  /// The share of numbers beyond the least and the greatest of training; nil for categories.
  public var outOfRange: Double?
  /// What has changed most; nil where nothing can be compared.
  public var change: Change?
  /// So many rows would find a notable move, where those there are do not; nil where no number would.
  public var rowsEnough: Int?
  /// Why nothing was compared.
  public var reason: String?

  private enum CodingKeys: String, CodingKey {
    case name, role, verdict, rows, psi, low, high, missing, unseen, change, reason
    case pValue = "p_value"
    case correctedPValue = "corrected_p_value"
    case missingBefore = "missing_before"
    case outOfRange = "out_of_range"
    case rowsEnough = "rows_enough"
  }
}

extension ColumnDrift {
  /// All columns, each compared, the tests corrected for their number.
  package static func comparing(
    _ references: [ReferenceColumn], _ observed: [ObservedColumn], rule: DriftRule
  ) -> [ColumnDrift] {
    let comparisons = zip(references, observed).map { reference, observed in
      reference.reason == nil
        ? BinnedComparison(
          reference: reference.counts, recent: observed.counts, isOrdered: reference.isOrdered)
        : nil
    }
    let corrected = comparisons.compactMap { $0?.pValue }.correctedForMany()
    var enough: [Needed: Int?] = [:]
    var tested = 0
    return zip(zip(references, observed), comparisons).map { columns, comparison in
      var drift = ColumnDrift(columns.0, columns.1)
      guard drift.reason == nil else { return drift }
      // Of few rows several bins are joined; with enough of them none is.
      let degrees = max(1, comparison?.degrees ?? 1, columns.0.counts.count { $0 > 0 } - 1)
      let needed = Needed(rows: columns.0.count, degrees: degrees)
      if enough[needed] == nil {
        enough[needed] = rule.rowsEnough(
          reference: needed.rows, degrees: needed.degrees, columns: max(1, corrected.count))
      }
      drift.judge(
        comparison, comparison.map { _ in corrected[tested] }, enough: enough[needed] ?? nil, rule)
      if comparison != nil { tested += 1 }
      return drift
    }
  }

  /// What the number of rows that is enough depends on.
  private struct Needed: Hashable {
    let rows: Int
    let degrees: Int
  }

  private init(_ reference: ReferenceColumn, _ observed: ObservedColumn) {
    let rows = observed.count
    func share(_ count: Int) -> Double { rows == 0 ? 0 : Double(count) / Double(rows) }
    (name, role, verdict) = (reference.name, reference.role, .notCompared)
    self.rows = rows
    missing = share(observed.missing)
    missingBefore = Double(reference.counts.last!) / Double(max(1, reference.count))
    unseen = reference.isOrdered ? nil : share(observed.unseen)
    outOfRange = reference.isOrdered ? share(observed.outOfRange) : nil
    reason = reference.reason
    guard reason == nil, rows > 0 else { return }
    let shares = zip(reference.bins, zip(reference.counts, observed.counts)).map { bin, counts in
      Change(
        bin: bin, before: Double(counts.0) / Double(max(1, reference.count)), now: share(counts.1))
    }
    change = shares.max { ($0.now - $0.before).magnitude < ($1.now - $1.before).magnitude }
  }

  private mutating func judge(
    _ comparison: BinnedComparison?, _ corrected: Double?, enough: Int?, _ rule: DriftRule
  ) {
    if let comparison, let corrected {
      (psi, low, high) = (comparison.psi, comparison.low, comparison.high)
      (pValue, correctedPValue) = (comparison.pValue, corrected)
      if corrected <= rule.level, comparison.low > rule.harmless {
        verdict = .drift
        return
      }
    }
    // Without a comparison then, all rows but a few lie in one bin, in training too.
    guard let enough, rows >= enough else {
      verdict = .notEnoughData
      rowsEnough = enough
      return
    }
    verdict = .quiet
  }
}
