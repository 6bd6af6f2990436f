public import Engine

/// Choices for fitting a preprocessing.
public struct PreprocessingOptions: Sendable, Codable, Equatable {
  /// How numbers are scaled.
  public enum Scaling: String, Sendable, NamedChoice {
    /// To mean 0 and deviation 1.
    case standardise
    /// To 0…1.
    case minMax = "min_max"
    /// Not at all.
    case none
  }

  /// What a regression learns of a target.
  public enum TargetScaling: String, Sendable, NamedChoice {
    /// The logarithm where the values are all above 0 and lean far to the small ones. A training also
    /// asks its validation rows whether that serves.
    case auto
    /// The value itself.
    case linear
    /// Its natural logarithm; all values must be above 0.
    case log
  }

  /// How the inputs' numbers are scaled.
  public var scaling = Scaling.standardise
  /// Whether a regression learns its target or the logarithm of it.
  public var targetScaling = TargetScaling.linear
  /// Whether a regression's target is learned with mean 0 and deviation 1.
  public var standardisesTarget = true
  /// The most categories a column gets inputs for; rarer ones share one input.
  public var categoryLimit = 100
  /// Whether columns with a single value stay inputs, as the corners of an image should.
  public var keepsConstants = false
  /// What to learn; nil infers it from the target column.
  public var task: LearningTask.Choice?
  /// The sign between labels where one column holds several a row; nil finds it out.
  public var labelSeparator: String?
  /// Columns that are not inputs.
  public var ignoring: [String] = []
  /// Columns that say something about rows, which are inputs only where that is said.
  package var roles = RowRoles()
  /// Columns whose kind was said.
  package var saidKinds: Set<String> = []
  /// The columns that are the steps of a sequence; nil for a table without one.
  public var sequence: SequenceOptions?
  /// How many tokens the network has room for; nil when it reads none, or as many as there are.
  public var tokens: Int?

  /// The defaults.
  public init() {}

  /// Why a column is no input; nil if it may be one.
  func reasonToIgnore(_ name: String) -> String? {
    if ignoring.contains(name) { return "as asked" }
    guard !saidKinds.contains(name) else { return nil }
    if name == roles.weight { return "it is the weight of the rows" }
    guard name == roles.group else { return nil }
    return "it is the group of the rows; say what it holds in `kinds` to keep it"
  }
}

extension Preprocessing {
  /// The fewest rows for which all-different texts are taken for names of rows.
  private static let identifierRows = 10

  /// Learns means, deviations and vocabularies from some rows of a table, and from these only.
  /// - Parameters:
  ///   - target: The column to be answered.
  ///   - rows: The training rows; nil for all.
  /// - Throws: `Problem` when the target has a missing cell or only one class or value, no column is
  ///   left as input, or there is no such row.
  public init(
    fitting table: DataTable, target: String, rows: [Int]? = nil,
    options: PreprocessingOptions = PreprocessingOptions()
  ) throws {
    try self.init(fitting: table, targets: [target], rows: rows, options: options)
  }

  /// The same for several columns that are answered together: numbers, or labels of 0 and 1.
  /// - Throws: `Problem`, also for columns that cannot be answered together.
  public init(
    fitting table: DataTable, targets targetNames: [String], rows: [Int]? = nil,
    options: PreprocessingOptions = PreprocessingOptions()
  ) throws {
    if let rows { try Dataset.check(rows: rows, of: table.count, at: table.name) }
    try self.init(
      fitting: table, targets: targetNames, numbered: rows.map { RowNumbers($0) }, options: options)
  }

