import Engine

extension Preprocessing {
  /// Learns scalers, a vocabulary and the classes from some sequences of a table that was made of a file
  /// whose rows are steps.
  ///
  /// - Parameter label: the column of the file.
  init(
    fitting table: DataTable, _ steps: TableSteps, labels targets: [String], _ rows: [Int],
    _ options: PreprocessingOptions
  ) throws {
    guard targets.count == 1, let label = targets.first else {
      throw Problem.data(
        "target", expected: "one column, where each row is a step with its label",
        found: Self.list(targets), fix: "name one of them")
    }
    try Dataset.check(rows: rows, of: table.count, at: table.name)
    let first = try table.column(StepLabels.name(steps.options.columns[0], 0))
    let content: SequenceOptions.Content =
      steps.options.content
      ?? (options.tokens != nil || first.kind != .numeric ? .tokens : .numbers)
    try self.init(
      fitting: table, steps.sequence(content), labels: steps.names(of: label), called: label, rows,
      options)
    stepLabels = StepLabels(columns: steps.names(of: label), rows: steps.options)
  }

  /// The same for a table whose rows are sequences with a label column for each step.
  ///
  /// - Parameter name: of all labels together.
  init(
    fitting table: DataTable, _ sequence: SequenceOptions, labels: [String], called name: String,
    _ rows: [Int], _ options: PreprocessingOptions
  ) throws {
    let encoding = try SequenceEncoding(
      fitting: table, sequence, targets: labels, rows: rows,
      reasonToIgnore: {
        $0 == table.steps?.options.order
          ? "it orders the steps of the sequences" : options.reasonToIgnore($0)
      }, scaling: options.scaling, tokens: options.tokens)
    guard encoding.steps == labels.count else {
      throw Problem.data(
        "sequence.labels", expected: "a label column for each of \(encoding.steps) steps",
        found: "\(labels.count)", fix: "name as many columns of labels as of steps")
    }
    let classes = try Self.classes(
      ofSteps: labels.map(table.column), name, rows, table, options)
    self.init(inputs: .sequence(encoding), targetName: name, target: .classes(classes))
    stepLabels = StepLabels(columns: labels, rows: nil)
    roles = options.roles.columns.isEmpty ? nil : options.roles
  }

  private static func classes(
    ofSteps columns: [Column], _ label: String, _ rows: [Int], _ table: DataTable,
    _ options: PreprocessingOptions
  ) throws -> [String] {
    let all = Column(joining: columns, rows: rows, named: label)
    let task = options.task ?? LearningTask.Choice(inferredFrom: all)
    guard task.isClassification, task != .ordered else {
      throw Problem.data(
        "\(table.name), column `\(label)`", expected: "classes, where each step has its label",
        found: options.task == nil ? "numbers that are no classes" : task.rawValue,
        fix: options.task == nil
          ? "set `task` to `classification` if they are classes; to learn a number for each row, leave "
            + "`sequence` out and give the steps before it as columns"
          : "set `task` to `classification`")
    }
    return try self.classes(of: all, RowNumbers(0..<all.count), table)
  }

  /// The class of each step; 0 for steps without one, which have no weight.
  /// - Parameter unseen: see ``encodeTargets(_:rows:unseen:)``.
  func encode(
    _ labels: StepLabels, _ table: DataTable, _ rows: [Int], _ unseen: inout [String]?
  ) throws -> Examples {
    let columns = try labels.columns.map(table.column)
    var index = Dictionary(uniqueKeysWithValues: zip(classes, 0..<classes.count))
    var problems: [Problem] = []
    var floats: [Float] = []
    floats.reserveCapacity(rows.count * columns.count)
    for row in rows where problems.count < Problem.limit {
      for column in columns {
        guard let text = column.text(row) else {
          floats.append(0)
          continue
        }
        if unseen != nil, index[text] == nil {
          index[text] = index.count
          unseen?.append(text)
        }
        guard let place = index[text] else {
          problems.append(
            unknownClass(text, at: table.location(row: row, column: column.name)))
          continue
        }
        floats.append(Float(place))
      }
    }
    try Problem.throwIfAny(problems)
    return try Examples(shape: TensorShape(checking: [columns.count]), floats: floats)
  }
}

extension Preprocessing {
  /// How many steps of a sequence are there: up to the last that is no padding.
  package func steps(of input: [Float]) -> Int {
    guard let sequence, let last = input.lastIndex(where: { $0 != sequence.padding }) else {
      return 0
    }
    return last / (sequence.hasTokens ? 1 : sequence.channels.count) + 1
  }
}

extension StepLabels {
  /// 1 for each step of some rows that has a label, 0 for the others.
  func weights(_ table: DataTable, _ rows: [Int]) throws -> [Float] {
    let columns = try self.columns.map(table.column)
    return rows.flatMap { row in columns.map { $0.isMissing(row) ? 0 : 1 } as [Float] }
  }
}

extension Column {
  /// The cells that are there, of some rows of columns that are alike.
  fileprivate init(joining columns: [Column], rows: [Int], named name: String) {
    let cells = columns.flatMap { column in rows.map { (column, $0) } }.filter { !$0.isMissing($1) }
    let numbers = cells.compactMap { column, row -> Double? in
      if case .numbers(let numbers) = column.cells { numbers[row] } else { nil }
    }
    var codes: [String: Int32] = [:]
    func code(_ text: String) -> Int32 {
      if codes[text] == nil { codes[text] = Int32(codes.count) }
      return codes[text]!
    }
    let all: Cells =
      numbers.count == cells.count
      ? .numbers(NumberCells(numbers))
      : .categories(
        CategoryCells(cells.map { code($0.text($1) ?? "") }),
        vocabulary: codes.sorted { $0.value < $1.value }.map(\.key))
    self.init(name: name, cells: all)
  }
}
