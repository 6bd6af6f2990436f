import Engine

extension DataTable {
  /// Reads a CSV file into columns.
  ///
  /// - Parameters:
  ///   - path: the file; `-` is standard input.
  ///   - decoders: unpack a file that starts with the gzip signature.
  /// - Throws: `Problem` with the first 20 bad rows and cells, each at its `file:line:column`.
  public init(
    path: String, options: TableOptions = TableOptions(), decoders: Decoders = .none
  ) throws {
    try self.init(reading: TableFile.open(path, decoders: decoders), options: options)
  }

  /// The same for the bytes of a CSV file.
  /// - Parameter name: how messages call it.
  /// - Throws: `Problem` with the first 20 bad rows and cells, each at its `name:line:column`.
  public init(csv bytes: [UInt8], name: String, options: TableOptions = TableOptions()) throws {
    try self.init(reading: MemorySource(bytes, name: name), options: options)
  }

  /// Reads one piece at a time.
  ///
  /// A column is taken for numbers until its first value, and for what all of its cells speak for in the
  /// end; only when that is something else is the file read a second time.
  /// - Throws: `Problem` with the first 20 bad rows and cells, each at its `file:line:column`.
  package init(reading source: any ByteSource, options: TableOptions = TableOptions()) throws {
    var source = source
    var pass = try TablePass(source, options: options, readings: nil)
    let readings = pass.readings(options)
    let fits = zip(pass.builders.indices, readings).map { pass.builders[$0].take($1) }
    if fits.contains(false) {
      try source.rewind()
      pass = try TablePass(source, options: options, readings: readings)
    }
    // A window with a hole is no row that could be answered by itself.
    let keepsBadRows = options.keepsBadRows && options.windows == nil
    if !keepsBadRows { try pass.throwProblems() }
    let table = DataTable(
      name: source.name, columns: pass.builders.map(\.column), count: pass.rowCount,
      lineOffsets: pass.lineOffsets,
      addedGaps: options.missing.filter { !TableOptions.usualGaps.contains($0) },
      unnamedColumns: pass.unnamedColumns, badRows: keepsBadRows ? pass.badRows : [:],
      kept: pass.kept, layoutNotes: pass.notes + pass.gapNote)
    self =
      try options.windows.map { try $0.series.windows(of: table, $0.part) }
      ?? options.steps.map {
        try $0.options.sequences(of: table, labels: $0.label, ignoring: $0.ignored)
      } ?? table
  }
}

/// One reading of the file, with the kinds that are known by then.
private struct TablePass {
  var builders: [ColumnBuilder] = []
  var rowCount = 0
  var lineOffsets: [DataTable.LineOffset] = []
  private var rowProblems: [(row: Int, line: Int, problem: Problem)] = []
  private var rowProblemCount = 0
  private(set) var notes: [String] = []
  private(set) var kept: [(name: String, cells: [String])] = []
  let unnamedColumns: Int?
  private let delimiter: UInt8
  private let name: String

  init(_ source: any ByteSource, options: TableOptions, readings: [ColumnReading]?) throws {
    let reader = try CSVReader.reading(source, options)
    name = reader.name
    unnamedColumns = reader.layout.hasHeader ? nil : reader.header.count
    delimiter = reader.layout.delimiter
    notes = reader.notes
    let positions = try Self.positions(reader, options.columns, options)
    let keptPositions = try Self.positions(reader, options.keeping, options)
    kept = options.keeping.map { ($0, []) }
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
        areLabels: options.labels.contains(name), keepsStrangers: options.keepsBadRows)
    }

    var row = 0
    while try reader.readRow({ fields in
      if let problem = reader.checkWidth(of: fields) {
        rowProblemCount += 1
        if options.keepsBadRows || rowProblems.count < Problem.limit {
          rowProblems.append((row, fields.line, problem))
        }
        guard options.keepsBadRows else { return }
      }
      if lineOffsets.last?.offset != fields.line - row {
        lineOffsets.append(DataTable.LineOffset(row: row, offset: fields.line - row))
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
      row += 1
      // Room for all at once spares copies, and memory that they leave behind in pieces.
      if row == Self.fewestRows, let rows = reader.expectedRows(having: row) {
        for index in builders.indices { builders[index].reserveCapacity(rows) }
      }
    }) {}
    rowCount = row
    if row == 0, rowProblems.isEmpty {
      throw Problem.data(
        name, expected: "rows below the header", found: "only the header line",
        fix: "check that the file was written completely")
    }
  }

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

  /// Which texts were taken for no value, in all columns together; none for empty cells alone.
  var gapNote: [String] {
    var gaps: [String: Int] = [:]
    for builder in builders {
      let own = Set(builder.reading.missing)
      gaps.merge(builder.gaps.filter { !own.contains($0.key) }, uniquingKeysWith: +)
    }
    guard !gaps.isEmpty else { return [] }
    let texts = gaps.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }.prefix(10)
    return [
      "taken as missing, as empty cells are: "
        + texts.map { "`\($0.key)` in \($0.value) cells" }.joined(separator: ", ")
    ]
  }

  /// What all cells of each column speak for, and the columns together for how decimals are written.
  func readings(_ options: TableOptions) -> [ColumnReading] {
    let evidence = builders.map(\.evidence)
    let formats = zip(builders, evidence).map {
      NumberFormatSearch($1, isSaid: options.kinds[$0.name] == .numeric)
    }
    let convention = options.decimalSign ?? convention(evidence, formats)
    return builders.indices.map { place in
      let builder = builders[place]
      return builder.isDecided
        ? builder.reading
        : ColumnReading(
          evidence[place], formats[place], name: builder.name, forced: options.kinds[builder.name],
          options: options,
          convention: options.formats[builder.name]?.decimalSign ?? convention)
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
    if signs.isEmpty, delimiter == UInt8(ascii: ";") { return .comma }
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
  func throwProblems() throws {
    var all = rowProblems.map { (line: $0.line, problem: $0.problem) }
    var count = rowProblemCount
    for builder in builders {
      all += builder.strangers.map { ($0.line, $0.problem) }
      count += builder.strangerCount
    }
    all.sort { $0.line < $1.line }
    var problems = all.prefix(Problem.limit).map(\.problem)
    if count > problems.count {
      problems.append(
        Problem.data(name, expected: "no more problems", found: "\(count - problems.count) more"))
    }
    try Problem.throwIfAny(problems)
  }
}
