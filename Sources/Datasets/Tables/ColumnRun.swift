/// One column of a table, or neighbours of one kind in a table of very many.
package struct ColumnRun: Sendable {
  /// The column's name, or the first and the last one: `x_1..x_9000`.
  package let name: String
  /// How many columns.
  package let count: Int
  package let kind: Column.Kind
  /// Cells without a value, in all of them.
  package let missing: Int
  /// What was decided about it, in one line.
  package let summary: String

  fileprivate init(_ column: Column) {
    (name, count, kind) = (column.name, 1, column.kind)
    missing = column.missingCount
    summary = column.summary(missing: missing)
  }

  fileprivate init(_ columns: ArraySlice<Column>, name: String) {
    (self.name, count, kind) = (name, columns.count, columns.first!.kind)
    missing = columns.reduce(0) { $0 + $1.missingCount }
    let content: String
    switch kind {
    case .numeric, .date:
      let ends = columns.compactMap(\.bounds)
      let (least, greatest) = (ends.map(\.least).min(), ends.map(\.greatest).max())
      content = kind == .date ? "dates" : "numeric"
      summary = Self.line(
        name, count, [content] + Column.range(least, greatest, kind), missing: missing)
    case .categorical, .image:
      let counts = columns.map(\.categoryCount)
      content = "\(counts.min()!) to \(counts.max()!) categories each"
      summary = Self.line(name, count, [content], missing: missing)
    }
  }

  private static func line(_ name: String, _ count: Int, _ parts: [String], missing: Int) -> String
  {
    "\(name): \(count) columns, "
      + (parts + (missing > 0 ? ["\(missing) missing"] : [])).joined(separator: ", ")
  }
}

extension DataTable {
  /// What was decided about the columns, one by one, or run by run where there are more than a reader
  /// looks through.
  package var columnRuns: [ColumnRun] {
    let names = columns.map(\.name)
    return NameRuns.ranges(names, kinds: columns.map(\.kind)).map { range in
      range.count == 1
        ? ColumnRun(columns[range.lowerBound])
        : ColumnRun(columns[range], name: NameRuns.name(range, of: names))
    }
  }

  /// What was decided about each column, one line each; runs of columns that are alike have one line where
  /// there are more than 100 columns.
  public var summary: String { columnRuns.map(\.summary).joined(separator: "\n") }
}
