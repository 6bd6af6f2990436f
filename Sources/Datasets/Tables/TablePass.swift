import Engine

/// One reading of a file, or of some of its rows, with the kinds that are known by then.
struct TablePass {
  let reader: CSVReader
  private(set) var builders: [ColumnBuilder] = []
  private(set) var rowCount = 0
  private var lineOffsets: [DataTable.LineOffset] = []
  private var rowProblems: [(row: Int, line: Int, problem: Problem)] = []
  private var rowProblemCount = 0
  private var kept: [(name: String, cells: [String])] = []
  private let options: TableOptions
  private let readings: [ColumnReading]?
  /// Where the columns lie in the file that are read, and those that are kept.
  private let positions: [Int]
  private let keptPositions: [Int]

  /// - Parameter readings: how the cells of each column are read; nil to find out.
  /// - Throws: `Problem` for columns that the file lacks.
  init(
    _ reader: CSVReader, _ options: TableOptions, readings: [ColumnReading]? = nil
  ) throws {
    (self.reader, self.options, self.readings) = (reader, options, readings)
    positions = try Self.positions(reader, options.columns, options)
    keptPositions = try Self.positions(reader, options.keeping, options)
    startAnew()
  }

  /// Forgets the rows, so that the next ones can be read.
  mutating func startAnew() {
    (rowCount, lineOffsets, rowProblems, rowProblemCount) = (0, [], [], 0)
    kept = options.keeping.map { ($0, []) }
    let store = options.store?.cells(columns: positions.count)
    let limit = options.store.map { VocabularyLimit(bytes: $0.memory / 4) }
    builders = positions.enumerated().map { place, position in
      let name = reader.header[position]
      let first: ColumnReading? =
        options.kinds[name] == .categorical
        ? ColumnReading(
          kind: .categorical, areTruths: options.truths.contains(name), isSaid: true,
          isVerbatim: options.verbatim.contains(name))
        : nil
      return ColumnBuilder(
        name: name, reading: readings?[place] ?? first, missing: options.gaps(in: name),
        areLabels: options.labels.contains(name), keepsStrangers: options.keepsBadRows,
        store: store, limit: limit)
    }
  }

  /// Reads rows: all that are left, or until one of the limits is reached.
  ///
  /// - Parameters:
  ///   - rows: the most rows.
  ///   - bytes: no row is begun after so many.
  ///   - end: rows that begin at this byte of the text, or behind it, are left.
  /// - Returns: whether a limit of rows or bytes was reached, so that there may be more.
  @discardableResult mutating func read(
    rows: Int = .max, bytes: Int = .max, before end: Int = .max
  ) throws -> Bool {
    let start = reader.position
    let isWhole = rows == .max && bytes == .max && end == .max
    var row = 0
    defer { rowCount = row }
    while row < rows, reader.position - start < bytes {
      let isThere = try reader.readRow(before: end) { fields in
        if let problem = reader.checkWidth(of: fields) {
          rowProblemCount += 1
          if options.keepsBadRows || rowProblems.count < Problem.limit {
            rowProblems.append((row, fields.line, problem))
          }
          guard options.keepsBadRows else { return }
        }
        try append(fields, row)
        row += 1
        // Room for all at once spares copies, and memory that they leave behind in pieces.
        if isWhole, row == Self.fewestRows, let rows = reader.expectedRows(having: row) {
          for index in builders.indices { builders[index].reserveCapacity(rows) }
        }
      }
      guard isThere else { return false }
      if row % Self.checkedRows == 0 { try options.store?.check() }
    }
    return true
  }

  private mutating func append(_ fields: CSVRow, _ row: Int) throws {
    if lineOffsets.last?.offset != fields.line - row {
      lineOffsets.append(DataTable.LineOffset(row: row, offset: fields.line - row))
      try options.store?.check(offsets: lineOffsets.count, of: reader.name)
    }
    try builders.withUnsafeMutableBufferPointer { builders in
      for (index, position) in positions.enumerated() {
        if position < fields.count {
          try builders[index].append(fields, field: position)
        } else {
          builders[index].appendMissing()
        }
      }
    }
    for (index, position) in keptPositions.enumerated() {
      kept[index].cells.append(position < fields.count ? try fields.text(position) : "")
    }
  }

  /// - Throws: `Problem` where nothing but a header was read.
  func refuseNoRows() throws {
    guard rowCount == 0, rowProblems.isEmpty else { return }
    throw Problem.data(
      reader.name, expected: "rows below the header", found: "only the header line",
      fix: "check that the file was written completely")
  }

  /// Takes readings for cells that were collected as they say; false if the file must be read again.
  mutating func take(_ readings: [ColumnReading]) -> Bool {
    let fits = zip(builders.indices, readings).map { builders[$0].take($1) }
    return !fits.contains(false)
  }

  /// The rows that were read.
  func table(keepsBadRows: Bool, notes: [String]) -> DataTable {
    DataTable(
      name: reader.name, columns: builders.map(\.column), count: rowCount,
      lineOffsets: lineOffsets,
      addedGaps: options.missing.filter { !TableOptions.usualGaps.contains($0) },
      unnamedColumns: reader.layout.hasHeader ? nil : reader.header.count,
      badRows: keepsBadRows ? badRows : [:], kept: kept, layoutNotes: notes)
  }

