/// What a reader should know of a file whose rows are read in pieces or in parts: what its beginning says of
/// all of it, and what is counted in the rows, so that parts can be put together.
package struct TableFindings: Codable, Sendable {
  /// Of one column.
  private struct Found: Codable, Sendable {
    let name: String
    /// How its cells are read.
    let notes: [String]
    /// Texts that say that there is no value where numbers or dates are meant.
    var gaps = TextCounts()
    var infinities = TextCounts()
    var extremes: ColumnExtremes?
  }

  /// How the file is laid out.
  private let layout: [String]
  /// Texts that say in any column that there is no value.
  private var gaps = TextCounts()
  private var columns: [Found]

  /// - Parameters:
  ///   - layout: what is known of the layout.
  ///   - columns: names of columns, and how their cells are read.
  init(layout: [String], columns: [(name: String, reading: ColumnReading)]) {
    self.layout = layout
    self.columns = columns.map { Found(name: $0.name, notes: $0.reading.otherNotes) }
  }

  /// Adds what some rows hold.
  mutating func add(_ builders: [ColumnBuilder]) {
    for (place, builder) in builders.enumerated() {
      let own = Set(builder.reading.missing.map { $0.lowercased() })
      for entry in builder.gaps.entries {
        if own.contains(entry.text.lowercased()) {
          columns[place].gaps.add(entry.text, entry.count)
        } else {
          gaps.add(entry.text, entry.count)
        }
      }
      let column = builder.column
      columns[place].infinities.add(column.infinities)
      if let extremes = column.extremes {
        columns[place].extremes =
          columns[place].extremes.map { known in
            var known = known
            known.add(extremes)
            return known
          } ?? extremes
      }
    }
  }

  /// Adds what a later part of the same file holds.
  package mutating func add(_ later: TableFindings) {
    gaps.add(later.gaps)
    for (place, other) in later.columns.enumerated() where columns.indices.contains(place) {
      columns[place].gaps.add(other.gaps)
      columns[place].infinities.add(other.infinities)
      if let extremes = other.extremes {
        var known = columns[place].extremes ?? ColumnExtremes()
        known.add(extremes)
        columns[place].extremes = known
      }
    }
  }

  /// Whether a part is of a file that is laid out and read alike.
  package func isOfOneFile(with other: TableFindings) -> Bool {
    layout == other.layout && columns.map(\.name) == other.columns.map(\.name)
      && columns.map(\.notes) == other.columns.map(\.notes)
  }

  /// What all of it says, as of a table that was read at once.
  package var notes: [String] {
    layout + [DataTable.note(ofGaps: gaps)].compactMap(\.self)
      + columns.flatMap { column in
        (column.gaps.isEmpty
          ? []
          : [
            ColumnReading.note(
              ofGaps: column.gaps.entries.map { ($0.text, $0.count) }, in: column.name)
          ]) + column.notes
      }
      + columns.compactMap { DataTable.note(ofInfinities: $0.infinities, in: $0.name) }
      + columns.compactMap { $0.extremes?.note(onColumn: $0.name) }
  }
}
