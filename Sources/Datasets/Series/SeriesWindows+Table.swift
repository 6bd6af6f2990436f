import Engine

extension SeriesWindows {
  /// Rows of a table that follow each other.
  struct Series {
    var rows: [Int]
    /// When each was, ascending; the place in the series where nobody says.
    var times: [Double]
  }

  /// One window: the row of the file at which it stands, and its series and place there.
  private struct Place {
    var series: Int
    var place: Int
  }

  /// The windows of a table, a row for each: what was `history` steps back to the last known step, then
  /// what comes. Columns that are no numbers stay as they are at the last known step.
  ///
  /// - Throws: `Problem` for columns that do not exist, and series that are all too short.
  package func windows(of table: DataTable, _ part: Part) throws -> DataTable {
    var resolved = self
    guard case .numbers = try table.column(column).cells else {
      throw Problem.data(
        "\(table.name), column `\(column)`", expected: "numbers to forecast", found: "other cells",
        fix: "name a column of numbers for `forecast`")
    }
    resolved.time = try time ?? clock(table)?.name
    resolved.others =
      try others.map { try $0.map { try table.column($0).name } }
      ?? table.columns.filter { other in
        other.kind == .numeric && ![column, group, resolved.time].contains(other.name)
      }.map(\.name)
    var notes: [String] = []
    let series = try resolved.series(table, &notes)
    let needed = part == .whole ? length : history
    let places = series.enumerated().flatMap { number, series -> [Place] in
      guard series.rows.count >= needed else { return [] }
      let ends =
        part == .whole
        ? history - 1..<series.rows.count - last : series.rows.count - 1..<series.rows.count
      return ends.map { Place(series: number, place: $0) }
    }
    let short = series.count { $0.rows.count < needed }
    guard !places.isEmpty else {
      throw Problem.data(
        table.name,
        expected: "a series of at least \(needed) steps, \(history) to look back on"
          + (part == .whole ? " and \(last) to answer" : ""),
        found: "\(series.map(\.rows.count).max() ?? 0)",
        fix: part == .whole ? "set a smaller `history`, or give more steps" : "give more steps")
    }
    if short > 0 {
      notes.append(
        "\(short) of \(series.count) series have fewer than \(needed) steps and are left out")
    }
    return try resolved.table(table, series, places, part, notes)
  }

  private func table(
    _ table: DataTable, _ series: [Series], _ places: [Place], _ part: Part, _ notes: [String]
  ) throws -> DataTable {
    func row(_ place: Place, _ steps: Int) -> Int { series[place.series].rows[place.place + steps] }
    let here = places.map { row($0, 0) }
    func shifted(_ numbers: NumberCells, of column: Column, _ steps: Int, _ name: String) -> Column
    {
      var reading = column.reading
      // Whatever a measured series looks like, it is no name and no number of a row.
      reading.isSaid = true
      reading.notes = []
      return Column(
        name: name, cells: .numbers(numbers.keeping(places.map { row($0, steps) })),
        reading: reading)
    }
    var columns = table.columns.filter { other in
      other.name != column && others?.contains(other.name) == false
    }.map { $0.keeping(here) }
    var notes = notes
    for name in [column] + (others ?? []) {
      let source = try table.column(name)
      var numbers = source.numbers
      if carriesForward == true, name == column { carry(&numbers, along: series, &notes) }
      columns += (1...history).reversed().map {
        shifted(numbers, of: source, 1 - $0, Self.lag(name, $0))
      }
    }
    if part == .whole {
      let source = try table.column(column)
      columns += zip(first...last, targets).map { shifted(source.numbers, of: source, $0, $1) }
    }
    try Self.checkNames(columns, of: table)
    let size = length
    var windows = DataTable(
      name: table.name, columns: columns, count: places.count,
      lineOffsets: table.lineOffsets(of: here),
      addedGaps: table.addedGaps,
      layoutNotes: table.layoutNotes + notes + readingNotes(table))
    windows.windows = TableWindows(
      series: self,
      spans: places.map { place in
        let times = series[place.series].times
        return times[place.place - history + 1]...times[place.place + (part == .whole ? last : 0)]
      },
      stretches: Self.numbered(places.map { [$0.series, $0.place / size] }))
    return windows
  }

  /// Puts the last known value in the place of those that are missing.
  private func carry(_ cells: inout NumberCells, along series: [Series], _ notes: inout [String]) {
    var count = 0
    var numbers = (0..<cells.count).map { cells[$0] }
    for series in series {
      var last = Double.nan
      for row in series.rows {
        if !numbers[row].isNaN {
          last = numbers[row]
        } else if !last.isNaN {
          numbers[row] = last
          count += 1
        }
      }
    }
    guard count > 0 else { return }
    cells = NumberCells(numbers)
    notes.append(
      "\(count) missing \(count == 1 ? "value" : "values") of `\(column)` "
        + "\(count == 1 ? "is" : "are") looked back on as the last one known before")
  }

  /// What was said of columns that are lags now.
  private func readingNotes(_ table: DataTable) -> [String] {
    table.columns.filter { $0.name == column || others?.contains($0.name) == true }
      .flatMap(\.reading.notes)
  }

  private static func numbered(_ keys: [[Int]]) -> [Int32] {
    var numbers: [[Int]: Int32] = [:]
    return keys.map { key in
      if let known = numbers[key] { return known }
      numbers[key] = Int32(numbers.count)
      return numbers[key]!
    }
  }

