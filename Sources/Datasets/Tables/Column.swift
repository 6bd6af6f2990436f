public import Engine
import Formatting

/// One column of a table, held compactly.
public struct Column: Sendable, Equatable {
  /// What a column holds.
  public enum Kind: String, Sendable, NamedChoice {
    /// Decimal numbers.
    case numeric
    /// Text of which each distinct one is a category.
    case categorical
    /// Days, times of a day, or both.
    case date
    /// Paths of images, counted from the folder of the table.
    case image

    /// What the setting `kinds` says for it: `zip=categorical`.
    func setting(of column: String) -> String { "\(ListText.text([column]))=\(rawValue)" }
  }

  /// The cells, one for each row.
  package enum Cells: Sendable, Equatable {
    /// A missing cell is not-a-number; no cell is infinite.
    case numbers(NumberCells)
    /// A missing cell is −1; any other indexes the vocabulary, which is in order of appearance.
    case categories(CategoryCells, vocabulary: [String])
    /// Seconds since the beginning of 1970, as a clock on the wall showed them; a missing cell is
    /// not-a-number.
    case dates(NumberCells)
  }

  /// The name in the header.
  public let name: String
  /// The cells, one for each row.
  package let cells: Cells
  /// How the cells were read, and why so.
  let reading: ColumnReading

  init(name: String, cells: Cells, reading: ColumnReading = ColumnReading()) {
    (self.name, self.cells, self.reading) = (name, cells, reading)
  }

  /// The number of rows.
  public var count: Int {
    switch cells {
    case .numbers(let numbers), .dates(let numbers): numbers.count
    case .categories(let codes, _): codes.count
    }
  }

  /// What the column holds.
  public var kind: Kind {
    switch cells {
    case .numbers: .numeric
    case .categories: .categorical
    case .dates: .date
    }
  }

  /// Whether a row's cell is empty or says that there is no value.
  public func isMissing(_ row: Int) -> Bool {
    switch cells {
    case .numbers(let numbers), .dates(let numbers): numbers.isMissing(row)
    case .categories(let codes, _): codes[row] < 0
    }
  }

  /// How many cells are missing.
  var missingCount: Int {
    switch cells {
    case .numbers(let numbers), .dates(let numbers): numbers.missingCount
    case .categories(let codes, _):
      codes.summing(0) { $0 += $1.count { $0 < 0 } }
    }
  }

  /// How many cells of some rows are missing.
  func missingCount(in rows: RowNumbers) -> Int {
    switch cells {
    case .numbers(let numbers), .dates(let numbers): numbers.of(rows).count { $0.isNaN }
    case .categories(let codes, _): codes.of(rows).count { $0 < 0 }
    }
  }

  /// The cell as text, as messages and class labels show it; nil when missing.
  public func text(_ row: Int) -> String? {
    switch cells {
    case .numbers(let numbers): numbers[row].isNaN ? nil : Self.label(numbers[row])
    case .categories(let codes, let vocabulary):
      codes[row] < 0 ? nil : vocabulary[Int(codes[row])]
    case .dates(let seconds):
      seconds[row].isNaN ? nil : CivilDate(secondsSince1970: seconds[row]).text
    }
  }

  /// The class of each of some rows, numbered in the order of appearance; missing cells are a class too.
  package func strata(_ rows: RowNumbers) -> Split.Strata {
    func numbered<Cell: Hashable>(_ cells: some Sequence<Cell>) -> Split.Strata {
      var places: [Cell: Int32] = [:]
      var numbers: [Int32] = []
      numbers.reserveCapacity(rows.count)
      for cell in cells {
        if places[cell] == nil { places[cell] = Int32(places.count) }
        numbers.append(places[cell]!)
      }
      return Split.Strata(numbers: numbers, count: places.count)
    }
    return switch cells {
    // Missing ones are equal.
    case .numbers(let cells): numbered(cells.of(rows).lazy.map { $0.isNaN ? nil : $0 as Double? })
    case .dates: numbered(rows.lazy.map { text($0) ?? "" })
    case .categories(let codes, _): numbered(codes.of(rows))
    }
  }

  /// A number as a label: whole numbers without a decimal point, others as the shortest text that
  /// reads back the same.
  package static func label(_ number: Double) -> String {
    // Below 2⁵³ every whole number is itself; minus zero is zero.
    number == number.rounded() && number.magnitude < 0x1p53 ? "\(Int(number))" : "\(number)"
  }

  /// What was decided about the column, in one line: `age: numeric, 0…16, 2 missing`.
  public var summary: String { summary(missing: missingCount) }

  func summary(missing: Int) -> String {
    var parts: [String] = []
    switch cells {
    case .numbers, .dates:
      let bounds = bounds
      parts = [kind == .date ? "dates" : "numeric"]
      parts += Self.range(bounds?.least, bounds?.greatest, kind)
    case .categories(_, let vocabulary):
      let shown = vocabulary.prefix(5).joined(separator: ", ") + (vocabulary.count > 5 ? ", …" : "")
      parts.append(
        vocabulary.count == 1
          ? "1 category (\(shown))" : "\(vocabulary.count) categories (\(shown))"
      )
    }
    if missing > 0 { parts.append("\(missing) missing") }
    return "\(name): " + parts.joined(separator: ", ")
  }

  /// The least and the greatest value of numbers or dates; nil where there is none.
  var bounds: (least: Double, greatest: Double)? {
    switch cells {
    case .numbers(let numbers), .dates(let numbers): numbers.bounds
    case .categories: nil
    }
  }

  /// How many different texts there are.
  var categoryCount: Int {
    if case .categories(_, let vocabulary) = cells { vocabulary.count } else { 0 }
  }

  /// `0…16`; nothing without numbers.
  static func range(_ least: Double?, _ greatest: Double?, _ kind: Kind) -> [String] {
    guard let least, let greatest else { return [] }
    func text(_ value: Double) -> String {
      kind == .date ? CivilDate(secondsSince1970: value).text : label(value)
    }
    return ["\(text(least))…\(text(greatest))"]
  }
}
