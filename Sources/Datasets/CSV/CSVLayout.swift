import Engine

/// How a file is found to be laid out.
package struct CSVLayout: Sendable, Equatable {
  /// The byte between fields.
  package private(set) var delimiter: UInt8
  /// Whether the first row names the columns.
  package private(set) var hasHeader = true
  /// Lines of `#` before the header, or the rows.
  private(set) var commentLines = 0
  /// Whether the line with the names begins with `#`.
  private(set) var hasMarkedHeader = false
  /// Whether every row has a delimiter behind its last field.
  private(set) var rowsEndWithDelimiter = false
  /// Whether rows begin with a field that the header has no name for.
  private(set) var namesRows = false
  /// The fields of a row.
  private(set) var width = 0
  /// The fields that more than half of the rows below the header have; nil if nothing is so common.
  private(set) var commonWidth: Int?
  /// What a reader should know of it.
  private(set) var notes: [String] = []

  private static let candidates = [",", ";", "\t", "|"].map { UInt8(ascii: $0) }
  private static let sampleRows = 200

  /// - Parameter sample: the beginning of a file, whole lines.
  /// - Throws: `Problem` for more columns than are accepted.
  init(of sample: [UInt8], _ dialect: CSVDialect) throws {
    delimiter = dialect.delimiter ?? UInt8(ascii: ",")
    var sample = sample[...]
    if dialect.comment == nil { sample = takeComments(sample) }
    let rows = try Self.rows(
      Array(sample), delimiter: dialect.delimiter ?? Self.best(Array(sample)), dialect.comment)
    delimiter = rows.delimiter
    if dialect.delimiter == nil, delimiter != UInt8(ascii: ",") {
      notes.append("cells are separated by \(Self.name(of: delimiter))")
    }
    guard let first = rows.cells.first else { return }
    let body = rows.cells.dropFirst()
    commonWidth = Self.common(body.map(\.count))
    let bodyWidth = commonWidth ?? first.count
    hasHeader = dialect.hasHeader ?? !Self.isData(first, Array(body))
    width = first.count
    guard hasHeader else {
      if dialect.hasHeader == nil {
        notes.append(
          "the first line is a row like the others, so columns are called `column_1`, `column_2`, …; "
            + "set `header` to `true` if it holds the names")
      }
      return
    }
    guard bodyWidth == first.count + 1 else { return }
    if body.allSatisfy({ $0.count != bodyWidth || $0.last?.isEmpty == true }) {
      rowsEndWithDelimiter = true
      notes.append("the delimiter at the end of each row is passed over")
    } else {
      namesRows = true
      notes.append("the first cell of each row has no name in the header, and is called `column_1`")
    }
  }

  /// Lines of `#` at the beginning. The last of them holds the names if it has as many cells as the rows.
  private mutating func takeComments(_ sample: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = sample
    var last: ArraySlice<UInt8>?
    while true {
      rest = rest.drop { $0 == 0x0A || $0 == 0x0D }
      guard rest.first == UInt8(ascii: "#") else { break }
      last = rest
      commentLines += 1
      rest = rest.drop { $0 != 0x0A && $0 != 0x0D }
    }
    guard let last, commentLines > 0 else { return rest }
    let delimiter = Self.best(Array(rest))
    if let names = try? Self.rows(Array(last), delimiter: delimiter, nil).cells.prefix(3),
      names.count == 3, names[0].count > 1, names[0].count == names[1].count,
      Self.isData(names[1], [names[2]])
    {
      commentLines -= 1
      hasMarkedHeader = true
    }
    if commentLines > 0 {
      notes.append("lines of `#` before the rows are passed over: \(commentLines)")
    }
    return hasMarkedHeader ? last : rest
  }

  /// The delimiter that gives all rows, the header's included, the same number of fields, the more the
  /// better; a comma if none does.
  private static func best(_ sample: [UInt8]) -> UInt8 {
    var best = (delimiter: candidates[0], fields: 1)
    for delimiter in candidates {
      guard let cells = try? rows(sample, delimiter: delimiter, nil).cells, let first = cells.first
      else { continue }
      let isEven = cells.dropFirst().allSatisfy { row in
        row.count == first.count || row.count == first.count + 1
      }
      // Rows of other lengths are a fault of the file, whose header still tells the delimiter.
      let fields = isEven || cells.count == 1 ? first.count : 1
      if fields > best.fields { best = (delimiter, fields) }
    }
    if best.fields == 1,
      let first = sample.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).first
    {
      let counts = candidates.map { delimiter in first.count { $0 == delimiter } }
      if let most = counts.max(), most > 0, let place = counts.firstIndex(of: most) {
        return candidates[place]
      }
      if hasSpacesBetweenNumbers(sample) { return UInt8(ascii: " ") }
    }
    return best.delimiter
  }

  /// Whether all lines have as many words and most of these are numbers, so that they are no sentences.
  private static func hasSpacesBetweenNumbers(_ sample: [UInt8]) -> Bool {
    guard let cells = try? rows(sample, delimiter: UInt8(ascii: " "), nil).cells, cells.count > 1,
      cells[0].count > 1, cells.allSatisfy({ $0.count == cells[0].count })
    else { return false }
    let body = cells.dropFirst().joined()
    return body.count { number($0) != nil } * 2 > body.count
  }

  private static func rows(
    _ sample: [UInt8], delimiter: UInt8, _ comment: UInt8?
  ) throws -> (delimiter: UInt8, cells: [[String]]) {
    let scanner = try CSVScanner(MemorySource(sample, name: ""))
    scanner.delimiter = delimiter
    scanner.comment = comment
    var cells: [[String]] = []
    // The sample may end within a quote.
    while cells.count < sampleRows, let row = try? scanner.nextRow() {
      cells.append((0..<row.count).map { (try? row.trimmedText($0)) ?? "?" })
    }
    return (delimiter, cells)
  }

  /// What more than half of them are; nil if nothing is.
  private static func common(_ counts: [Int]) -> Int? {
    var times: [Int: Int] = [:]
    for count in counts { times[count, default: 0] += 1 }
    return times.first { $0.value * 2 > counts.count }?.key
  }

  /// Whether a first row is one like the others: wherever they have numbers it has one too, mostly between
  /// theirs. Years as names, or places from 0, lie outside.
  private static func isData(_ first: [String], _ rows: [[String]]) -> Bool {
    let body = rows.filter { $0.count == first.count }
    var (within, numeric) = (0, 0)
    for (column, cell) in first.enumerated() {
      let numbers = body.compactMap { number($0[column]) }
      guard !numbers.isEmpty, numbers.count * 10 >= body.count * 9 else { continue }
      guard let number = number(cell) else { return false }
      numeric += 1
      if number >= numbers.min()!, number <= numbers.max()! { within += 1 }
    }
    guard numeric > 0 else { return false }
    if body.count < 5 { return body.count == 1 || first.contains { $0.contains(".") } }
    // The least of a column lies outside the others as often as it is one of few rows.
    return within * 2 > numeric && !isCounted(first)
  }

  /// `0, 1, 2, …` or `1, 2, 3, …`, as programs call columns without names.
  private static func isCounted(_ cells: [String]) -> Bool {
    guard cells.count > 2, let first = Int(cells[0]), first == 0 || first == 1 else { return false }
    return cells.enumerated().allSatisfy { Int($1) == $0 + first }
  }

  /// A number in one of the usual forms; nil for anything else.
  static func number(_ text: String) -> Double? {
    var text = text
    return text.withUTF8 { bytes in
      if case .finite(let number) = NumberFormat.plain.read(bytes) { return number }
      if case .finite(let number) = NumberFormat(decimalSign: .comma, grouping: .point).read(bytes)
      {
        return number
      }
      return nil
    }
  }

  /// A delimiter in words.
  package static func name(of delimiter: UInt8) -> String {
    switch delimiter {
    case UInt8(ascii: ","): "commas"
    case UInt8(ascii: ";"): "semicolons"
    case UInt8(ascii: "\t"): "tabs"
    case UInt8(ascii: "|"): "bars"
    case UInt8(ascii: " "): "spaces"
    default: "`\(Character(UnicodeScalar(delimiter)))`"
    }
  }
}
