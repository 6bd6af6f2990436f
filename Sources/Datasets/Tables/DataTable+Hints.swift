import Engine

extension DataTable {
  /// Signs that a row's neighbours know its answer, so that scores of rows drawn at random flatter; each
  /// with the setting that mends it.
  ///
  /// - Parameters:
  ///   - targets: what is learned.
  ///   - rows: those that are used.
  package func splitHints(targets: [String], rows all: RowNumbers) -> [String] {
    guard all.count >= Self.fewestForHints else { return [] }
    let rows = Array(all.prefix(Self.mostForHints))
    if let windows = overlap(rows) { return [windows] }
    // Rows of one group explain by themselves why neighbours are alike.
    let blocks = columns.filter { !targets.contains($0.name) }.compactMap { blockHint($0, rows) }
    return blocks.isEmpty ? timeHint(targets, rows).map { [$0] } ?? [] : Array(blocks.prefix(3))
  }

  /// Fewer rows show no pattern.
  private static let fewestForHints = 30
  /// Of more rows the first show what neighbours have in common.
  private static let mostForHints = 1_000_000

  /// The order of the file, where a column's name is asked for.
  package static let fileOrder = "file_order"

  /// Equal cells that lie together: several rows of each patient.
  private func blockHint(_ column: Column, _ rows: [Int]) -> String? {
    let cells: [Double]
    switch column.cells {
    case .numbers(let numbers):
      // Measured values are no names of groups.
      guard rows.allSatisfy({ numbers[$0] == numbers[$0].rounded() }) else { return nil }
      cells = rows.map { numbers[$0] }
    case .categories(let codes, _): cells = rows.map { Double(codes[$0]) }
    case .dates: return nil
    }
    let groups = Set(cells).count
    guard groups >= 8, cells.count >= 2 * groups else { return nil }
    let blocks = 1 + zip(cells, cells.dropFirst()).count { $0 != $1 }
    guard Double(blocks) <= 1.2 * Double(groups) else { return nil }
    return
      "\(name): rows of one `\(column.name)` lie together, \(cells.count / groups) of each on the mean, and "
      + "land in several parts, so scores may flatter; set `group` to `\(column.name)` to keep them together"
  }

  /// Ascending times whose neighbouring answers are alike.
  private func timeHint(_ targets: [String], _ rows: [Int]) -> String? {
    guard let answers = columns.first(where: { $0.name == targets.first }),
      let likeness = likeness(answers, rows), likeness > Self.alike
    else { return nil }
    let column = columns.first { column in
      guard !targets.contains(column.name) else { return false }
      switch column.cells {
      case .dates(let seconds): return Self.ascends(rows.map { seconds[$0] })
      case .numbers(let numbers):
        // Any sorted measure ascends; a clock ticks in whole steps.
        let cells = rows.map { numbers[$0] }
        return Self.ascends(cells) && cells.allSatisfy { $0 == $0.rounded() }
          && Set(zip(cells, cells.dropFirst()).map { $1 - $0 }).count <= 3
          && Set(cells).count * 2 > cells.count
      case .categories: return false
      }
    }
    guard let column else { return nil }
    return
      "\(name): `\(column.name)` ascends, and neighbouring rows have answers that are alike (correlation "
      + "\((100 * likeness).rounded() / 100)), so scores of rows drawn at random flatter; set "
      + "`split_by_time` to `\(column.name)` to be tested on the future"
  }

  /// How alike neighbouring answers are: the correlation of numbers, for classes the share of equal
  /// neighbours beyond chance.
  private func likeness(_ column: Column, _ rows: [Int]) -> Double? {
    switch column.cells {
    case .dates: return nil
    case .numbers(let numbers):
      let cells = rows.map { numbers[$0] }
      let spread = Spread(cells)
      guard spread.deviation > 0 else { return nil }
      let products = zip(cells, cells.dropFirst()).reduce(0) {
        $0 + ($1.0 - spread.mean) / spread.deviation * (($1.1 - spread.mean) / spread.deviation)
      }
      // Where the file is sorted by its answers, likeness says nothing of time.
      return Self.ascends(cells) || Self.ascends(cells.reversed())
        ? nil : products / Double(cells.count - 1)
    case .categories(let codes, let vocabulary):
      var shares = [Double](repeating: 0, count: vocabulary.count)
      let cells = rows.map { codes[$0] }
      for cell in cells where cell >= 0 { shares[Int(cell)] += 1 / Double(cells.count) }
      let chance = shares.reduce(0) { $0 + $1 * $1 }
      let equal = Double(zip(cells, cells.dropFirst()).count { $0 == $1 }) / Double(cells.count - 1)
      let blocks = 1 + zip(cells, cells.dropFirst()).count { $0 != $1 }
      return blocks > Set(cells).count ? (equal - chance) / (1 - chance) : nil
    }
  }

  private static let alike = 0.5

  private static func ascends(_ cells: [Double]) -> Bool {
    cells.first != cells.last
      && zip(cells, cells.dropFirst()).allSatisfy { $0 <= $1 }
  }

  /// Rows that are windows of one series: what one column has, its neighbour has in the next row.
  private func overlap(_ rows: [Int]) -> String? {
    let series = columns.map { column -> NumberCells? in
      if case .numbers(let numbers) = column.cells { numbers } else { nil }
    }
    for isReversed in [false, true] {
      var run = 1
      for place in series.indices.dropFirst() {
        let isShifted =
          if let first = series[place - 1], let second = series[place] {
            isReversed ? Self.isShifted(second, first, rows) : Self.isShifted(first, second, rows)
          } else { false }
        run = isShifted ? run + 1 : 1
        guard run == Self.fewestShifted else { continue }
        let names = columns[place + 1 - run...place].map { "`\($0.name)`" }.joined(separator: ", ")
        return
          "\(name): rows are windows that overlap: \(names) and their neighbours hold the same values, one "
          + "row shifted, so rows drawn at random for the test were seen in training; set "
          + "`split_by_time` to `\(Self.fileOrder)`, or give the plain series and set `forecast`"
      }
    }
    return nil
  }

  private static let fewestShifted = 3

  /// Whether each cell of the second stands in the first one row later, but for breaks.
  private static func isShifted(_ first: NumberCells, _ second: NumberCells, _ rows: [Int]) -> Bool
  {
    guard Set(rows.prefix(50).map { second[$0] }).count > 2 else { return false }
    let equal = zip(rows.dropFirst(), rows).count { first[$0] == second[$1] }
    return Double(equal) >= 0.9 * Double(rows.count - 1)
  }
}
