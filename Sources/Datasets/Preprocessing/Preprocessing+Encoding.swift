import Engine

extension Preprocessing {
  /// How to read a later file (validation, test, prediction) for this preprocessing: only the columns
  /// that are used, each of the kind it had in training, every category one that training knew.
  /// - Parameters:
  ///   - needsTarget: Whether the file must have the target column; if not, it may.
  ///   - allowsUnknown: Whether a category that training never saw counts as none instead of being a
  ///     problem.
  ///   - options: The rest: delimiter and missing texts.
  public func tableOptions(
    needsTarget: Bool, allowsUnknown: Bool = false, options: TableOptions = TableOptions()
  ) -> TableOptions {
    var options = options
    switch inputs {
    case .columns(let columns): use(columns.filter { $0.kind != nil }, allowsUnknown, &options)
    case .sequence(let encoding):
      options.columns = encoding.columns
      let isText = encoding.isOneCell || encoding.hasWords
      for name in encoding.columns { options.kinds[name] = isText ? .categorical : .numeric }
    case .images(let encoding):
      guard let column = encoding.column else { return options }
      options.columns = [column]
      options.kinds[column] = .categorical
      options.verbatim.insert(column)
    case .byteImages: return options
    }
    useTargets(needsTarget, &options)
    return options
  }

  private func use(
    _ columns: [EncodedColumn], _ allowsUnknown: Bool, _ options: inout TableOptions
  ) {
    options.columns = columns.map(\.name)
    for column in columns {
      options.kinds[column.name] = column.kind
      options.formats[column.name] = column.format
      options.columnGaps[column.name] = column.missing
      if column.isVerbatim == true { options.verbatim.insert(column.name) }
      if column.areTruths { options.truths.insert(column.name) }
      if case .date(let date) = column.encoding { options.dateOrders[column.name] = date.order }
      if case .categories(let vocabulary, false, _) = column.encoding, !allowsUnknown {
        options.categories[column.name] = vocabulary
      }
    }
  }

  /// The inputs of some rows of a table.
  ///
  /// A category that is neither in the vocabulary nor covered by an input for others is 0 in all
  /// inputs of its column; ``notes(encoding:rows:)`` counts such cells.
  /// - Parameter rows: Row numbers in the table; nil for all.
  /// - Throws: `Problem` when a column is not there or of another kind, or a value is too large.
  public func encode(_ table: DataTable, rows: [Int]? = nil) throws -> Examples {
    let rows = rows ?? Array(0..<table.count)
    if let sequence { return try sequence.encode(table, rows) }
    if let encoding = imagePreprocessing, let images = table.images {
      return try self.images(images.dataset, encoding).selecting(rows.map { Int32($0) })
    }
    guard case .columns(let columns) = inputs else {
      throw Problem.data(
        table.name, expected: "images", found: "a table without a column of images",
        fix: "give images, or a table with a column of their paths")
    }
    let width = inputShape.count
    var floats = [Float](repeating: 0, count: rows.count * width)
    try floats.withUnsafeMutableBufferPointer { floats in
      guard var destination = floats.baseAddress else { return }
      for column in columns where column.width > 0 {
        try encode(table, column, rows, into: destination, width)
        destination += column.width
      }
    }
    return try Examples(shape: inputShape, floats: floats)
  }

  private func encode(
    _ table: DataTable, _ encoded: EncodedColumn, _ rows: [Int],
    into first: UnsafeMutablePointer<Float>, _ width: Int
  ) throws {
    let column = try table.column(encoded.name)
    guard column.kind == encoded.kind else {
      throw Problem.data(
        "\(table.name), column `\(column.name)`",
        expected: "\(encoded.kind?.rawValue ?? "no") cells, as in training",
        found: "\(column.kind.rawValue) ones",
        fix: "read the file with the model's own table options")
    }
    switch column.cells {
    case .numbers(let numbers):
      for (place, row) in rows.enumerated() {
        let destination = first + place * width
        encoded.encode(number: numbers[row], into: destination)
        guard destination.pointee.isFinite else {
          throw Problem.data(
            table.location(row: row, column: column.name),
            expected: "a number that fits in 32 bits when scaled", found: "\(numbers[row])",
            fix: "correct the value or measure it in a larger unit")
        }
      }
    case .categories(let codes, let vocabulary):
      let places = encoded.places(of: vocabulary)
      for (place, row) in rows.enumerated() {
        let code = codes[row]
        encoded.encode(place: code < 0 ? nil : places[Int(code)], into: first + place * width)
      }
    case .dates(let seconds):
      guard case .date(let date) = encoded.encoding else { return }
      for (place, row) in rows.enumerated() {
        date.encode(seconds: seconds[row], into: first + place * width)
      }
    }
  }

  /// What a reader should know about cells that could not be encoded fully.
  public func notes(encoding table: DataTable, rows: [Int]? = nil) -> [String] {
    let rows = rows ?? Array(0..<table.count)
    if let sequence { return sequence.notes(table, rows) }
    guard case .columns(let columns) = inputs else { return [] }
    return columns.compactMap { encoded in
      guard case .categories(_, false, _) = encoded.encoding,
        let column = table.columns.first(where: { $0.name == encoded.name }),
        case .categories(let codes, let vocabulary) = column.cells
      else { return nil }
      let places = encoded.places(of: vocabulary)
      let unknown = rows.count { codes[$0] >= 0 && places[Int(codes[$0])] < 0 }
      return unknown == 0
        ? nil
        : "column `\(encoded.name)`: cells with a category that no training row has, counted as none: "
          + "\(unknown)"
    }
  }

  /// Inputs and targets of some rows, ready to learn from.
  public func dataset(_ table: DataTable, rows: [Int]? = nil) throws -> Dataset {
    var data = try Dataset(
      inputs: encode(table, rows: rows), targets: encodeTargets(table, rows: rows))
    data.images = table.images.map { images in
      let named = images.dataset.named
      return rows.map { rows in rows.map { named[$0] } } ?? named
    }
    return data
  }

  /// What to do about a value that is none of those known: a slip of the pen, or one never seen.
  static func correction(of text: String, among known: [String], or otherwise: String) -> String {
    "correct it" + (text.nearest(among: known).map { " (`\($0)`?)" } ?? "") + ", or " + otherwise
  }

  /// The first few names, each in backquotes.
  package static func list(_ names: [String]) -> String {
    names.prefix(10).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 10 ? ", …" : "")
  }
}

extension EncodedColumn {
  /// For each text of another vocabulary its place in this column's own, −1 where it has none.
  func places(of texts: [String]) -> [Int] {
    guard case .categories(let vocabulary, _, _) = encoding else { return [] }
    var place: [String: Int] = [:]
    for (index, text) in vocabulary.enumerated() { place[text] = index }
    return texts.map { place[$0] ?? -1 }
  }
}
