import Engine

/// Columns that say something about rows instead of being what is learned from.
package struct RowRoles: Codable, Sendable, Equatable {
  /// Rows with the same cell belong together.
  package var group: String?
  /// How much each row counts.
  package var weight: String?
  /// When each row was.
  package var time: String?

  /// No such columns.
  package init() {}

  var columns: [String] { [group, weight, time].compactMap(\.self) }

  /// Those that a table has: one to be predicted may lack them.
  func present(in table: DataTable) -> RowRoles {
    func present(_ name: String?) -> String? {
      name.flatMap { name in table.columns.contains { $0.name == name } ? name : nil }
    }
    var roles = RowRoles()
    (roles.group, roles.weight, roles.time) = (present(group), present(weight), present(time))
    return roles
  }
}

/// The rows of a table that can be learned from or scored.
package struct UsableRows: Sendable, Equatable {
  /// Row numbers from 0, ascending.
  package let rows: RowNumbers
  /// How many were left out, and why.
  package let notes: [String]

  /// Leaves out rows without a value to learn, without group or time where those count, and rows of
  /// weight 0, which would change nothing.
  ///
  /// - Parameters:
  ///   - targets: the columns that are learned.
  ///   - labels: columns of which one value is enough.
  /// - Throws: `Problem` for columns that do not exist, weights that are none, more rows than
  ///   can be numbered, or where no row is left.
  package init(
    _ table: DataTable, targets: [String] = [], anyOf labels: [String] = [], roles: RowRoles
  ) throws {
    try RowNumbers.check(table.count, of: table.name)
    var isUsable = [Bool](repeating: true, count: table.count)
    var notes: [String] = []
    func leaveOut(_ reason: String, where isOut: (Int) -> Bool) {
      var count = 0
      for row in isUsable.indices where isUsable[row] && isOut(row) {
        isUsable[row] = false
        count += 1
      }
      guard count > 0 else { return }
      notes.append(
        "\(table.name): \(count) of \(table.count) rows \(count == 1 ? "is" : "are") left out: \(reason)"
      )
    }
    for target in targets {
      let column = try table.column(target)
      leaveOut("no value of `\(target)` to learn", where: column.isMissing)
    }
    if !labels.isEmpty {
      let columns = try labels.map(table.column)
      leaveOut("no label of any step to learn") { row in columns.allSatisfy { $0.isMissing(row) } }
    }
    for name in [roles.group, roles.time].compactMap(\.self) {
      let column = try table.column(name)
      leaveOut("no value of `\(name)`, which decides the part of a row", where: column.isMissing)
    }
    if let weight = roles.weight {
      let weights = try table.weights(weight, rows: Self.numbers(isUsable))
      var next = weights.makeIterator()
      let byRow = isUsable.map { $0 ? next.next()! : 0 }
      leaveOut("their `\(weight)` is 0") { byRow[$0] == 0 }
    }
    rows = Self.numbers(isUsable)
    self.notes = notes
    guard !rows.isEmpty else {
      throw Problem.data(
        table.name, expected: "at least one row to learn from",
        found: notes.joined(separator: "; "), fix: "give rows that have these values")
    }
  }
}

extension UsableRows {
  private static func numbers(_ isUsable: [Bool]) -> RowNumbers {
    isUsable.allSatisfy(\.self)
      ? RowNumbers(0..<isUsable.count)
      : RowNumbers(isUsable.indices.lazy.filter { isUsable[$0] }.map { Int32($0) } as [Int32])
  }
}

extension DataTable {
  /// How much each of some rows counts.
  /// - Throws: `Problem` for a column of other things than numbers, and for cells that are missing or below
  ///   0, each at its `file:line`.
  func weights(_ name: String, rows: RowNumbers) throws -> [Float] {
    let column = try column(name)
    guard case .numbers(let numbers) = column.cells else {
      throw Problem.data(
        "\(self.name), column `\(name)`", expected: "numbers of at least 0 for `weight`",
        found: "\(column.kind.rawValue) cells", fix: "name another column for `weight`")
    }
    let problems = rows.lazy.filter {
      !(numbers[$0] >= 0) || !Float(numbers[$0]).isFinite
        || Float(numbers[$0]) == 0 && numbers[$0] > 0
    }.prefix(Problem.limit).map { row in
      Problem.data(
        location(row: row, column: name), expected: "a number of at least 0 for `weight`",
        found: column.text(row).map { "`\($0)`" } ?? "a missing one",
        fix: "correct it; 0 leaves the row out")
    }
    try Problem.throwIfAny(Array(problems))
    return numbers.of(rows).map { Float($0) }
  }

  /// The group of each of some rows, numbered from 0 in the order of appearance.
  package func groups(_ name: String, rows: RowNumbers) throws -> [Int] {
    let column = try column(name)
    switch column.cells {
    case .numbers(let cells), .dates(let cells): return Self.numbered(cells.of(rows))
    case .categories(let codes, _): return Self.numbered(codes.of(rows))
    }
  }

  /// The first and last cell of a column of times, as text; nil where there is no such column.
  package func range(of name: String, rows: RowNumbers) throws -> String? {
    guard let column = columns.first(where: { $0.name == name }) else { return nil }
    let times = try times(name, rows: rows)
    guard let first = rows.indices.min(by: { times[$0] < times[$1] }),
      let last = rows.indices.max(by: { times[$0] < times[$1] }),
      let from = column.text(rows[first]), let to = column.text(rows[last])
    else { return nil }
    return "\(from) to \(to)"
  }

  /// When each of some rows was.
  /// - Throws: `Problem` for a column of text.
  package func times(_ name: String, rows: RowNumbers) throws -> [Double] {
    let column = try column(name)
    switch column.cells {
    case .numbers(let cells), .dates(let cells): return Array(cells.of(rows))
    case .categories:
      throw Problem.data(
        "\(self.name), column `\(name)`", expected: "dates or numbers for a split by time",
        found: "text",
        fix: "set `kinds` to `\(name)=date` if they are dates, or name another column")
    }
  }

  private static func numbered<Cell: Hashable>(_ cells: some Sequence<Cell>) -> [Int] {
    var numbers: [Cell: Int] = [:]
    return cells.map { cell in
      if let known = numbers[cell] { return known }
      numbers[cell] = numbers.count
      return numbers[cell]!
    }
  }
}