  /// After so many rows it is seen whether the disk is full.
  private static let checkedRows = 1 << 12
  /// So many rows tell how many there are.
  private static let fewestRows = 1_000

  /// Where the wanted columns lie in the file.
  private static func positions(
    _ reader: CSVReader, _ wanted: [String]?, _ options: TableOptions
  ) throws -> [Int] {
    var position: [String: Int] = [:]
    for (index, name) in reader.header.enumerated() { position[name] = index }
    let forced = options.kinds.keys.sorted().filter {
      wanted == nil && position[$0] == nil
    }
    var problems: [Problem] = []
    for name in (wanted ?? []) + forced
    where position[name] == nil && !options.optionalColumns.contains(name) {
      let names = reader.header.prefix(20).map { "`\($0)`" }.joined(separator: ", ")
      problems.append(
        Problem.data(
          "\(reader.name):1", expected: "a column `\(name)`",
          found: "columns \(names)" + (reader.header.count > 20 ? ", …" : ""),
          fix: name.nearest(among: reader.header.filter { wanted?.contains($0) != true }).map {
            "write `\(name)` instead of `\($0)` in the header"
          } ?? "add the column or correct its name"))
    }
    try Problem.throwIfAny(Array(problems.prefix(Problem.limit)))
    guard let wanted else { return Array(reader.header.indices) }
    return wanted.compactMap { position[$0] }
  }

  /// Which texts were taken for no value, in all columns together; nil for empty cells alone.
  var gapNote: String? {
    var gaps = TextCounts()
    for builder in builders { gaps.add(builder.gaps.without(builder.reading.missing)) }
    return DataTable.note(ofGaps: gaps)
  }

  /// What all cells of each column speak for, and the columns together for how decimals are written.
  ///
  /// - Parameter isOfBeginning: whether they shall serve for rows that were not read.
  func readings(isOfBeginning: Bool = false) -> [ColumnReading] {
    let evidence = builders.map(\.evidence)
    let formats = zip(builders, evidence).map {
      NumberFormatSearch($1, isSaid: options.kinds[$0.name] == .numeric)
    }
    let convention = options.decimalSign ?? convention(evidence, formats)
    return builders.indices.map { place in
      let builder = builders[place]
      guard !builder.isDecided else { return builder.reading }
      let reading = ColumnReading(
        evidence[place], formats[place], name: builder.name, forced: options.kinds[builder.name],
        options: options, convention: options.formats[builder.name]?.decimalSign ?? convention)
      guard isOfBeginning else { return reading }
      return reading.forMoreRows(
        of: builder.name, options, having: evidence[place], convention: convention)
    }
  }

  /// How the columns that leave no doubt write decimals; nil where they do not agree.
  private func convention(
    _ evidence: [ColumnEvidence], _ formats: [NumberFormatSearch]
  ) -> DecimalSign? {
    var signs: Set<DecimalSign> = []
    for (column, search) in zip(evidence, formats) {
      if column.fractions > 0, !column.pointsMayGroup { signs.insert(.point) }
      if let sign = search.decided(of: column.present) { signs.insert(sign) }
    }
    // Where the comma stands before decimals, semicolons stand between cells.
    if signs.isEmpty, reader.layout.delimiter == UInt8(ascii: ";") { return .comma }
    return signs.count == 1 ? signs.first : nil
  }

  /// By the numbers of rows from 0, the first thing that is wrong with each.
  var badRows: [Int: Problem] {
    var bad: [Int: Problem] = [:]
    for (row, _, problem) in rowProblems { bad[row] = problem }
    for builder in builders {
      for stranger in builder.strangers where bad[stranger.row] == nil {
        bad[stranger.row] = stranger.problem
      }
    }
    return bad
  }

  /// Ragged rows, and cells that their column cannot hold, in the order of the file.
  var problems: RowProblems {
    var all = rowProblems.map { (line: $0.line, problem: $0.problem) }
    var count = rowProblemCount
    for builder in builders {
      all += builder.strangers.map { ($0.line, $0.problem) }
      count += builder.strangerCount
    }
    all.sort { $0.line < $1.line }
    return RowProblems(first: Array(all.prefix(Problem.limit).map(\.problem)), count: count)
  }
}

/// What is wrong with rows: the first problems, and how many there are.
struct RowProblems {
  var first: [Problem] = []
  var count = 0

  /// Adds those of later rows.
  mutating func add(_ later: RowProblems) {
    first += later.first.prefix(Problem.limit - first.count)
    count += later.count
  }

  /// - Parameter name: of the file.
  /// - Throws: `Problem` with all that is kept.
  func throwIfAny(in name: String) throws {
    guard count > first.count else { return try Problem.throwIfAny(first) }
    try Problem.throwIfAny(
      first + [
        Problem.data(name, expected: "no more problems", found: "\(count - first.count) more")
      ])
  }
}
