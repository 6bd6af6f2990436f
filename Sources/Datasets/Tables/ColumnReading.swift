import Engine

/// For what a column is taken, and why.
struct ColumnReading: Equatable, Codable {
  /// What it holds.
  var kind = Column.Kind.numeric
  /// How its numbers are written.
  var format = NumberFormat.plain
  /// Whether numbers are written in it that programs do not write so.
  var hasOtherForms = false
  /// Whether `True` and `TRUE` are `true`.
  var areTruths = false
  /// Whether it was said what the column holds.
  var isSaid = false
  /// Whether its texts may be names of classes.
  var isLabel = false
  /// Whether only an empty cell says that there is no value, or a text that was added.
  var isVerbatim = false
  /// How its dates are written.
  var dateOrder = DateOrder.yearFirst
  /// Texts that say that there is no value, beside those that do so in every column.
  var missing: [String] = []
  /// What a reader should know of the choice: of texts that say that there is no value, and of all else.
  var notes: [String] {
    get { (gapNote.map { [$0] } ?? []) + otherNotes }
    set { (gapNote, otherNotes) = (nil, newValue) }
  }
  var gapNote: String?
  var otherNotes: [String] = []
}

extension ColumnReading {
  /// What the evidence speaks for.
  ///
  /// - Parameters:
  ///   - forced: what the column is said to hold.
  ///   - formats: those that its numbers may have.
  ///   - convention: how other columns of the file write decimals, where they leave no doubt.
  init(
    _ evidence: ColumnEvidence, _ formats: NumberFormatSearch, name: String, forced: Column.Kind?,
    options: TableOptions, convention: DecimalSign?
  ) {
    let place = "column `\(name)`"
    // The paths of images are texts.
    let forced = forced == .image ? .categorical : forced
    isSaid = forced != nil
    isLabel = options.labels.contains(name)
    isVerbatim = options.verbatim.contains(name)
    // What is no value among numbers may be a category among texts.
    let gaps =
      forced == .categorical
      ? [] : evidence.texts.filter { options.numberGaps.contains($0.text.lowercased()) }
    let gapCount = gaps.reduce(0) { $0 + $1.count }
    let texts = evidence.texts.filter { text in !gaps.contains { $0.text == text.text } }
    let present = evidence.present - gapCount

    func take(_ kind: Column.Kind) {
      self.kind = kind
      guard kind != .categorical, gapCount > 0 else { return }
      missing = gaps.map(\.text)
      gapNote = Self.note(ofGaps: gaps.map { ($0.text, $0.count) }, in: name)
    }

    if forced == .categorical || present == 0 {
      take(forced ?? (evidence.present == 0 ? .numeric : .categorical))
      return
    }
    let search = formats.choice(decimalSign: options.decimalSign, convention: convention)
    let dates = DateSearch(texts, dayFirst: options.dayFirst, convention: options.dateOrders[name])
    let isDate = forced == .date || forced == nil && Self.isMost(dates.count, of: present)
    if isDate, dates.count >= search.count {
      take(.date)
      dateOrder = dates.order
      otherNotes.append("\(place): read as dates with the \(dateOrder.first) first")
      if let doubt = dates.doubt { otherNotes.append("\(place): \(doubt)") }
      return
    }
    guard forced == .numeric || Self.isMost(search.count, of: present) else {
      take(.categorical)
      let numbers = max(search.count, formats.doubtedCells)
      if numbers * Self.noted >= present {
        otherNotes.append(
          "\(place): \(numbers) of \(present) cells are numbers, and categories as the others; set "
            + "`kinds` to `\(Column.Kind.numeric.setting(of: name))` if those are mistakes")
      }
      if let truths = Self.truths(evidence) {
        areTruths = true
        otherNotes.append(
          "\(place): \(truths) are read as `true` and `false`; set `kinds` to `\(Column.Kind.categorical.setting(of: name))` "
            + "to tell them apart")
      } else if let pair = Self.sameButForCase(texts) {
        otherNotes.append(
          "\(place): `\(pair.0)` and `\(pair.1)` differ in capitals only, and are two categories")
      }
      return
    }
    if forced == nil, let code = Self.code(evidence, among: texts) {
      take(.categorical)
      otherNotes.append(
        "\(place): \(code); set `kinds` to `\(Column.Kind.numeric.setting(of: name))` if they are numbers"
      )
      return
    }
    take(.numeric)
    format = search.format
    hasOtherForms = !texts.isEmpty || format != .plain
    if format != .plain { otherNotes.append("\(place): numbers are read \(format.words)") }
    if let doubt = search.doubt { otherNotes.append("\(place): \(doubt)") }
  }

