import Engine

extension DataTable {
  /// How a file is read whose rows shall follow these: a plain one, with commas between cells and decimal
  /// points, in which each column is of the kind that it is here. Columns that it lacks are missing.
  package var optionsOfMoreRows: TableOptions {
    var options = TableOptions()
    (options.delimiter, options.hasHeader) = (UInt8(ascii: ","), true)
    options.decimalComma = false
    options.missing += addedGaps
    let names = columns.map(\.name)
    (options.columns, options.optionalColumns) = (names, names)
    for column in columns {
      options.kinds[column.name] = column.kind
      options.dateOrders[column.name] = column.reading.dateOrder
      if column.reading.areTruths { options.truths.insert(column.name) }
      if column.reading.isLabel { options.labels.insert(column.name) }
      if column.reading.isVerbatim { options.verbatim.insert(column.name) }
    }
    return options
  }

  /// These rows, and those of another table below them.
  ///
  /// - Parameter other: read by ``optionsOfMoreRows``.
  /// - Throws: `Problem` for rows that are no rows of a file: windows, sequences, images.
  package func appending(_ other: DataTable) throws -> DataTable {
    guard windows == nil, steps == nil, images == nil else {
      throw Problem.data(
        "more_rows", expected: "none beside a table of images, sequences or a series",
        found: "`\(other.name)`", fix: "leave it out")
    }
    let offsets = other.lineOffsets.isEmpty ? [LineOffset(row: 0, offset: 2)] : other.lineOffsets
    var table = DataTable(
      name: name,
      columns: columns.map { column in
        column.appending(other.columns.first { $0.name == column.name }, count: other.count)
      }, count: count + other.count,
      lineOffsets: lineOffsets
        + offsets.map { LineOffset(row: count + $0.row, offset: $0.offset - count) },
      addedGaps: addedGaps, unnamedColumns: unnamedColumns,
      layoutNotes: layoutNotes + other.layoutNotes.map { "\(other.name): \($0)" })
    table.following = (count, other.name)
    return table
  }
}

extension Column {
  /// With so many cells of another column below; missing ones where there is none.
  fileprivate func appending(_ other: Column?, count: Int) -> Column {
    func joined(_ own: NumberCells, _ next: NumberCells?) -> NumberCells {
      var joined = own
      for row in 0..<count { joined.append(next?[row] ?? .nan) }
      return joined
    }
    let all: Cells
    switch (cells, other?.cells) {
    case (.numbers(let own), .numbers(let next)): all = .numbers(joined(own, next))
    case (.numbers(let own), _): all = .numbers(joined(own, nil))
    case (.dates(let own), .dates(let next)): all = .dates(joined(own, next))
    case (.dates(let own), _): all = .dates(joined(own, nil))
    case (.categories(var codes, var vocabulary), .categories(let next, let texts)):
      var places = Dictionary(vocabulary.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
      let translated = texts.map { text in
        if let known = places[text] { return known }
        let place = Int32(vocabulary.count)
        places[text] = place
        vocabulary.append(text)
        return place
      }
      for code in next { codes.append(code < 0 ? code : translated[Int(code)]) }
      all = .categories(codes, vocabulary: vocabulary)
    case (.categories(var codes, let vocabulary), _):
      for _ in 0..<count { codes.append(-1) }
      all = .categories(codes, vocabulary: vocabulary)
    }
    return Column(name: name, cells: all, reading: reading)
  }
}
