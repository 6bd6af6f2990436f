import Engine

extension Preprocessing {
  /// What the target columns become, by the training rows.
  /// - Throws: `Problem` for columns that the task cannot learn.
  static func fitTarget(
    _ columns: [Column], _ rows: RowNumbers, _ table: DataTable, _ options: PreprocessingOptions
  ) throws -> (names: [String], target: Target) {
    let task = options.task ?? LearningTask.Choice(inferredFrom: columns)
    let names = columns.map(\.name)
    func one() throws -> Column {
      guard columns.count == 1 else {
        throw Problem.data(
          "target", expected: "one column for \(task.rawValue)",
          found: Self.list(names),
          fix: "name one of them, or set `task` to `regression` or `multilabel`")
      }
      return columns[0]
    }
    switch task {
    case .classification, .binary, .multiclass:
      return (names, .classes(try classes(of: one(), rows, table)))
    case .ordered: return (names, .ordered(try orderedClasses(of: one(), rows, table)))
    case .multilabel: return (names, try labels(of: columns, rows, table, options))
    case .regression:
      return (names, .numbers(try columns.map { try scale(of: $0, rows, table, options) }))
    }
  }

  /// The classes of a column, of which there must be two.
  static func classes(
    of column: Column, _ rows: RowNumbers, _ table: DataTable
  ) throws -> [String] {
    let classes = LearningTask.classes(of: column, rows: rows)
    guard classes.count > 1 else {
      throw Problem.data(
        "\(table.name), column `\(column.name)`", expected: "at least two classes",
        found: classes.first.map { "only `\($0)`" } ?? "none",
        fix: "add rows of another class, or name another target")
    }
    return classes
  }

  /// Only numbers say by themselves which class is the higher one.
  private static func orderedClasses(
    of column: Column, _ rows: RowNumbers, _ table: DataTable
  ) throws -> [String] {
    guard case .numbers = column.cells else {
      throw Problem.data(
        "\(table.name), column `\(column.name)`",
        expected: "numbers for ordered classes, the lowest first", found: "text",
        fix: "write 1, 2, 3, … for the classes in their order")
    }
    let classes = try classes(of: column, rows, table)
    guard classes.count <= LearningTask.Choice.orderedLimit else {
      throw Problem.data(
        "\(table.name), column `\(column.name)`",
        expected: "at most \(LearningTask.Choice.orderedLimit) ordered classes",
        found: "\(classes.count)", fix: "set `task` to `regression`")
    }
    return classes
  }

  private static func scale(
    of column: Column, _ rows: RowNumbers, _ table: DataTable, _ options: PreprocessingOptions
  ) throws -> TargetScale {
    guard case .numbers(let numbers) = column.cells else {
      throw Problem.data(
        "\(table.name), column `\(column.name)`", expected: "numbers for regression",
        found: "text", fix: "choose classification")
    }
    let values = numbers.of(rows)
    let spread = Spread(values)
    guard spread.greatest > spread.least else {
      throw Problem.data(
        "\(table.name), column `\(column.name)`", expected: "different values to learn",
        found: "\(Column.label(spread.least)) in every training row", fix: "name another target")
    }
    let isLogarithm: Bool
    switch options.targetScaling {
    case .linear: isLogarithm = false
    case .auto:
      isLogarithm =
        options.standardisesTarget && Spread(numbers).least > 0
        && Self.suitsLogarithm(values, spread)
    case .log:
      guard spread.least > 0 else {
        let row = rows.first { numbers[$0] <= 0 }
        throw Problem.data(
          row.map { table.location(row: $0, column: column.name) } ?? table.name,
          expected: "a number above 0, whose logarithm can be learned",
          found: Column.label(spread.least), fix: "set `target_scale` to `linear`")
      }
      isLogarithm = true
    }
    guard options.standardisesTarget else { return TargetScale(isLogarithm: isLogarithm) }
    let learned = isLogarithm ? Spread(values.lazy.map { .log($0) }) : spread
    return TargetScale(
      mean: learned.mean, deviation: learned.deviation, isLogarithm: isLogarithm)
  }

  /// Whether positive values over more than an order of magnitude lean far to the small ones, and their
  /// logarithms do not lean.
  private static func suitsLogarithm(
    _ values: NumberCells.OfRows, _ spread: Spread
  ) -> Bool {
    guard spread.least > 0, spread.greatest >= 20 * spread.least, spread.count >= 50 else {
      return false
    }
    let logarithms = values.lazy.map { Double.log($0) }
    let skewness = spread.skewness(values)
    return skewness > 1
      && Spread(logarithms).skewness(logarithms).magnitude < 0.5 * skewness
  }

  // MARK: Labels

  /// The separators that are looked for, the surest first.
  private static let separators = ["|", ";", ",", " "]

