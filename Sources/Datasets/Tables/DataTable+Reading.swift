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
    var pass = try TablePass(CSVReader.reading(source, options), options)
    try pass.read()
    try pass.refuseNoRows()
    let readings = pass.readings()
    if !pass.take(readings) {
      try source.rewind()
      options.store?.file.restart()
      pass = try TablePass(CSVReader.reading(source, options), options, readings: readings)
      try pass.read()
    }
    // A window with a hole is no row that could be answered by itself.
    let keepsBadRows = options.keepsBadRows && options.windows == nil
    if !keepsBadRows { try pass.problems.throwIfAny(in: source.name) }
    try options.store?.check()
    var table = pass.table(
      keepsBadRows: keepsBadRows, notes: pass.reader.notes + [pass.gapNote].compactMap(\.self))
    table.store = options.store
    self =
      try options.windows.map { try $0.series.windows(of: table, $0.part) }
      ?? options.steps.map {
        try $0.options.sequences(of: table, labels: $0.label, ignoring: $0.ignored)
      } ?? table
  }
}