  /// What is said of texts that were taken for no value in one column.
  static func note(ofGaps gaps: [(text: String, count: Int)], in name: String) -> String {
    "column `\(name)`: "
      + gaps.map { "`\($0.text)` in \($0.count) cells" }.joined(separator: ", ")
      + " taken as missing; set `kinds` to `\(Column.Kind.categorical.setting(of: name))` if it is a value"
  }

  /// What the beginning of a file says of a column, for rows that were not looked at: where the beginning
  /// leaves it open they are written as in training, and whatever says among numbers and dates that there is
  /// no value does so in them.
  ///
  /// - Parameters:
  ///   - evidence: of the beginning.
  ///   - convention: how other columns write decimals, where they leave no doubt.
  func forMoreRows(
    of name: String, _ options: TableOptions, having evidence: ColumnEvidence,
    convention: DecimalSign?
  ) -> ColumnReading {
    guard kind == .numeric || kind == .date else { return self }
    var reading = self
    reading.gapNote = nil
    // Those that say so by themselves are told with the others of their kind.
    let known = Set(options.gaps(in: name).map { $0.lowercased() })
    reading.missing = options.numberGaps.filter { !known.contains($0) }.sorted()
    if kind == .date {
      if DateSearch(evidence.texts, dayFirst: nil, convention: nil).count == 0 {
        reading.dateOrder =
          options.dayFirst.map { $0 ? .dayFirst : .monthFirst } ?? options.dateOrders[name]
          ?? .yearFirst
      }
      return reading
    }
    // Numbers that are written in other ways are looked at, should there be any.
    reading.hasOtherForms = true
    let own = options.formats[name]
    let sign = options.decimalSign ?? own?.decimalSign ?? convention ?? .point
    if format == .plain, evidence.fractions == 0, sign == .comma {
      // Whole numbers do not say which sign stands before decimals; a point can then group alone.
      reading.format = NumberFormat(decimalSign: .comma, grouping: .point)
    }
    if let own, own.decimalSign == reading.format.decimalSign {
      if reading.format.grouping == .none { reading.format.grouping = own.grouping }
      if reading.format.unit.isEmpty { reading.format.unit = own.unit }
    }
    return reading
  }

  /// Whether so many cells decide what a column holds: more than half of those that are there.
  static func isMost(_ count: Int, of present: Int) -> Bool { count * 2 > present }

  /// One cell in so many is told if it is a number among categories.
  private static let noted = 4

  /// The spellings of true and false, if nothing else is there and one of them has several.
  private static func truths(_ evidence: ColumnEvidence) -> String? {
    guard evidence.numbers == 0, evidence.others == 0, evidence.texts.count > 1,
      evidence.texts.allSatisfy({ ["true", "false"].contains($0.text.lowercased()) })
    else { return nil }
    let names = evidence.texts.map(\.text).sorted()
    guard names.contains(where: { $0 != $0.lowercased() }) else { return nil }
    return names.map { "`\($0)`" }.joined(separator: ", ")
  }

  /// The first two categories that differ in capitals only.
  private static func sameButForCase(_ texts: [ColumnEvidence.Text]) -> (String, String)? {
    var first: [String: String] = [:]
    for text in texts.lazy.map(\.text) {
      if let other = first.updateValue(text, forKey: text.lowercased()) { return (other, text) }
    }
    return nil
  }

