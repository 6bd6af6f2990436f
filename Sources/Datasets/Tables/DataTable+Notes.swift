import Engine

extension DataTable {
  /// What a reader should know of what columns were taken for.
  package var notes: [String] {
    layoutNotes.map { "\(name): \($0)" } + (images?.dataset.notes ?? [])
      + columns.flatMap { column in column.reading.notes.map { "\(name): \($0)" } } + infinities
      + columns.compactMap(sentinel)
  }

  /// A number that stands for a missing one in many files, where it lies far from all others.
  private func sentinel(_ column: Column) -> String? {
    guard case .numbers(let numbers) = column.cells else { return nil }
    let present = numbers.filter { !$0.isNaN }
    for extreme in [present.min(), present.max()].compactMap(\.self) where Self.isSentinel(extreme)
    {
      let others = present.filter { $0 != extreme }
      guard let least = others.min(), let greatest = others.max() else { continue }
      let gap = extreme < least ? least - extreme : extreme - greatest
      let count = present.count - others.count
      guard count >= 3, gap > 2 * (greatest - least) else { continue }
      let text = Column.label(extreme)
      return "\(name): column `\(column.name)`: \(count) cells are `\(text)`, far from the others "
        + "(\(Column.label(least)) to \(Column.label(greatest))); add `\(text)` to `missing` if it says "
        + "that there is no value"
    }
    return nil
  }

  /// `-1`, or nines with a sign or without.
  private static func isSentinel(_ number: Double) -> Bool {
    number == -1 || number.magnitude >= 9 && Column.label(number.magnitude).allSatisfy { $0 == "9" }
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