  static func checkNames(_ columns: [Column], of table: DataTable) throws(Problem) {
    var seen: Set<String> = []
    guard let twice = columns.first(where: { !seen.insert($0.name).inserted }) else { return }
    throw Problem.data(
      table.name, expected: "no column `\(twice.name)`, which is a step of a window",
      found: "one", fix: "rename it, or leave out `forecast` if the rows are windows already")
  }

  /// The column that orders the rows: ascending dates, or whole numbers in equal steps.
  private func clock(_ table: DataTable) throws -> Column? {
    let groups = try group.map { try table.groups($0, rows: RowNumbers(0..<table.count)) }
    func ascends(_ cells: NumberCells, inEqualSteps: Bool) -> Bool {
      var lastOf: [Int: Double] = [:]
      var steps: Set<Double> = []
      for (row, cell) in cells.enumerated() {
        let group = groups?[row] ?? 0
        if let last = lastOf[group] {
          guard cell > last else { return false }
          steps.insert(cell - last)
        }
        lastOf[group] = cell
      }
      return !inEqualSteps || steps.count == 1 && cells.allSatisfy { $0 == $0.rounded() }
    }
    return table.columns.first { other in
      guard other.name != column, other.name != group else { return false }
      switch other.cells {
      case .dates(let cells): return ascends(cells, inEqualSteps: false)
      case .numbers(let cells): return ascends(cells, inEqualSteps: true)
      case .categories: return false
      }
    }
  }

  /// The rows of each series in the order of time.
  ///
  /// - Parameter isRegular: whether steps of other lengths are worth a note.
  func series(
    _ table: DataTable, _ notes: inout [String], isRegular: Bool = true
  ) throws -> [Series] {
    let all = Array(0..<table.count)
    let groupColumn = try group.map(table.column)
    let timeColumn = try time.map(table.column)
    let rows = all.filter { row in
      groupColumn?.isMissing(row) != true && timeColumn?.isMissing(row) != true
    }
    if rows.count < all.count {
      notes.append(
        "\(all.count - rows.count) of \(all.count) rows are left out: no value of "
          + [group, time].compactMap { $0.map { "`\($0)`" } }.joined(separator: " or "))
    }
    let groups =
      try group.map { try table.groups($0, rows: RowNumbers(rows)) } ?? rows.map { _ in 0 }
    let times = try time.map { try table.times($0, rows: RowNumbers(rows)) }
    var members: [[Int]] = Array(repeating: [], count: (groups.max() ?? -1) + 1)
    for place in rows.indices { members[groups[place]].append(place) }
    var moved = 0
    let series = members.map { members -> Series in
      guard let times else {
        return Series(rows: members.map { rows[$0] }, times: members.indices.map(Double.init))
      }
      let sorted = members.sorted { (times[$0], $0) < (times[$1], $1) }
      moved += zip(members, sorted).count { $0 != $1 }
      return Series(rows: sorted.map { rows[$0] }, times: sorted.map { times[$0] })
    }
    if let time {
      if moved > 0 {
        notes.append("rows were sorted by `\(time)`: \(moved) stood elsewhere in the file")
      }
      if isRegular, let note = Self.irregular(series, table, time) { notes.append(note) }
      if let note = try Self.repeated(series, time, group) { notes.append(note) }
    }
    return series
  }

  /// Steps that are longer or shorter than most.
  private static func irregular(_ series: [Series], _ table: DataTable, _ time: String) -> String? {
    var counts: [Double: Int] = [:]
    for series in series {
      for (one, other) in zip(series.times, series.times.dropFirst()) {
        counts[other - one, default: 0] += 1
      }
    }
    counts[0] = nil
    let total = counts.values.reduce(0, +)
    guard let usual = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      usual.value < total, !isMonthly(counts, table, time)
    else { return nil }
    func text(_ step: Double) -> String {
      guard let column = table.columns.first(where: { $0.name == time }), column.kind == .date
      else {
        return Column.label(step)
      }
      let days = step / CivilDate.secondsPerDay
      return days >= 1 ? "\(Column.label(days)) days" : "\(Column.label(step)) seconds"
    }
    let odd = counts.filter { $0.key != usual.key }.max { $0.value < $1.value }!
    return
      "\(total - usual.value) of \(total) steps of `\(time)` are not \(text(usual.key)) but, most often, "
      + "\(text(odd.key)); steps are taken as they follow each other, so add rows with empty cells where "
      + "steps are missing"
  }

  /// Months are equal steps of unequal length.
  private static func isMonthly(_ counts: [Double: Int], _ table: DataTable, _ time: String) -> Bool
  {
    guard let column = table.columns.first(where: { $0.name == time }), column.kind == .date else {
      return false
    }
    return [28...31, 90...92, 365...366].contains { days in
      counts.keys.allSatisfy { days.contains(Int($0 / CivilDate.secondsPerDay)) }
    }
  }

  private static func repeated(_ series: [Series], _ time: String, _ group: String?) throws
    -> String?
  {
    let count = series.reduce(0) { sum, series in
      sum + zip(series.times, series.times.dropFirst()).count { $0 == $1 }
    }
    guard count > 0 else { return nil }
    return
      "\(count) rows have the same `\(time)` as another of their series"
      + (group == nil
        ? "; if there are several series, set `group` to the column that tells them apart" : "")
  }
}

extension Column {
  /// What is forecast and looked back on holds numbers.
  fileprivate var numbers: NumberCells {
    guard case .numbers(let numbers) = cells else { preconditionFailure("numbers") }
    return numbers
  }
}
