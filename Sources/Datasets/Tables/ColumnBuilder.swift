import Engine
import Formatting

/// Collects the cells of one column, as a reading says, and what they look like.
struct ColumnBuilder {
  let name: String
  /// How cells are read; while it is not decided, as numbers until the first value is none.
  private(set) var reading: ColumnReading
  let isDecided: Bool
  private let missing: MissingTexts
  /// Whether numbers as programs write them are no others, and none says that there is no value.
  private let takesPlain: Bool
  private var hasValue = false

  private var numbers: NumberCells
  private var codes: CategoryCells
  /// Where cells go that do not fit into memory; nil keeps them there.
  private let store: CellStore?
  private let limit: VocabularyLimit?
  private var vocabulary: [String] = []
  private var codeOf: [String: Int32] = [:]
  private var collected: ColumnEvidence
  /// Texts that were taken for no value, and how often.
  private(set) var gaps = TextCounts()
  /// Cells that the column cannot hold, and the first of them.
  private(set) var strangerCount = 0
  private(set) var strangers: [Stranger] = []
  private let mostStrangers: Int

  struct Stranger {
    var row: Int
    var line: Int
    var text: String
    var problem: Problem
  }

  /// - Parameters:
  ///   - reading: how cells are read; nil to find out.
  ///   - keepsStrangers: whether all cells that the column cannot hold are told, not only the first.
  init(
    name: String, reading: ColumnReading?, missing: [String], areLabels: Bool = false,
    keepsStrangers: Bool = false, store: CellStore? = nil, limit: VocabularyLimit? = nil
  ) {
    (self.store, self.limit) = (store, limit)
    (numbers, codes) = (NumberCells(in: store), CategoryCells(in: store))
    mostStrangers = keepsStrangers ? .max - 1 : Problem.limit
    collected = ColumnEvidence(areLabels: areLabels)
    self.name = name
    self.reading = reading ?? ColumnReading()
    isDecided = reading != nil
    self.missing = MissingTexts(missing + self.reading.missing)
    takesPlain =
      (!self.reading.hasOtherForms || self.reading.format.decimalSign == .point)
      && !self.missing.hasNumbers
  }

  mutating func append(_ row: CSVRow, field: Int) throws {
    switch reading.kind {
    case .numeric: try appendNumber(row, field)
    case .date: try appendDate(row, field)
    case .categorical, .image: try appendCategory(row, field)
    }
  }

  private mutating func appendNumber(_ row: CSVRow, _ field: Int) throws {
    let bytes = row.raw(field)
    if takesPlain, let number = DecimalNumber.plain(bytes) {
      hasValue = true
      if !isDecided { collected.add(number: bytes, number) }
      return numbers.append(number)
    }
    switch reading.hasOtherForms ? reading.format.read(bytes) : DecimalNumber.read(bytes) {
    case .finite(let value) where missing.contains(value):
      gaps.add(Column.label(value))
      return numbers.appendMissing()
    case .finite(let value):
      hasValue = true
      if !isDecided { collected.add(number: bytes, value) }
      return numbers.append(value)
    case .infinite where !missing.contains(CSVRow.trim(bytes)):
      hasValue = true
      collected.addInfinity()
      try appendStranger(row, field)
      return numbers.appendMissing()
    case .infinite, .notANumber: break
    }
    if isGap(CSVRow.trim(bytes)) { return numbers.appendMissing() }
    guard isDecided || hasValue else {
      // Every cell so far is missing, and this is the first that is not.
      reading.kind = .categorical
      for _ in 0..<numbers.count { codes.append(-1) }
      numbers = NumberCells()
      return try appendCategory(row, field)
    }
    if !isDecided { collected.add(text: try row.trimmedText(field)) }
    try appendStranger(row, field)
    numbers.appendMissing()
  }

  private mutating func appendDate(_ row: CSVRow, _ field: Int) throws {
    let bytes = CSVRow.trim(row.raw(field))
    if isGap(bytes) { return numbers.appendMissing() }
    if let date = WrittenDate(bytes)?.date(in: reading.dateOrder) {
      return numbers.append(date.secondsSince1970)
    }
    try appendStranger(row, field)
    numbers.appendMissing()
  }

  private mutating func appendCategory(_ row: CSVRow, _ field: Int) throws {
    if isGap(CSVRow.trim(row.raw(field))) { return codes.append(-1) }
    var text = try row.trimmedText(field)
    if reading.areTruths { text = text.lowercased() }
    let code = codeOf[text] ?? Int32(vocabulary.count)
    if Int(code) == vocabulary.count {
      try limit?.take(text, in: name, at: row.location(of: field))
      codeOf[text] = code
      vocabulary.append(text)
    }
    codes.append(code)
  }

  /// Makes room for so many rows in all.
  mutating func reserveCapacity(_ count: Int) {
    if reading.kind == .categorical {
      codes.reserveCapacity(count)
    } else {
      numbers.reserveCapacity(count)
    }
  }

