package import Datasets
import Engine

/// What is said of a column of a table, or of a run of columns that are alike, before anything is learned.
public struct ColumnFacts: Codable, Sendable, Equatable {
  public var name: String
  public var kind: String
  /// How many of them; left out for one.
  public var columns: Int?
  /// Cells without a value.
  public var missing: Int
  /// In one line.
  public var summary: String

  /// All of a table.
  package static func all(of table: DataTable) -> [ColumnFacts] {
    table.columnRuns.map { run in
      ColumnFacts(
        name: run.name, kind: run.kind.rawValue, columns: run.count > 1 ? run.count : nil,
        missing: run.missing, summary: run.summary)
    }
  }
}
