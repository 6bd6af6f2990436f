package import Engine

extension Preprocessing {
  /// How to read a later file (validation, test, prediction) for this preprocessing: only the columns
  /// that are used, each of the kind it had in training.
  /// - Parameters:
  ///   - needsTarget: Whether the target column is read; if not, it may be missing or hold anything.
  ///   - options: The rest: delimiter and missing texts.
  public func tableOptions(
    needsTarget: Bool, options: TableOptions = TableOptions()
  ) -> TableOptions {
    var options = options
    options.unnamed = unnamedColumns.map { ($0, targetNames) }
    switch inputs {
    case .columns: use(columns, &options)
    case .sequence(let encoding):
      options.columns = encoding.columns
      let isText = encoding.isOneCell || encoding.hasWords
      for name in encoding.columns { options.kinds[name] = isText ? .categorical : .numeric }
    case .images(let encoding):
      guard let column = encoding.column else { return options }
      use(columns, &options)
      options.columns?.append(column)
      options.kinds[column] = .categorical
      options.verbatim.insert(column)
    case .byteImages: return options
    }
    if needsTarget { useTargets(&options) }
    if let roles, needsTarget {
      let read = options.columns ?? []
      options.columns = read + roles.columns.filter { !read.contains($0) }
      options.optionalColumns += roles.columns
    }
    series?.use(needsTarget ? .whole : .latest, &options)
    if let sequence { stepLabels?.use(needsTarget ? targetName : nil, sequence, &options) }
    return options
  }

  private func use(_ columns: [EncodedColumn], _ options: inout TableOptions) {
    let columns = columns.filter { $0.kind != nil }
    options.columns = columns.map(\.name)
    for column in columns {
      options.kinds[column.name] = column.kind
      options.formats[column.name] = column.format
      options.columnGaps[column.name] = column.missing
      if column.isVerbatim == true { options.verbatim.insert(column.name) }
      if column.areTruths { options.truths.insert(column.name) }
      if case .date(let date) = column.encoding { options.dateOrders[column.name] = date.order }
    }
  }

  /// The inputs of some rows of a table.
  ///
  /// What training did not see is answered: a category is 0 in all inputs of its column or that of the
  /// rarer ones, a word the unknown token; ``notes(encoding:rows:)`` counts such cells.
  /// - Parameters:
  ///   - rows: Row numbers in the table; nil for all.
  ///   - strict: Whether what training did not see is a problem.
  /// - Throws: `Problem` when a column is not there or of another kind, or a value is too large.
  public func encode(
    _ table: DataTable, rows: [Int]? = nil, strict: Bool = false
  ) throws -> Examples {
    let rows = RowNumbers(rows, of: table)
    return try encode(table, numbered: rows, strict: strict)
  }

  /// The same for rows as they are kept.
  package func encode(
    _ table: DataTable, numbered rows: RowNumbers, strict: Bool = false
  ) throws -> Examples {
    let encoded = try encoding(table, rows: rows)
    try Problem.throwIfAny(
      encoded.problems.sorted { $0.key < $1.key }.prefix(Problem.limit).map(\.value))
    if strict { try unseen(in: table, rows: rows).refuse() }
    return encoded.inputs
  }

  /// Inputs of rows, and by their places those that have none and why; the inputs of these mean nothing.
  /// - Throws: `Problem` when a column is not there or of another kind.
  package func encoding(
    _ table: DataTable, rows given: RowNumbers? = nil
  ) throws -> (inputs: Examples, problems: [Int: Problem]) {
    let rows = given ?? RowNumbers(0..<table.count)
    if let sequence { return try sequence.encode(table, Array(rows)) }
    if let encoding = imagePreprocessing, let images = table.images {
      let images = try self.images(images.dataset, encoding).selecting(rows.map { Int32($0) })
      let others = try columnInputs(of: table, rows)
      return (try joining(images, others.inputs), others.problems)
    }
    guard isTable else {
      throw Problem.data(
        table.name, expected: "images", found: "a table without a column of images",
        fix: "give images, or a table with a column of their paths")
    }
    let encoded = try columnInputs(of: table, rows)
    return (try Examples(shape: inputShape, floats: encoded.inputs), encoded.problems)
  }

  /// The inputs of rows that are made of columns, row by row, and by their places the rows without.
  package func columnInputs(
    of table: DataTable, _ rows: RowNumbers
  ) throws -> (inputs: [Float], problems: [Int: Problem]) {
    let width = columnWidth
    var floats = [Float](repeating: 0, count: rows.count * width)
    var problems: [Int: Problem] = [:]
    try floats.withUnsafeMutableBufferPointer { floats in
      guard var destination = floats.baseAddress else { return }
      for column in columns where column.width > 0 {
        try encode(table, column, rows, into: destination, width, &problems)
        destination += column.width
      }
    }
    return (floats, problems)
  }