  /// Why numbers are names; nil if they are not.
  private static func code(_ evidence: ColumnEvidence, among texts: [ColumnEvidence.Text])
    -> String?
  {
    guard evidence.fractions == 0 || evidence.respelled != nil else { return nil }
    if evidence.leadingZeros > 0 {
      return "numbers with leading zeros are codes, and read as categories"
    }
    guard texts.isEmpty else { return nil }
    if let (one, other) = evidence.respelled {
      return "`\(one)` and `\(other)` are one number but two texts, and read as two categories"
    }
    if evidence.inexact > 0 {
      return "whole numbers too long to compute with are codes, and read as categories"
    }
    return nil
  }
}

/// Looks for the formats in which a column's texts are numbers.
struct NumberFormatSearch {
  /// What is taken of the formats that read most cells.
  struct Choice {
    var format = NumberFormat.plain
    /// Cells it reads.
    var count: Int
    /// What could also be meant.
    var doubt: String?
  }

  private let parsed: [(text: WrittenNumber, count: Int)]
  /// From the simplest on, each with the cells it reads.
  private var ranked: [(format: NumberFormat, count: Int)] = []
  /// Cells that are numbers as programs write them.
  private let plainCells: Int
  /// Whether nothing but the rest of the file can speak against numbers as programs write them.
  private let isPlain: Bool
  /// Cells that are numbers in a unit, where most of the different texts are no numbers.
  private(set) var doubtedCells = 0

  /// - Parameter isSaid: whether it was said that the column holds numbers.
  init(_ evidence: ColumnEvidence, isSaid: Bool = false) {
    plainCells = evidence.numbers
    isPlain = evidence.texts.isEmpty
    guard !isPlain || evidence.fractions > 0 && evidence.pointsMayGroup else {
      parsed = []
      return
    }
    parsed = evidence.texts.compactMap { text in
      var copy = text.text
      return copy.withUTF8 { WrittenNumber($0) }.map { ($0, text.count) }
    }
    var unit = Self.unit(parsed.map(\.text), plainCells > 0)
    if !unit.isEmpty, !isSaid, plainCells == 0, !areInUnits(evidence) {
      let doubted = parsed.filter { $0.text.unit == unit }
      if doubted.count > 1 { doubtedCells = doubted.reduce(0) { $0 + $1.count } }
      unit = ""
    }
    for format in Self.formats(unit: unit) {
      let reads = parsed.reduce(0) { sum, text in
        format.read(text.text) == .notANumber ? sum : sum + text.count
      }
      let plain = format.decimalSign == .point ? plainCells : Self.plainCells(evidence, format)
      ranked.append((format, reads + plain))
    }
  }

  /// Whether most of the different texts with a digit are numbers with a unit, which stands with several
  /// numbers: `1. Industry` and `2. Trade`, or `12 years` and `13-15 years`, are names.
  private func areInUnits(_ evidence: ColumnEvidence) -> Bool {
    var numbers: [String: Int] = [:]
    for (text, _) in parsed { numbers[text.unit, default: 0] += 1 }
    let inUnits = numbers.reduce(0) {
      $0 + ($1.value > 1 || Self.signs.contains($1.key) ? $1.value : 0)
    }
    let withDigits = evidence.texts.count {
      $0.text.utf8.contains(where: WrittenNumber.Byte.isDigit)
    }
    return ColumnReading.isMost(inUnits, of: withDigits)
  }

  /// The sign before decimals in all formats that read most of a column's cells; nil where both signs do,
  /// or nothing but numbers as programs write them is there.
  func decided(of present: Int) -> DecimalSign? {
    guard !isPlain, let most = ranked.map(\.count).max(), ColumnReading.isMost(most, of: present)
    else { return nil }
    let signs = Set(ranked.filter { $0.count == most }.map(\.format.decimalSign))
    return signs.count == 1 ? signs.first : nil
  }

