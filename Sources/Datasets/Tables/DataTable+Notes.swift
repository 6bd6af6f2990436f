import Engine

extension DataTable {
  /// What a reader should know of what columns were taken for.
  package var notes: [String] {
    columns.flatMap { column in column.reading.notes.map { "\(name): \($0)" } } + infinities
  }

  /// Infinity written among categories is a category like any other.
  private var infinities: [String] {
    columns.compactMap { column in
      guard case .categories(_, let vocabulary) = column.cells else { return nil }
      let infinite = vocabulary.filter { text in
        var text = text
        return text.withUTF8 { DecimalNumber.read($0) == .infinite }
      }
      guard !infinite.isEmpty else { return nil }
      return "\(name): column `\(column.name)` has "
        + infinite.map { "`\($0)`" }.joined(separator: " and ")
        + " among its categories, taken as written; leave the cell empty if the value is missing"
    }
  }
}