  private static func labels(
    of columns: [Column], _ rows: RowNumbers, _ table: DataTable, _ options: PreprocessingOptions
  ) throws -> Target {
    guard columns.count == 1 else {
      for column in columns {
        for row in rows where column.text(row).map(answer(ofYesOrNo:)) == .some(nil) {
          throw Problem.data(
            table.location(row: row, column: column.name),
            expected: "yes or no: 1 or 0, true or false",
            found: "`\(column.text(row) ?? "")`",
            fix: "set `task` to `regression` if the targets are amounts")
        }
      }
      return .labels(columns.map(\.name), separator: nil)
    }
    let texts = LearningTask.classes(of: columns[0], rows: rows)
    let separator =
      options.labelSeparator ?? separators.first { sign in texts.contains { $0.contains(sign) } }
    let parts = Set(texts.flatMap { Self.parts(of: $0, separator ?? " ") }).sorted()
    guard let separator, parts.count > 1 else {
      throw Problem.data(
        "\(table.name), column `\(columns[0].name)`",
        expected: "cells with several labels and a sign between them, such as `red;blue`",
        found: "one label in every cell",
        fix: "set `task` to `classification`, or name a column of 0 and 1 for each label")
    }
    return .labels(parts, separator: separator)
  }

  /// The labels of a cell, without blanks around them.
  static func parts(of text: String, _ separator: String) -> [String] {
    text.split(separator: separator).map { String($0).trimmingSpaces }.filter { !$0.isEmpty }
  }

  /// Whether a cell says yes or no; nil for anything else.
  static func answer(ofYesOrNo text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "true", "yes": true
    case "0", "false", "no": false
    default: nil
    }
  }
}

extension Column {
  /// Where the cells of some rows stand among labels; nil where one is missing, or none of them.
  fileprivate func places(of labels: [String], _ rows: RowNumbers) -> [Float]? {
    var placeOf: [String: Float] = [:]
    for (place, label) in labels.enumerated() { placeOf[label] = Float(place) }
    var places: [Float] = []
    places.reserveCapacity(rows.count)
    switch cells {
    case .dates: return nil
    case .numbers(let numbers):
      var known: [Double: Float] = [:]
      for number in numbers.of(rows) {
        guard let place = known[number] ?? placeOf[Self.label(number)] else { return nil }
        known[number] = place
        places.append(place)
      }
    case .categories(let codes, let vocabulary):
      let known = vocabulary.map { placeOf[$0] }
      for code in codes.of(rows) {
        guard code >= 0, let place = known[Int(code)] else { return nil }
        places.append(place)
      }
    }
    return places
  }
}

extension Preprocessing {
  /// The targets of some rows: a class index, numbers as the network learns them, or 1 for each label
  /// that a row has.
  /// - Throws: `Problem` for missing targets, and classes and labels that training never saw.
  public func encodeTargets(_ table: DataTable, rows: [Int]? = nil) throws -> Examples {
    var none: [String]? = nil
    return try encodeTargets(table, rows: RowNumbers(rows, of: table), unseen: &none)
  }

  /// - Parameter unseen: collects the classes that training never saw, whose indices follow those that it
  ///   did; nil makes them a problem. Of labels of which a row may have any number the others are left out,
  ///   which ``addUnseenLabels(in:to:)`` counts.
  func encodeTargets(
    _ table: DataTable, rows: RowNumbers, unseen: inout [String]?
  ) throws -> Examples {
    if let stepLabels { return try encode(stepLabels, table, Array(rows), &unseen) }
    // One number for each example has the shape of a single number.
    return try Examples(
      shape: targetCount == 1 ? .scalar : TensorShape(checking: [targetCount]),
      floats: targetNumbers(table, rows: rows, unseen: &unseen))
  }

  /// The numbers of these targets, which all must be known.
  func targetNumbers(_ table: DataTable, rows: RowNumbers) throws -> [Float] {
    var none: [String]? = nil
    return try targetNumbers(table, rows: rows, unseen: &none)
  }

  private func targetNumbers(
    _ table: DataTable, rows: RowNumbers, unseen: inout [String]?
  ) throws -> [Float] {
    let columns = try targetNames.map(table.column)
    if let plain = plainNumbers(columns, rows) { return plain }
    var problems: [Problem] = []
    var floats: [Float] = []
    floats.reserveCapacity(rows.count * targetCount)
    var index: [String: Int] = [:]
    for (place, label) in classes.enumerated() { index[label] = place }
    for row in rows where problems.count < Problem.limit {
      for (place, column) in columns.enumerated() {
        if unseen != nil, task.isClassification, let text = column.text(row), index[text] == nil {
          index[text] = index.count
          unseen?.append(text)
        }
        do {
          floats += try encodeTarget(
            column, place, row, index, skipsUnknown: unseen != nil,
            at: table.location(row: row, column: column.name))
        } catch { problems.append(error) }
      }
    }
    try Problem.throwIfAny(problems)
    return floats
  }

