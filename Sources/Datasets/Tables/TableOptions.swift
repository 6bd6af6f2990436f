/// How a table is read from a CSV file.
public struct TableOptions: Sendable {
  /// The byte between fields; nil finds out whether it is a comma, a semicolon, a tab or a bar.
  public var delimiter: UInt8?
  /// Whether the first row names the columns; nil finds out.
  public var hasHeader: Bool?
  /// What begins a line that is passed over, anywhere; nil passes over lines of `#` before the header.
  public var comment: UInt8?
  /// How text is encoded; nil is UTF-8, or UTF-16 with a byte order mark.
  public var encoding: TextEncoding?
  /// Texts that say in any column that there is no value, compared without regard to ASCII case and to
  /// spaces around them. An empty cell is missing in any case. Preset are those of pandas and R.
  public var missing = Self.usualGaps
  /// Those of pandas and R.
  package static let usualGaps = [
    "NA", "N/A", "#N/A", "#N/A N/A", "#NA", "<NA>", "NaN", "-NaN", "1.#IND", "-1.#IND", "1.#QNAN",
    "-1.#QNAN", "null", "None", "?",
  ]
  /// Texts that say so among numbers and dates only, in lower case: as a category each would be one.
  var numberGaps: Set<String> = [
    "-", "--", "---", "–", "—", ".", "..", "...", "…", "*", "n.a.", "n.a", "na.", "n/a.", "k.a.",
    "nil", "#div/0!", "#value!", "#ref!", "#name?", "#num!", "#null!", "missing", "unknown",
    "not available", "not applicable", "no data",
  ]
  /// Whether a comma stands before decimals, and a point between thousands; nil finds out for each column.
  public var decimalComma: Bool?
  /// Whether dates such as 01/02/2021 begin with the day; nil finds out for each column.
  public var dayFirst: Bool?
  /// How training wrote a column, which decides where a file leaves a doubt.
  package var formats: [String: NumberFormat] = [:]
  package var dateOrders: [String: DateOrder] = [:]
  /// What said in training in one column that there is no value.
  var columnGaps: [String: [String]] = [:]
  /// Columns of texts in which only an empty cell says that there is no value, or a text that was added.
  package var verbatim: Set<String> = []
  /// Columns whose texts may be names of classes, so that two texts are never one.
  package var labels: Set<String> = []
  /// Columns that training read as true and false.
  var truths: Set<String> = []
  /// What rows become that are the steps of series; nil leaves them rows.
  package var windows: (series: SeriesWindows, part: SeriesWindows.Part)?
  /// How rows that are steps become sequences, and the column of their labels, nil where these are to be
  /// answered; nil leaves them rows.
  package var steps: (options: SequenceOptions, label: String?, ignored: [String])?
  /// Columns whose kind is not left to inference.
  public var kinds: [String: Column.Kind] = [:]
  /// Only these columns are read, and all of them must be there; nil reads every column.
  public var columns: [String]?
  /// Columns that are read when the file has them; others missing from `columns` are problems.
  package var optionalColumns: [String] = []
  /// Columns whose cells are also kept as the file has them.
  package var keeping: [String] = []
  /// Whether a row that cannot be read is kept, with missing cells, beside why, instead of being the end.
  package var keepsBadRows = false
  /// How many columns the training file had and its targets' names, if the columns had no names: later
  /// files are matched by the places of their columns.
  package var unnamed: (columns: Int, targets: [String])?

  var decimalSign: DecimalSign? { decimalComma.map { $0 ? .comma : .point } }

  /// Where cells go that do not fit into memory; nil keeps all of them there.
  package var store: TableStore?

  /// How the file is laid out, as far as it is said.
  package var dialect: CSVDialect {
    var dialect = CSVDialect()
    (dialect.delimiter, dialect.hasHeader) = (delimiter, hasHeader)
    (dialect.comment, dialect.encoding) = (comment, encoding)
    return dialect
  }

  /// The texts that say in a column that there is no value.
  func gaps(in column: String) -> [String] {
    let usual =
      verbatim.contains(column) ? missing.filter { !Self.usualGaps.contains($0) } : missing
    return usual + columnGaps[column, default: []]
  }

  /// All that decides what is read of a file before training, as text.
  package var way: [String] {
    func text(_ value: (some Any)?) -> String { value.map { "\($0)" } ?? "nil" }
    return [
      text(delimiter), text(hasHeader), text(comment), text(encoding), text(decimalComma),
      text(dayFirst),
    ] + ["missing"] + missing + ["verbatim"] + verbatim.sorted() + ["labels"] + labels.sorted()
      + ["kinds"] + kinds.map { $1.setting(of: $0) }.sorted() + ["columns"] + (columns ?? ["all"])
  }

  /// The defaults.
  public init() {}
}

/// The texts that say that there is no value, ready for comparison with bytes.
struct MissingTexts {
  /// Those of pandas and R.
  static let usual = MissingTexts(TableOptions.usualGaps)

  private let texts: [[UInt8]]
  private let longest: Int
  /// The numbers among them.
  private let numbers: Set<Double>

  init(_ texts: [String]) {
    numbers = Set(
      texts.lazy.compactMap { text in
        var text = text
        return text.withUTF8 { bytes in
          if case .finite(let number) = DecimalNumber.read(bytes) { number } else { nil }
        }
      })
    self.texts = texts.map { $0.utf8.map(Self.lowercase) }
    longest = self.texts.map(\.count).max() ?? 0
  }

  /// Whether a field, without spaces around it, says that there is no value.
  func contains(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    if field.isEmpty { return true }
    guard field.count <= longest else { return false }
    return texts.contains { text in
      text.count == field.count && text.indices.allSatisfy { Self.lowercase(field[$0]) == text[$0] }
    }
  }

  /// Whether any number says so.
  var hasNumbers: Bool { !numbers.isEmpty }

  /// Whether a number says so, however it is written.
  @inline(__always)
  func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}