  /// - Parameters:
  ///   - decimalSign: the only one that may be; nil for any.
  ///   - convention: which one is meant where both would do.
  func choice(decimalSign: DecimalSign?, convention: DecimalSign?) -> Choice {
    // As programs write, unless texts, or the rest of the file, speak for something else.
    let possible = ranked.filter { decimalSign == nil || $0.format.decimalSign == decimalSign }
    guard !isPlain || (decimalSign ?? convention) == .comma, let most = possible.map(\.count).max()
    else { return Choice(count: plainCells) }
    let best = possible.filter { $0.count == most }.map(\.format)
    let isDecided = Set(best.map(\.decimalSign)).count == 1
    let sign = isDecided ? best[0].decimalSign : convention ?? .point
    // The simplest comes first.
    let chosen = best.first { $0.decimalSign == sign } ?? best[0]
    var choice = Choice(format: chosen, count: most)
    if !isDecided, decimalSign == nil, let other = best.first(where: { $0.decimalSign != sign }),
      Self.differ(chosen, other, parsed.map(\.text))
    {
      choice.doubt =
        "numbers could also be read \(other.words.isEmpty ? "with a decimal point" : other.words); "
        + "set `decimal_comma` to `\(other.decimalSign == .comma)` for that"
    }
    return choice
  }

  /// Cells without a comma are read with a decimal comma where their points may stand between thousands.
  private static func plainCells(_ evidence: ColumnEvidence, _ format: NumberFormat) -> Int {
    if evidence.fractions == 0 { return evidence.numbers }
    return format.grouping == .point && evidence.pointsMayGroup
      ? evidence.numbers : evidence.numbers - evidence.fractions
  }

  private static func differ(
    _ one: NumberFormat, _ other: NumberFormat, _ texts: [WrittenNumber]
  ) -> Bool {
    texts.contains { one.read($0) != other.read($0) }
  }

  /// The unit that most texts have: any behind the number if no cell goes without one, else only those
  /// that people leave out, or put in front.
  private static func unit(_ texts: [WrittenNumber], _ hasPlain: Bool) -> String {
    var counts: [String: Int] = [:]
    for text in texts where text.unitBefore.isEmpty || text.unitAfter.isEmpty {
      let isKnown = signs.contains(text.unit)
      if isKnown || text.unitBefore.isEmpty && !hasPlain { counts[text.unit, default: 0] += 1 }
    }
    counts[""] = nil
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
  }

  /// Signs of money and shares, which stand in front or behind, in some cells or in all.
  private static let signs: Set<String> = [
    "$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₫", "₪", "฿", "₴", "₦", "zł", "Kč", "kr", "kr.", "Fr.",
    "CHF", "USD", "EUR", "GBP", "JPY", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "US$", "C$", "A$",
    "R$", "%", "‰", "°", "°C", "°F",
  ]

  /// From the simplest on.
  private static func formats(unit: String) -> [NumberFormat] {
    [DecimalSign.point, .comma].flatMap { sign in
      NumberFormat.Grouping.allCases.filter { $0.byte != sign.byte }.map {
        NumberFormat(decimalSign: sign, grouping: $0, unit: unit)
      }
    }
  }
}

/// Looks for the one order in which a column's texts are dates.
struct DateSearch {
  /// The order that reads most cells.
  private(set) var order = DateOrder.yearFirst
  /// Cells it reads.
  private(set) var count = 0
  /// What could also be meant.
  private(set) var doubt: String?

  init(
    _ texts: [ColumnEvidence.Text], dayFirst: Bool?, convention: DateOrder?
  ) {
    var counts: [DateOrder: Int] = [:]
    for text in texts {
      var copy = text.text
      guard let date = copy.withUTF8({ WrittenDate($0) }) else { continue }
      for order in date.possible { counts[order, default: 0] += text.count }
    }
    // A year that stands first leaves no doubt.
    if let dayFirst { counts[dayFirst ? .monthFirst : .dayFirst] = nil }
    let most = counts.values.max() ?? 0
    let best = DateOrder.allCases.filter { counts[$0] == most }
    guard most > 0, let first = best.first else { return }
    (order, count) = (first, most)
    guard !best.contains(.yearFirst), best.count > 1 else { return }
    if let convention, best.contains(convention) {
      order = convention
      return
    }
    // Whoever writes a slash most often writes the month first.
    var slashes = texts[0].text
    let isSlash = slashes.withUTF8 { $0.contains(UInt8(ascii: "/")) }
    order = isSlash ? .monthFirst : .dayFirst
    doubt =
      "no day is above 12, so it could also be read with the \(isSlash ? "day" : "month") first; "
      + "set `day_first` to `\(isSlash)` for that"
  }
}
