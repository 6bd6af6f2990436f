import Engine

extension SequenceEncoding {
  /// Learns scalers or a vocabulary from some rows of a table, and from these only.
  ///
  /// - Parameters:
  ///   - tokens: how many the network has room for; nil for any number.
  /// - Throws: `Problem` for columns that do not exist or hold something else.
  init(
    fitting table: DataTable, _ options: SequenceOptions, targets: [String], rows: [Int],
    reasonToIgnore: (String) -> String?, scaling: PreprocessingOptions.Scaling, tokens: Int?
  ) throws {
    let names = table.columns.map(\.name)
    let steps = try options.channels(
      in: names, of: table.name, except: names.filter { reasonToIgnore($0) != nil } + targets)
    let columns = try steps.map { try $0.map(table.column) }
    others = table.columns.filter { column in
      !targets.contains(column.name) && !steps.contains { $0.contains(column.name) }
    }.map { column in
      let reason = reasonToIgnore(column.name) ?? "no step of the sequence"
      return EncodedColumn(name: column.name, encoding: .dropped(reason: reason))
    }
    self.steps = try Self.length(columns, rows, options, table)
    let hasTokens = options.content ?? (tokens == nil ? .numbers : .tokens) == .tokens
    guard hasTokens else {
      content = .numbers(padding: options.padding)
      channels = zip(steps, columns).map { names, columns in
        var channel = Channel(columns: names)
        let spread = Spread(columns.flatMap { Self.numbers($0, rows) })
        (channel.offset, channel.scale) = spread.scaler(scaling)
        return channel
      }
      return
    }
    guard steps.count == 1, options.padding == 0 else {
      throw Problem.data(
        SequenceOptions.place, expected: "tokens in one channel, and padding 0",
        found: "\(steps.count) channels, padding \(options.padding)",
        fix: "name the columns in one text, and leave out `padding`")
    }
    channels = [Channel(columns: steps[0])]
    content = try Self.tokens(columns[0], rows, tokens)
  }

  /// The steps that cells hold.
  private static func length(
    _ columns: [[Column]], _ rows: [Int], _ options: SequenceOptions, _ table: DataTable
  ) throws -> Int {
    guard columns[0].count == 1 else { return columns[0].count }
    if let length = options.length { return length }
    let longest = columns.reduce(0) { longest, channel in
      rows.reduce(longest) { max($0, SequenceReader.parts(channel[0].cell($1)).count) }
    }
    guard longest > 1 else {
      throw Problem.data(
        "\(table.name), column `\(columns[0][0].name)`",
        expected: "cells with several steps, with blanks between",
        found: longest == 0 ? "empty cells" : "one step in every cell",
        fix: columns.count > 1
          ? "each text of the list is a channel; for one channel write its columns as one text: "
            + "`columns: \(columns.map { $0[0].name }.joined(separator: ","))`"
          : "for a column for each step write such as `day_1..day_30` or `day_*`")
    }
    return longest
  }

  /// The numbers that are there.
  private static func numbers(_ column: Column, _ rows: [Int]) -> [Double] {
    rows.flatMap { row -> [Double] in
      switch column.cells {
      case .numbers(let numbers): numbers[row].isNaN ? [] : [numbers[row]]
      case .categories, .dates:
        SequenceReader.parts(column.cell(row)).map(SequenceReader.number).filter(\.isFinite)
      }
    }
  }

  /// Whole numbers stay as they are if nearly all tokens are numbers; a text among them is then an
  /// error, as it is in a column of numbers.
  private static func tokens(_ columns: [Column], _ rows: [Int], _ room: Int?) throws -> Content {
    var counts: [String: Int] = [:]
    for column in columns {
      for row in rows {
        let cell = column.cell(row)
        for part in columns.count == 1 ? SequenceReader.parts(cell) : [cell] {
          if let text = EncodedColumn.text(part) { counts[text, default: 0] += 1 }
        }
      }
    }
    let numbers = counts.map { (SequenceReader.number(.text($0)), $1) }.filter(\.0.isFinite)
    let (all, numeric) = (
      counts.values.reduce(0, +), numbers.reduce(0) { $0 + $1.1 }
    )
    if numeric > 0, (all - numeric) * 20 <= all {
      let largest = min(max(0, numbers.map(\.0).max()!), 0x1p24)
      return .wholes(below: room ?? Int(largest) + 1)
    }
    let most = room.map { max(0, $0 - firstWord) } ?? .max
    let ranked = counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    return .words(ranked.prefix(most).map(\.key))
  }
}