  /// The same for rows of the table that are known to be there.
  package init(
    fitting table: DataTable, targets targetNames: [String], numbered rows: RowNumbers?,
    options: PreprocessingOptions
  ) throws {
    guard options.sequence?.group == nil || table.steps != nil else {
      throw Problem.data(
        "sequence.group", expected: "a table whose rows were brought to sequences",
        found: "one whose rows are steps", fix: "prepare the data with `PreparedData`")
    }
    if let sequence = options.sequence, let name = sequence.labels {
      let labels = try sequence.labelColumns(in: table.columns.map(\.name), of: table.name)
      let rows = try rows ?? UsableRows(table, anyOf: labels, roles: options.roles).rows
      try self.init(fitting: table, sequence, labels: labels, called: name, Array(rows), options)
      return
    }
    guard !targetNames.isEmpty, Set(targetNames).count == targetNames.count else {
      throw Problem.data(
        "target", expected: "each target column once", found: Self.list(targetNames))
    }
    if let steps = table.steps {
      try self.init(
        fitting: table, steps, labels: targetNames, rows.map(Array.init) ?? Array(0..<table.count),
        options)
      return
    }
    let targets = try targetNames.map(table.column)
    for name in options.ignoring { _ = try table.column(name) }
    let rows =
      try rows ?? UsableRows(table, targets: targetNames, roles: options.roles).rows
    guard !rows.isEmpty else {
      throw Problem.data(table.name, expected: "at least one training row", found: "none")
    }
    for target in targets { try Self.checkPresent(target, rows, in: table) }

    if let sequence = options.sequence {
      let encoding = try SequenceEncoding(
        fitting: table, sequence, targets: targetNames, rows: Array(rows),
        reasonToIgnore: options.reasonToIgnore, scaling: options.scaling, tokens: options.tokens)
      let (names, target) = try Self.fitTarget(targets, rows, table, options)
      self.init(
        inputs: .sequence(encoding), targetNames: names, target: target,
        unnamedColumns: table.unnamedColumns)
      keep(options.roles, of: table, rows)
      return
    }
    if let images = table.images {
      var encoding = try Self.scaled(images.dataset, Array(rows), options.scaling)
      encoding.column = images.column
      let others = try Self.encoded(table, besides: targetNames + [images.column], rows, options)
      encoding.besides = others.isEmpty ? nil : others
      let (names, target) = try Self.fitTarget(targets, rows, table, options)
      self.init(inputs: .images(encoding), targetNames: names, target: target)
      keep(options.roles, of: table, rows)
      return
    }
    let columns = try Self.encoded(table, besides: targetNames, rows, options)
    guard columns.contains(where: { $0.width > 0 }) else {
      throw Problem.data(
        table.name, expected: "at least one input column beside \(Self.list(targetNames))",
        found: columns.isEmpty ? "none" : columns.map(\.summary).joined(separator: "; "),
        fix: "add columns that tell the rows apart")
    }
    let (names, target) = try Self.fitTarget(targets, rows, table, options)
    self.init(
      inputs: .columns(columns), targetNames: names, target: target,
      unnamedColumns: table.unnamedColumns)
    keep(options.roles, of: table, rows)
  }

  /// How the columns of a table become inputs, or why they do not.
  private static func encoded(
    _ table: DataTable, besides others: [String], _ rows: RowNumbers,
    _ options: PreprocessingOptions
  ) throws -> [EncodedColumn] {
    let given = table.columns.filter { !others.contains($0.name) }
    // What alone can say something about the target is no number of the row: a year, an hour.
    let isAlone =
      table.images == nil && given.count { options.reasonToIgnore($0.name) == nil } == 1
    // All steps of a series have one scale.
    let lastSteps = table.windows?.series.lastSteps ?? [:]
    return try given.map { column in
      if let reason = options.reasonToIgnore(column.name) ?? table.windows?.reasonToIgnore(column) {
        return EncodedColumn(name: column.name, encoding: .dropped(reason: reason))
      }
      let (reading, gaps) = (column.reading, column.reading.missing + table.addedGaps)
      let like = try lastSteps[column.name].map(table.column)
      let encoding = Self.encoding(of: column, like: like, rows, options, isAlone: isAlone)
      return EncodedColumn(
        name: column.name, encoding: encoding,
        format: reading.format == .plain ? nil : reading.format, missing: gaps.isEmpty ? nil : gaps,
        isVerbatim: reading.isVerbatim ? true : nil, rare: Self.rare(column, rows, encoding))
    }
  }

  /// What later files need beside inputs and targets.
  private mutating func keep(_ given: RowRoles, of table: DataTable, _ rows: RowNumbers) {
    roles = given.columns.isEmpty ? nil : given
    series = table.windows?.series.withSeason(in: table, rows: Array(rows))
  }

  private static func checkPresent(
    _ target: Column, _ rows: RowNumbers, in table: DataTable
  ) throws {
    let missing = target.missingCount(in: rows)
    guard missing > 0 else { return }
    var problems: [Problem] = rows.lazy.filter(target.isMissing).prefix(Problem.limit).map { row in
      Problem.data(
        table.location(row: row, column: target.name), expected: "a value to learn",
        found: "a missing one", fix: "fill in the target or remove the row")
    }
    if missing > problems.count {
      problems.append(
        Problem.data(
          table.name, expected: "no more problems", found: "\(missing - problems.count) more")
      )
    }
    try Problem.throwIfAny(problems)
  }

