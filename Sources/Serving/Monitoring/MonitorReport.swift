import Formatting
import Platform
import Training

/// What a monitor saw: drift, volume, latency, and how good the answers were.
public struct MonitorReport: Codable, Sendable {
  /// A stretch of time.
  public struct Window: Codable, Sendable {
    /// Its beginning, in Coordinated Universal Time.
    public var from: String
    /// Its end.
    public var until: String
    public var rows: Int
    /// Columns that have drifted within it, by its rows alone.
    public var drifted: [String]
    /// The population stability index of each column that was compared.
    public var psi: [String: Double]
    public var latency: Latency?
    /// Of labelled rows.
    public var performance: ObservedPerformance?
    public var estimate: EstimatedAccuracy?
  }

  /// Seconds from a request to its answer.
  public struct Latency: Codable, Sendable, Hashable {
    public var median: Double
    /// Nineteen of twenty answers took at most this long.
    public var percentile95: Double
    public var percentile99: Double

    private enum CodingKeys: String, CodingKey {
      case median
      case percentile95 = "percentile_95"
      case percentile99 = "percentile_99"
    }

    init?(_ seconds: [Double]) {
      guard !seconds.isEmpty else { return nil }
      let sorted = seconds.sorted()
      func quantile(_ share: Double) -> Double { sorted[Int(share * Double(sorted.count - 1))] }
      (median, percentile95, percentile99) = (quantile(0.5), quantile(0.95), quantile(0.99))
    }
  }

  /// The version of this layout.
  public private(set) var version = 1
  /// What is called drift.
  public var rule: DriftRule
  /// Of all columns together.
  public var verdict: DriftRule.Verdict
  /// The verdict in one sentence.
  public var sentence: String
  public var rows: Int
  /// The time of the first row, in Coordinated Universal Time; nil without rows.
  public var from: String?
  /// The time of the last one.
  public var until: String?
  /// Those that have drifted first, each by how far it has moved.
  public var columns: [ColumnDrift]
  public var latency: Latency?
  /// Of labelled rows; nil without any.
  public var performance: ObservedPerformance?
  /// Of all rows with probabilities, an estimate.
  public var estimate: EstimatedAccuracy?
  /// Rows that the model cannot read.
  public var unreadable: Int
  /// One after the other; those without rows are left out.
  public var windows: [Window]
  /// What a reader should know.
  public var notes: [String]

  /// Whether anything has drifted.
  public var hasDrifted: Bool { verdict == .drift }
}

extension MonitorReport {
  init(
    rule: DriftRule, columns: [ColumnDrift], windows: [Window], total: ModelMonitor.Window,
    performance: ObservedPerformance?, unreadable: Int, notes: [String]
  ) {
    (self.rule, self.windows, self.performance) = (rule, windows, performance)
    (self.unreadable, self.notes, rows) = (unreadable, notes, total.rows)
    (from, until) =
      total.rows == 0
      ? (nil, nil) : (SystemClock.text(total.first), SystemClock.text(total.last))
    latency = Latency(total.latencies)
    estimate = total.confidences.estimate
    self.columns = columns.enumerated().sorted { one, other in
      (Self.rank[one.element.verdict]!, -(one.element.psi ?? -1), one.offset)
        < (Self.rank[other.element.verdict]!, -(other.element.psi ?? -1), other.offset)
    }.map(\.element)
    verdict = Self.verdict(columns)
    sentence = Self.sentence(verdict, self.columns, rows: total.rows)
  }

  private static let rank: [DriftRule.Verdict: Int] = [
    .drift: 0, .quiet: 1, .notEnoughData: 2, .notCompared: 3,
  ]

  private static func verdict(_ columns: [ColumnDrift]) -> DriftRule.Verdict {
    let all = Set(columns.map(\.verdict))
    if all.contains(.drift) { return .drift }
    if all.contains(.notEnoughData) { return .notEnoughData }
    return all.contains(.quiet) ? .quiet : .notCompared
  }

  private static func sentence(
    _ verdict: DriftRule.Verdict, _ columns: [ColumnDrift], rows: Int
  ) -> String {
    let counted = "\(rows.grouped) \(rows == 1 ? "row" : "rows")"
    switch verdict {
    case .drift:
      let names = columns.filter { $0.verdict == .drift }.map { "`\($0.name)`" }
      let more = names.count > 5 ? " and \(names.count - 5) more" : ""
      return "Drift in \(names.count) of \(columns.count) columns, seen in \(counted): "
        + names.prefix(5).joined(separator: ", ") + more + "."
    case .quiet:
      return
        "No drift in \(columns.count) columns, seen in \(counted); a notable move would have been "
        + "found."
    case .notEnoughData:
      let few = columns.filter { $0.verdict == .notEnoughData }
      let need = few.compactMap(\.rowsEnough).max()
      return
        "Not enough data to say of \(few.count) of \(columns.count) columns: there are \(counted)"
        + (need.map { ", and \($0.grouped) would do." }
          ?? ", and training had too few to compare with, however many there are.")
    case .notCompared: return "Nothing can be compared, seen in \(counted); each column says why."
    }
  }
}

extension MonitorReport.Window {
  init(
    from: String, until: String, _ window: ModelMonitor.Window,
    _ performance: ObservedPerformance?, _ columns: [ColumnDrift]
  ) {
    self.init(
      from: from, until: until, rows: window.rows,
      drifted: columns.filter { $0.verdict == .drift }.map(\.name),
      psi: Dictionary(
        columns.compactMap { column in column.psi.map { (column.name, $0) } }
      ) { first, _ in first },
      latency: MonitorReport.Latency(window.latencies), performance: performance,
      estimate: window.confidences.estimate)
  }
}
