import Engine
import Formatting

extension SequenceOptions {
  /// The most steps of a sequence if nobody says how many.
  package static let usualMostSteps = 200

  /// A row for each sequence of a table whose rows are steps: a column for each step of each channel and of
  /// the labels, and the others as they are at the first step. A sequence that is longer than the most is
  /// cut into pieces of about one length, each an example of its own.
  ///
  /// - Parameters:
  ///   - label: the column of the labels; nil where they are to be answered.
  ///   - ignored: columns that are no inputs, whatever their names.
  /// - Throws: `Problem` for columns that do not exist or hold something else.
  package func sequences(
    of table: DataTable, labels label: String?, ignoring ignored: [String] = []
  ) throws -> DataTable {
    let channels = try channels(
      in: table.columns.map(\.name), of: table.name, except: ignored + [label].compactMap(\.self)
    ).map { try table.column($0[0]) }
    try check(channels, in: table)
    var notes: [String] = []
    let labels = try label.map(table.column)
    let members = try members(of: table, channels, labels, &notes)
    let longest = members.map(\.count).max() ?? 0
    let most = length ?? Swift.min(longest, Self.usualMostSteps)
    guard most > 1 else {
      throw Problem.data(
        table.name, expected: "groups of several rows, each a step of a sequence",
        found: "at most \(longest) in one group of `\(group ?? "")`",
        fix: "name the column for `group` that the steps of one sequence share")
    }
    let pieces = members.flatMap { Self.pieces($0, most) }
    let long = members.count { $0.count > most }
    if long > 0 {
      notes.append(
        "\(long) of \(members.count) sequences have more than \(most) steps and are cut into pieces, "
          + "\(pieces.count) sequences in all; set `length` below `sequence` for longer ones")
    }
    var options = self
    options.columns = channels.map(\.name)
    options.length = most
    let used = Set(pieces.joined())
    let steps = TableSteps(
      options: options, rows: pieces, lines: pieces.map { $0.map(table.line(ofRow:)) },
      problems: try problems(table, channels, used), count: table.count,
      columns: table.columns.map(\.summary))
    let stepColumns = channels + (labels.map { [$0] } ?? [])
    let firsts = pieces.map { $0[0] }
    var columns = table.columns.filter { other in
      !stepColumns.contains { $0.name == other.name }
    }.map { $0.keeping(firsts) }
    for column in stepColumns {
      for (place, name) in steps.names(of: column.name).enumerated() {
        columns.append(
          column.atSteps(pieces.map { $0.indices.contains(place) ? $0[place] : nil }, named: name))
      }
    }
    try SeriesWindows.checkNames(columns, of: table)
    var sequences = DataTable(
      name: table.name, columns: columns, count: pieces.count,
      lineOffsets: table.lineOffsets(of: firsts), addedGaps: table.addedGaps, kept: table.kept,
      layoutNotes: table.layoutNotes + stepColumns.flatMap(\.reading.notes) + notes)
    sequences.steps = steps
    return sequences
  }

  private func check(_ channels: [Column], in table: DataTable) throws {
    let isText = channels.contains { $0.kind != .numeric }
    guard channels.count == 1 || !isText else {
      throw Problem.data(
        "\(table.name), column `\(channels.first { $0.kind != .numeric }!.name)`",
        expected: "numbers in each of several columns of a step", found: "text",
        fix: "name the columns of numbers, or one column of texts alone")
    }
  }

  /// The rows of each sequence in their order: those of a group that hold something.
  private func members(
    of table: DataTable, _ channels: [Column], _ labels: Column?, _ notes: inout [String]
  ) throws -> [[Int]] {
    var series = SeriesWindows(column: channels[0].name)
    (series.group, series.time) = (group, order)
    // Rows that cannot be read say so, each by itself.
    let all = try series.series(table, &notes, isRegular: false).map { series in
      series.rows.filter { table.badRows[$0] == nil }
    }
    var members = all.map { rows in
      rows.filter { row in channels.contains { !$0.isMissing(row) } }
    }
    let empty = zip(all, members).reduce(0) { $0 + $1.0.count - $1.1.count }
    if empty > 0 {
      notes.append(
        "\(empty) of \(table.count) rows are left out: no value in "
          + Preprocessing.list(channels.map(\.name)))
    }
    members.removeAll(where: \.isEmpty)
    guard let labels else { return members }
    let count = members.count
    members.removeAll { $0.allSatisfy(labels.isMissing) }
    if members.count < count {
      notes.append(
        "\(count - members.count) of \(count) sequences are left out: no value of `\(labels.name)` to learn"
      )
    }
    let open = members.joined().count(where: labels.isMissing)
    if open > 0 {
      notes.append(
        "\(open) rows have no value of `\(labels.name)`: they are read as steps, but neither learned nor "
          + "scored")
    }
    guard !members.isEmpty else {
      throw Problem.data(
        table.name, expected: "at least one sequence with labels", found: "none",
        fix: "give rows that have a value of `\(labels.name)`")
    }
    return members
  }

  /// Parts of nearly one length, none of them longer than the most.
  private static func pieces(_ rows: [Int], _ most: Int) -> [[Int]] {
    let count = (rows.count + most - 1) / most
    return (0..<count).map { piece in
      Array(rows[piece * rows.count / count..<(piece + 1) * rows.count / count])
    }
  }

  /// Why rows belong to no sequence.
  private func problems(
    _ table: DataTable, _ channels: [Column], _ used: Set<Int>
  ) throws -> [Int: Problem] {
    let needed = try [group, order].compactMap(\.self).map(table.column)
    var problems: [Int: Problem] = [:]
    for row in 0..<table.count where !used.contains(row) {
      let missing = needed.first { $0.isMissing(row) }?.name ?? channels[0].name
      problems[row] =
        table.badRows[row]
        ?? Problem.data(
          table.location(row: row, column: missing), expected: "a value, as a step needs it",
          found: "a missing one", fix: "fill it in or remove the row")
    }
    return problems
  }
}

extension Column {
  /// The cells of some rows, missing where there is no row.
  fileprivate func atSteps(_ rows: [Int?], named name: String) -> Column {
    let cells: Cells =
      switch self.cells {
      case .numbers(let numbers):
        .numbers(NumberCells(rows.lazy.map { $0.map { numbers[$0] } ?? .nan }))
      case .dates(let seconds):
        .dates(NumberCells(rows.lazy.map { $0.map { seconds[$0] } ?? .nan }))
      case .categories(let codes, let vocabulary):
        .categories(
          CategoryCells(rows.lazy.map { $0.map { codes[$0] } ?? -1 }), vocabulary: vocabulary)
      }
    var reading = reading
    // Whatever a step looks like, it is no name and no number of a row.
    reading.isSaid = true
    reading.notes = []
    return Column(name: name, cells: cells, reading: reading)
  }
}