  private static func encoding(
    of column: Column, like: Column?, _ rows: RowNumbers, _ options: PreprocessingOptions,
    isAlone: Bool
  ) -> EncodedColumn.Encoding {
    let missing = column.missingCount(in: rows)
    if missing == rows.count { return .dropped(reason: "no training row has a value") }
    switch column.cells {
    case .numbers(let numbers):
      var measured = numbers
      if case .numbers(let others) = like?.cells { measured = others }
      let spread = Spread(measured.of(rows))
      // Whoever leaves numbers as they are may count on every column's place.
      let isConstant = spread.least == spread.greatest && missing == 0
      if isConstant, !options.keepsConstants, options.scaling != .none {
        return .dropped(reason: "\(Column.label(spread.least)) in every training row")
      }
      if !isAlone, !column.reading.isSaid, !options.keepsConstants, Self.countsRows(numbers) {
        return .dropped(
          reason:
            "it counts the rows; set `kinds` to `\(Column.Kind.numeric.setting(of: column.name))` to keep it"
        )
      }
      return number(spread, options.scaling, indicator: missing > 0)
    case .categories(let codes, let vocabulary):
      var counts = [Int](repeating: 0, count: vocabulary.count)
      for code in codes.of(rows) where code >= 0 { counts[Int(code)] += 1 }
      let seen = counts.indices.filter { counts[$0] > 0 }
      if seen.count == 1, missing == 0, !options.keepsConstants {
        return .dropped(reason: "`\(vocabulary[seen[0]])` in every training row")
      }
      if seen.count == rows.count - missing, seen.count >= identifierRows {
        return .dropped(reason: "every text is different, as a name or number of the row would be")
      }
      // The most frequent ones, ties in alphabetical order, then all in alphabetical order.
      let ranked = seen.sorted {
        (-counts[$0], vocabulary[$0]) < (-counts[$1], vocabulary[$1])
      }
      return .categories(
        vocabulary: ranked.prefix(options.categoryLimit).map { vocabulary[$0] }.sorted(),
        other: seen.count > options.categoryLimit, indicator: missing > 0)
    case .dates(let seconds):
      let encoding = DateEncoding(
        fitting: seconds.of(rows), order: column.reading.dateOrder, scaling: options.scaling
      )
      return encoding.map { .date($0) } ?? .dropped(reason: "one date in every training row")
    }
  }

  /// The categories of these rows that have no input of their own; nil for none, or too many to be kept.
  private static func rare(
    _ column: Column, _ rows: RowNumbers, _ encoding: EncodedColumn.Encoding
  ) -> [String]? {
    guard case .categories(let kept, true, _) = encoding,
      case .categories(let codes, let vocabulary) = column.cells
    else { return nil }
    let seen = Set(codes.of(rows).lazy.filter { $0 >= 0 }).map { vocabulary[Int($0)] }
    guard seen.count - kept.count <= EncodedColumn.mostRare else { return nil }
    return Set(seen).subtracting(kept).sorted()
  }

  /// Whether each row has one more than the row before.
  private static func countsRows(_ numbers: NumberCells) -> Bool {
    numbers.count >= identifierRows
      && zip(numbers, numbers.dropFirst()).allSatisfy { $1 - $0 == 1 }
  }

  private static func number(
    _ spread: Spread, _ scaling: PreprocessingOptions.Scaling, indicator: Bool
  ) -> EncodedColumn.Encoding {
    let (offset, scale) = spread.scaler(scaling)
    return .number(offset: offset, scale: scale, fill: spread.mean, indicator: indicator)
  }
}

/// The mean, population deviation and bounds of the numbers that are there.
struct Spread {
  var count = 0.0
  var mean = 0.0
  var deviation = 0.0
  var least = Double.infinity
  var greatest = -Double.infinity

  /// Two passes in `Double`, so that a large mean does not swallow a small deviation.
  /// - Parameter numbers: can be gone through more than once.
  init(_ numbers: some Sequence<Double>) {
    for number in numbers where !number.isNaN {
      count += 1
      least = min(least, number)
      greatest = max(greatest, number)
      mean += (number - mean) / count  // cannot overflow, as a plain sum could
    }
    var squares = 0.0
    for number in numbers where !number.isNaN {
      squares += (number - mean) * (number - mean)
    }
    deviation = least < greatest ? (squares / count).squareRoot() : 0
  }

  /// How far the numbers lean to the small ones: the mean cube of the standardised ones; 0 where all are
  /// equal.
  func skewness(_ numbers: some Sequence<Double>) -> Double {
    guard deviation > 0 else { return 0 }
    return numbers.reduce(0) { sum, number in
      let distance = (number - mean) / deviation
      return number.isNaN ? sum : sum + distance * distance * distance
    } / count
  }

  /// What numbers are brought near 0 with: (x − offset) / scale.
  func scaler(_ scaling: PreprocessingOptions.Scaling) -> (offset: Double, scale: Double) {
    let (offset, scale) =
      switch scaling {
      case .standardise: (mean, deviation)
      case .minMax: (least, greatest - least)
      case .none: (0.0, 1.0)
      }
    return (offset.isFinite ? offset : 0, scale > 0 && scale.isFinite ? scale : 1)
  }
}
