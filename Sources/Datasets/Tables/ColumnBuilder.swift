import Engine

/// Collects the cells of one column as either numbers or categories, and counts what speaks against
/// that choice.
struct ColumnBuilder {
  let name: String
  /// Decided by the first cell that has a value, unless it was given.
  private(set) var kind: Column.Kind?
  private(set) var numbers: [Double] = []
  private var codes: [Int32] = []
  private var vocabulary: [String] = []
  private var codeOf: [String: Int32] = [:]
  /// The categories there may be; nil when any may.
  private let known: [String]?

  /// Cells with a number, with other text, and with infinity.
  private(set) var numberCount = 0
  private(set) var textCount = 0
  private(set) var infiniteCount = 0
  /// Cells with a category that is not one of those known.
  private(set) var unknownCount = 0
  /// The first cells that the column cannot hold.
  private(set) var strangers: [Stranger] = []

  struct Stranger {
    var line: Int
    var problem: Problem
  }

  init(name: String, kind: Column.Kind?, known: [String]?) {
    // The known categories come first in the vocabulary, so that a code tells whether it is known.
    self.known = known
    vocabulary = known ?? []
    for (code, text) in vocabulary.enumerated() { codeOf[text] = Int32(code) }
    self.name = name
    self.kind = kind
  }

  mutating func append(_ row: CSVRow, field: Int, missing: MissingTexts) throws {
    if kind == .categorical { return try appendCategory(row, field, missing) }
    let bytes = row.raw(field)
    if case .finite(let value) = DecimalNumber.read(bytes) {
      kind = .numeric
      numberCount += 1
      numbers.append(value)
      return
    }
    if missing.contains(CSVRow.trim(bytes)) {
      numbers.append(.nan)
      return
    }
    if DecimalNumber.read(bytes) == .infinite {
      infiniteCount += 1
      kind = .numeric
    } else if kind == nil {
      // Every cell so far is missing.
      kind = .categorical
      codes = [Int32](repeating: -1, count: numbers.count)
      numbers = []
      return try appendCategory(row, field, missing)
    } else {
      textCount += 1
    }
    if strangers.count <= Problem.limit { try appendStranger(row, field) }
    numbers.append(.nan)
  }

  private mutating func appendStranger(_ row: CSVRow, _ field: Int) throws {
    let text = try row.trimmedText(field)
    let shown = text.count > 40 ? text.prefix(40) + "…" : text[...]
    let isNumeric = kind == .numeric
    let expected = isNumeric ? "a finite number" : "one of \(Preprocessing.list(known ?? []))"
    let fix =
      isNumeric
      ? "correct it, leave the cell empty if the value is missing, or read the column as categorical"
      : Preprocessing.correction(
        of: text, among: known ?? [], or: "train with rows of this category")
    strangers.append(
      Stranger(
        line: row.line,
        problem: Problem.data(
          row.location(of: field), expected: "\(expected) in column `\(name)`",
          found: "`\(shown)`", fix: fix)))
  }

  private mutating func appendCategory(_ row: CSVRow, _ field: Int, _ missing: MissingTexts) throws
  {
    let bytes = CSVRow.trim(row.raw(field))
    if missing.contains(bytes) { return codes.append(-1) }
    if DecimalNumber.read(bytes) == .notANumber { textCount += 1 } else { numberCount += 1 }
    let text = try row.trimmedText(field)
    let code = codeOf[text] ?? Int32(vocabulary.count)
    if Int(code) == vocabulary.count {
      codeOf[text] = code
      vocabulary.append(text)
    }
    codes.append(code)
    if let known, Int(code) >= known.count {
      unknownCount += 1
      if strangers.count <= Problem.limit { try appendStranger(row, field) }
    }
  }

  /// The kind that all cells together speak for: numbers when at most one text in twenty cells, or a
  /// single text among at least three numbers, is in the way. Such a text is then an error; to call
  /// the column categorical because of one typing mistake would train on nonsense without a word.
  var bestKind: Column.Kind {
    let present = numberCount + textCount
    let isNearlyAllNumbers = textCount * 20 <= present || (textCount == 1 && numberCount >= 3)
    return isNearlyAllNumbers ? .numeric : .categorical
  }

  /// How many cells the column cannot hold.
  var strangerCount: Int { kind == .categorical ? unknownCount : textCount + infiniteCount }

  var column: Column {
    Column(
      name: name,
      cells: kind == .categorical ? .categories(codes, vocabulary: vocabulary) : .numbers(numbers))
  }
}
