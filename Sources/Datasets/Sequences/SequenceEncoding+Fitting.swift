import Engine
import Formatting

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
    let kind =
      options.content
      ?? (tokens != nil || Self.areTexts(columns, rows) ? SequenceOptions.Content.tokens : .numbers)
    keepsLast = columns[0].count == 1 ? true : nil
    guard kind.isToken else {
      splitting = nil
      self.steps = try Self.length(columns, rows, options, nil, table)
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
    let texts = Self.texts(columns[0], rows)
    if kind == .tokens, let limit = Self.limit(ofWholes: texts) {
      splitting = nil
      // Where the network has no room for a token of training it is refused, with the room it needs.
      content = .wholes(below: max(tokens ?? 0, limit))
    } else {
      splitting =
        columns[0].count > 1
        ? nil
        : TextSplitting(
          unit: kind.unit ?? TextSplitting.unit(of: texts), isExact: options.isExact,
          isFound: kind.unit == nil)
      content = Self.words(texts, splitting, isOneCell: columns[0].count == 1, room: tokens)
    }
    self.steps = try Self.length(columns, rows, options, splitting, table)
  }

  /// The steps that cells hold.
  private static func length(
    _ columns: [[Column]], _ rows: [Int], _ options: SequenceOptions, _ splitting: TextSplitting?,
    _ table: DataTable
  ) throws -> Int {
    guard columns[0].count == 1 else { return columns[0].count }
    if let length = options.length { return length }
    let longest = columns.reduce(0) { longest, channel in
      rows.reduce(longest) { max($0, SequenceReader.parts(channel[0].cell($1), splitting).count) }
    }
    guard longest > 1 else {
      throw Problem.data(
        "\(table.name), column `\(columns[0][0].name)`",
        expected: "cells with several steps, with blanks between",
        found: longest == 0 ? "empty cells" : "one step in every cell",
        fix: columns.count > 1
          ? "each text of the list is a channel; for one channel write its columns as one text: "
            + "`columns: \(ListText.text(columns.map { $0[0].name }))`"
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

  /// Whether steps that nobody named are rather texts than numbers: more than half of those in one cell.
  private static func areTexts(_ columns: [[Column]], _ rows: [Int]) -> Bool {
    guard columns.count == 1, columns[0].count == 1 else { return false }
    let (all, numeric) = tally(texts(columns[0], rows))
    return (all - numeric) * 2 > all
  }

  /// The different cells, and how often each is there.
  private static func texts(_ columns: [Column], _ rows: [Int]) -> [(text: String, count: Int)] {
    var counts: [String: Int] = [:]
    for column in columns {
      for row in rows {
        if let text = column.text(row) { counts[text, default: 0] += 1 }
      }
    }
    return counts.map { ($0, $1) }
  }

  /// How many steps there are with blanks between, and how many of them are numbers.
  private static func tally(_ texts: [(text: String, count: Int)]) -> (all: Int, numeric: Int) {
    texts.reduce(into: (0, 0)) { tally, text in
      for case .text(let part) in SequenceReader.parts(.text(text.text)) {
        guard EncodedColumn.text(.text(part)) != nil else { continue }
        tally.0 += text.count
        if SequenceReader.number(.text(part)).isFinite { tally.1 += text.count }
      }
    }
  }

  /// One more than the largest token if nearly all are numbers, which then stay as they are; a text among
  /// them is an error, as it is in a column of numbers.
  private static func limit(ofWholes texts: [(text: String, count: Int)]) -> Int? {
    let (all, numeric) = tally(texts)
    guard numeric > 0, (all - numeric) * 20 <= all else { return nil }
    let largest =
      texts.lazy.flatMap { SequenceReader.parts(.text($0.text)) }
      .map(SequenceReader.number).filter(\.isFinite).max() ?? 0
    return Int(min(max(0, largest), 0x1p24)) + 1
  }

  /// The most frequent steps, as many as the network has room for.
  private static func words(
    _ texts: [(text: String, count: Int)], _ splitting: TextSplitting?, isOneCell: Bool, room: Int?
  ) -> Content {
    var counts: [String: Int] = [:]
    for (text, count) in texts {
      let parts = isOneCell ? SequenceReader.parts(.text(text), splitting) : [.text(text)]
      for case .text(let word) in parts { counts[word, default: 0] += count }
    }
    let most = room.map { max(0, $0 - firstWord) } ?? .max
    let ranked = counts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    return .words(ranked.prefix(most).map(\.key))
  }
}