  /// The numbers of targets in which nothing is missing or unknown, without a look at each cell as text; nil for
  /// others, and for several labels a cell.
  private func plainNumbers(_ columns: [Column], _ rows: RowNumbers) -> [Float]? {
    switch target {
    case .labels: return nil
    case .classes(let labels), .ordered(let labels):
      return columns[0].places(of: labels, rows)
    case .numbers(let scales):
      var floats = [Float](repeating: 0, count: rows.count * scales.count)
      for (place, column) in columns.enumerated() {
        guard case .numbers(let numbers) = column.cells else { return nil }
        for (row, number) in numbers.of(rows).enumerated() {
          let learned = scales[place].learned(number)
          guard learned.isFinite else { return nil }
          floats[row * scales.count + place] = learned
        }
      }
      return floats
    }
  }

  /// What is said of a class, or a label, that training never saw.
  func unknownClass(_ text: String, at location: String, word: String = "class") -> Problem {
    Problem.data(
      location,
      expected: "one of the \(word == "class" ? "classes" : "labels") " + Self.list(classes),
      found: "`\(text)`",
      fix: Self.correction(of: text, among: classes, or: "train with rows of this \(word)"))
  }

  /// The numbers that one cell of a target column becomes.
  private func encodeTarget(
    _ column: Column, _ place: Int, _ row: Int, _ index: [String: Int], skipsUnknown: Bool,
    at location: @autoclosure () -> String
  ) throws(Problem) -> [Float] {
    guard let text = column.text(row) else {
      throw Problem.data(
        location(), expected: "a value to learn", found: "a missing one",
        fix: "fill in the target or remove the row")
    }
    switch target {
    case .classes, .ordered:
      guard let place = index[text] else { throw unknownClass(text, at: location()) }
      return [Float(place)]
    case .labels(let labels, let separator?):
      var answers = [Float](repeating: 0, count: labels.count)
      for label in Self.parts(of: text, separator) {
        if let place = index[label] {
          answers[place] = 1
        } else if !skipsUnknown {
          throw unknownClass(label, at: location(), word: "label")
        }
      }
      return answers
    case .labels(_, separator: nil):
      if let answer = Self.answer(ofYesOrNo: text) { return [answer ? 1 : 0] }
      throw Problem.data(
        location(), expected: "yes or no: 1 or 0, true or false", found: "`\(text)`")
    case .numbers(let scales):
      guard case .numbers(let numbers) = column.cells else {
        throw Problem.data(location(), expected: "a number", found: "`\(text)`")
      }
      let value = scales[place].learned(numbers[row])
      if value.isFinite { return [value] }
      throw scales[place].isLogarithm && numbers[row] <= 0
        ? Problem.data(
          location(), expected: "a number above 0, since its logarithm is learned", found: text,
          fix: "set `target_scale` to `linear`")
        : Problem.data(
          location(), expected: "a number that fits in 32 bits when scaled", found: text)
    }
  }

  /// Counts the labels of rows to be scored that training never saw, where a row may have any number.
  package func addUnseenLabels(in table: DataTable, to unseen: inout UnseenValues) {
    guard case .labels(let labels, let separator?) = target,
      let column = table.columns.first(where: { $0.name == targetNames[0] })
    else { return }
    let known = Set(labels)
    for row in 0..<table.count {
      for label in Self.parts(of: column.text(row) ?? "", separator) where !known.contains(label) {
        unseen.add(
          label, to: column.name, .label, known: labels,
          at: table.location(row: row, column: column.name))
      }
    }
  }

  /// Reads the targets of a later file where it has them.
  package func useTargetsIfThere(_ options: inout TableOptions) {
    useTargets(&options)
    options.optionalColumns += targetColumns
  }

  /// How the target columns of a later file are read.
  func useTargets(_ options: inout TableOptions) {
    options.columns? += targetColumns
    switch target {
    case .numbers: for name in targetNames { options.kinds[name] = .numeric }
    case .classes(let classes), .ordered(let classes):
      // Labels that are all numbers were numbers when they were learned: `1.0` is class `1` too.
      let areNumbers = classes.allSatisfy { Double($0).map(Column.label) == $0 }
      for name in targetColumns {
        options.kinds[name] = areNumbers ? .numeric : .categorical
        if Set(classes).isSubset(of: ["true", "false"]) { options.truths.insert(name) }
      }
    case .labels(_, separator: _?): options.kinds[targetNames[0]] = .categorical
    case .labels(_, separator: nil): break
    }
  }
}