  /// A cell of a row that ends before it.
  mutating func appendMissing() {
    if reading.kind == .categorical { codes.append(-1) } else { numbers.appendMissing() }
  }

  /// Whether a cell, without spaces around it, says that there is no value.
  private mutating func isGap(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.isEmpty { return true }
    guard missing.contains(bytes) else { return false }
    gaps.add(String(decoding: bytes, as: UTF8.self))
    return true
  }

  private mutating func appendStranger(_ row: CSVRow, _ field: Int) throws {
    strangerCount += 1
    guard strangers.count <= mostStrangers else { return }
    let text = try row.trimmedText(field)
    let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
    let (expected, fix) =
      switch reading.kind {
      case .numeric:
        (
          "a finite number",
          Self.fix(
            isSaid: reading.isSaid,
            "name `\(shown)` in `missing`, or set `kinds` to "
              + "`\(Column.Kind.categorical.setting(of: name))`")
        )
      case .date:
        (
          "a date with the \(reading.dateOrder.first) first",
          Self.fix(
            isSaid: reading.isSaid,
            "or set `kinds` to `\(Column.Kind.categorical.setting(of: name))`")
        )
      // Texts hold anything.
      case .categorical, .image: ("a text", "")
      }
    strangers.append(
      Stranger(
        row: numbers.count, line: row.line, text: text,
        problem: Problem.data(
          row.location(of: field), expected: "\(expected) in column `\(name)`",
          found: "`\(shown)`", fix: fix)))
  }

  /// What to do about a cell, and where nobody said what the column holds, about the column.
  private static func fix(isSaid: Bool, _ otherwise: String) -> String {
    isSaid
      ? "correct it, or leave the cell empty if the value is missing"
      : "correct it, leave the cell empty if the value is missing, " + otherwise
  }

  /// What the cells look like.
  var evidence: ColumnEvidence {
    guard reading.kind == .categorical else { return collected }
    var evidence = collected
    var counts = [Int](repeating: 0, count: vocabulary.count)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    for (code, count) in counts.enumerated() where count > 0 {
      evidence.add(vocabulary[code], count: count)
    }
    return evidence
  }

  /// Takes a decided reading for cells that were collected as it says; false if they must be read again.
  mutating func take(_ decided: ColumnReading) -> Bool {
    let isSame =
      decided.kind == reading.kind && decided.hasOtherForms == reading.hasOtherForms
      && decided.areTruths == reading.areTruths && decided.kind != .date
      && (decided.missing.isEmpty || decided.kind == .numeric)
    reading = decided
    guard isSame, !decided.missing.isEmpty else { return isSame }
    // Collected as not-a-number already; they are no strangers any more.
    let gaps = Set(decided.missing)
    strangers.removeAll { gaps.contains($0.text) }
    strangerCount -= collected.texts.reduce(0) { $0 + (gaps.contains($1.text) ? $1.count : 0) }
    // Those that were not kept for the first of what is left.
    return strangers.count == min(strangerCount, mostStrangers + 1) || strangerCount == 0
  }

  var column: Column {
    let cells: Column.Cells =
      switch reading.kind {
      case .numeric: .numbers(numbers)
      case .date: .dates(numbers)
      case .categorical, .image: .categories(codes, vocabulary: vocabulary)
      }
    return Column(name: name, cells: cells, reading: reading)
  }
}

/// How much memory the different texts of all columns of a table may take.
final class VocabularyLimit {
  /// Bytes that are left.
  private var left: Int
  private let all: Int

  /// What a text costs beside its own bytes: its places in a list and in a table of hashes.
  private static let overhead = 96

  init(bytes: Int) { (left, all) = (bytes, bytes) }

  /// - Throws: `Problem` where the texts take more.
  func take(_ text: String, in column: String, at location: String) throws {
    left -= text.utf8.count + Self.overhead
    guard left < 0 else { return }
    throw Problem.data(
      location,
      expected: "different texts in all columns that take at most "
        + "\(Double(all).byteText) of the memory that is given",
      found: "more, of which `\(text.shortened(to: 40))` of column `\(column)` is one",
      fix: "give more `memory`, or take the column out of the file")
  }
}

extension ColumnEvidence {
  /// A text of any form that stands in so many cells.
  fileprivate mutating func add(_ text: String, count: Int) {
    var copy = text
    let isNumber = copy.withUTF8 { bytes in
      switch DecimalNumber.read(bytes) {
      case .finite(let value):
        for _ in 0..<count { add(number: bytes, value) }
        return true
      case .infinite, .notANumber: return false
      }
    }
    if !isNumber { add(text: text, count: count) }
  }
}

extension DateOrder {
  /// What stands first, in words.
  var first: String {
    switch self {
    case .yearFirst: "year"
    case .dayFirst: "day"
    case .monthFirst: "month"
    }
  }
}