  private func encode(
    _ table: DataTable, _ encoded: EncodedColumn, _ rows: RowNumbers,
    into first: UnsafeMutablePointer<Float>, _ width: Int, _ problems: inout [Int: Problem]
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
      for (place, number) in numbers.of(rows).enumerated() {
        let destination = first + place * width
        encoded.encode(number: number, into: destination)
        guard !destination.pointee.isFinite, problems[place] == nil else { continue }
        problems[place] = Problem.data(
          table.location(row: rows[place], column: column.name),
          expected: "a number that fits in 32 bits when scaled", found: "\(number)",
          fix: "correct the value or measure it in a larger unit")
      }
    case .categories(let codes, let vocabulary):
      let places = encoded.places(of: vocabulary)
      for (place, code) in codes.of(rows).enumerated() {
        encoded.encode(place: code < 0 ? nil : places[Int(code)], into: first + place * width)
      }
    case .dates(let seconds):
      guard case .date(let date) = encoded.encoding else { return }
      for (place, second) in seconds.of(rows).enumerated() {
        date.encode(seconds: second, into: first + place * width)
      }
    }
  }

  /// What a reader should know about cells that could not be encoded fully.
  public func notes(encoding table: DataTable, rows: [Int]? = nil) -> [String] {
    unseen(in: table, rows: RowNumbers(rows, of: table)).notes + cuts(in: table, rows: rows)
  }

  /// What a reader should know about sequences that are too long.
  package func cuts(in table: DataTable, rows: [Int]? = nil) -> [String] {
    [cutSteps(in: table, rows: rows)?.note].compactMap(\.self)
  }

  /// The steps that are cut off from sequences; nil for other inputs.
  package func cutSteps(in table: DataTable, rows: [Int]? = nil) -> CutSteps? {
    sequence?.cutSteps(table, rows)
  }

  /// What some rows hold that training did not see.
  package func unseen(in table: DataTable, rows given: RowNumbers? = nil) -> UnseenValues {
    var unseen = UnseenValues()
    addUnseen(in: table, rows: given, to: &unseen)
    return unseen
  }

  /// The same, added to what rows before hold.
  package func addUnseen(
    in table: DataTable, rows given: RowNumbers? = nil, to unseen: inout UnseenValues
  ) {
    let rows = given ?? RowNumbers(0..<table.count)
    if let sequence { return sequence.addUnseen(in: table, Array(rows), to: &unseen) }
    for (order, encoded) in columns.enumerated() {
      guard let kind = encoded.unseenKind,
        let column = table.columns.first(where: { $0.name == encoded.name }),
        case .categories(let codes, let vocabulary) = column.cells
      else { continue }
      let isSeen = encoded.areSeen(vocabulary)
      for (place, code) in codes.of(rows).enumerated() where code >= 0 && !isSeen[Int(code)] {
        unseen.add(
          vocabulary[Int(code)], to: encoded.name, order: order, kind,
          known: encoded.vocabulary, at: table.location(row: rows[place], column: encoded.name))
      }
    }
  }

  /// Inputs and targets of some rows, ready to learn from.
  ///
  /// Where the table has the columns of the rows' weights and groups, the examples have them too.
  /// - Parameter rows: Row numbers in the table; nil for all that have a target, and a weight above 0.
  public func dataset(_ table: DataTable, rows: [Int]? = nil) throws -> Dataset {
    try dataset(table, numbered: rows.map { RowNumbers($0) })
  }

  /// The same for rows as they are kept.
  package func dataset(_ table: DataTable, numbered rows: RowNumbers?) throws -> Dataset {
    var none: [String]? = nil
    return try dataset(table, rows: rows) { try encodeTargets(table, rows: $0, unseen: &none) }
  }

  /// The same to be scored: rows of classes that training never saw have the indices behind the known.
  package func datasetToScore(_ table: DataTable) throws -> Dataset {
    var unseen: [String]? = []
    var data = try dataset(table, rows: nil) {
      try encodeTargets(table, rows: $0, unseen: &unseen)
    }
    data.unseenClasses = unseen ?? []
    return data
  }

  /// - Parameter targets: of these rows.
  func dataset(
    _ table: DataTable, rows given: RowNumbers?, targets: (RowNumbers) throws -> Examples
  ) throws -> Dataset {
    let roles = (roles ?? RowRoles()).present(in: table)
    let usable =
      try given == nil
      ? UsableRows(
        table, targets: stepLabels == nil ? targetNames : [], anyOf: stepLabels?.columns ?? [],
        roles: roles) : nil
    let rows = given ?? usable?.rows ?? RowNumbers(0..<0)
    if let stepLabels {
      var data = try Dataset(
        inputs: encode(table, numbered: rows), stepTargets: targets(rows),
        weights: stepLabels.weights(table, Array(rows)))
      data.groups = try roles.group.map { try table.groups($0, rows: rows).map(Int32.init) }
      data.stepRows = table.steps.map { steps in rows.map { steps.rows[$0] } }
      data.notes = usable?.notes ?? []
      return data
    }
    var data = try Dataset(
      inputs: encode(table, numbered: rows), targets: targets(rows),
      weights: roles.weight.map { try table.weights($0, rows: rows) })
    data.groups =
      try table.windows.map { windows in rows.map { windows.stretches[$0] } }
      ?? roles.group.map { try table.groups($0, rows: rows).map(Int32.init) }
    data.notes = usable?.notes ?? []
    data.images = table.images.map { images in
      let named = images.dataset.named
      return rows.map { named[$0] }
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
  /// The categories that have an input of their own; none for other columns.
  var vocabulary: [String] {
    if case .categories(let vocabulary, _, _) = encoding { vocabulary } else { [] }
  }

  /// For each text of another vocabulary its place in this column's own, −1 where it has none.
  func places(of texts: [String]) -> [Int] {
    var place: [String: Int] = [:]
    for (index, text) in vocabulary.enumerated() { place[text] = index }
    return texts.map { place[$0] ?? -1 }
  }

  /// What a category is that training did not see; nil for a column of other cells.
  var unseenKind: UnseenValues.Kind? {
    guard case .categories(_, let other, _) = encoding else { return nil }
    return .category(shared: other)
  }

  /// Whether training saw each of these categories. Of those that share an input it is not known where
  /// there were too many to be kept, or an older version trained.
  func areSeen(_ texts: [String]) -> [Bool] {
    let seen = Set(vocabulary).union(rare ?? [])
    return texts.map(seen.contains)
  }
}
