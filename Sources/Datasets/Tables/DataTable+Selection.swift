import Engine

extension DataTable {
  /// Some of the rows, each with the line that it has in the file.
  func keeping(_ rows: [Int]) -> DataTable {
    guard rows != Array(0..<count) else { return self }
    var badRows: [Int: Problem] = [:]
    for (place, row) in rows.enumerated() { badRows[place] = self.badRows[row] }
    return DataTable(
      name: name, columns: columns.map { $0.keeping(rows) }, count: rows.count,
      lineOffsets: lineOffsets(of: rows), addedGaps: addedGaps, unnamedColumns: unnamedColumns,
      badRows: badRows,
      kept: kept.map { column in (column.name, rows.map { column.cells[$0] }) },
      layoutNotes: layoutNotes)
  }

  /// Where the lines of some of the rows, put one behind the other, lie in the file.
  func lineOffsets(of rows: [Int]) -> [LineOffset] {
    var offsets: [LineOffset] = []
    for (place, row) in rows.enumerated() {
      let offset = line(ofRow: row) - place
      if offsets.last?.offset != offset { offsets.append(LineOffset(row: place, offset: offset)) }
    }
    return offsets
  }
}

extension Column {
  /// The cells of some rows.
  func keeping(_ rows: [Int]) -> Column {
    let kept: Cells =
      switch cells {
      case .numbers(let numbers): .numbers(numbers.keeping(rows))
      case .dates(let seconds): .dates(seconds.keeping(rows))
      case .categories(let codes, let vocabulary):
        .categories(codes.keeping(rows), vocabulary: vocabulary)
      }
    return Column(name: name, cells: kept, reading: reading)
  }
}
