import Engine

extension DataTable {
  /// What a reader should know of what columns were taken for.
  package var notes: [String] {
    layoutNotes.map { "\(name): \($0)" } + (images?.dataset.notes ?? [])
      + columns.flatMap { column in column.reading.notes.map { "\(name): \($0)" } } + infinities
      + columns.compactMap(sentinel) + columns.compactMap(code)
  }

  /// A few whole numbers that are repeated, and by their distances or the column's name are names of things.
  private func code(_ column: Column) -> String? {
    guard case .numbers(let numbers) = column.cells, !column.reading.isSaid,
      !column.reading.isLabel
    else { return nil }
    var different: Set<Double> = []
    var count = 0
    for number in numbers where !number.isNaN {
      guard number == number.rounded(), number >= 0 else { return nil }
      different.insert(number)
      guard different.count <= Self.mostCodes else { return nil }
      count += 1
    }
    guard different.count > 2, count >= different.count * Self.fewestRepeats,
      Self.areApart(different.sorted()) || Self.namesThings(column.name)
    else { return nil }
    return
      "\(name): column `\(column.name)` is read as numbers, but its \(different.count) different "
      + "whole numbers may be names of things; set `kinds` to "
      + "`\(Column.Kind.categorical.setting(of: column.name))` if their size means nothing"
  }

  private static let mostCodes = 100
  private static let fewestRepeats = 5

  /// Whether the numbers lie far apart without any step between them, as measured ones do not.
  private static func areApart(_ numbers: [Double]) -> Bool {
    var step = 0.0
    for (one, next) in zip(numbers, numbers.dropFirst()) {
      // The greatest common divisor, by Euclid.
      var (large, small) = (next - one, step)
      while small > 0 { (large, small) = (small, large.truncatingRemainder(dividingBy: small)) }
      step = large
    }
    return (numbers[numbers.count - 1] - numbers[0]) / step >= 10 * Double(numbers.count)
  }

  /// Whether the last word of a column's name says that its numbers tell things apart.
  private static func namesThings(_ name: String) -> Bool {
    let words = name.split { !$0.isLetter }.map { $0.lowercased() }
    // `storeId`
    let ending = name.hasSuffix("Id") || name.hasSuffix("ID") || name.hasSuffix("Code")
    return ending || words.last.map(namesOfNames.contains) ?? false
  }

  private static let namesOfNames: Set<String> = [
    "id", "ids", "code", "codes", "zip", "zipcode", "postcode", "plz", "store", "shop", "branch",
    "station",
    "sensor", "machine", "region", "district", "ward", "sku", "product", "department", "dept",
    "customer", "user", "player", "subject", "patient", "type", "kind", "category", "group",
    "cluster",
  ]

  /// A number that stands for a missing one in many files, where it lies far from all others.
  private func sentinel(_ column: Column) -> String? {
    column.extremes?.note(onColumn: column.name).map { "\(name): \($0)" }
  }

  /// Infinity written among categories is a category like any other.
  private var infinities: [String] {
    columns.compactMap { column in
      Self.note(ofInfinities: column.infinities, in: column.name).map { "\(name): \($0)" }
    }
  }

  /// What is said of texts among categories that spell an infinite number; nil for none.
  static func note(ofInfinities texts: TextCounts, in column: String) -> String? {
    guard !texts.isEmpty else { return nil }
    let shown = texts.entries.prefix(mostInfinities).map { "`\($0.text)`" }
    return "column `\(column)` has " + shown.joined(separator: " and ")
      + (texts.entries.count > mostInfinities ? " and others" : "")
      + " among its categories, taken as written; leave the cell empty if the value is missing"
  }

  private static let mostInfinities = 10

  /// What is said of texts that were taken for no value, in all columns together; nil for none.
  static func note(ofGaps gaps: TextCounts) -> String? {
    guard !gaps.isEmpty else { return nil }
    let texts = gaps.entries.sorted { (-$0.count, $0.text) < (-$1.count, $1.text) }.prefix(10)
    return "taken as missing, as empty cells are: "
      + texts.map { "`\($0.text)` in \($0.count) cells" }.joined(separator: ", ")
  }
}

extension Column {
  /// Numbers at its ends; nil for other cells.
  var extremes: ColumnExtremes? {
    if case .numbers(let numbers) = cells { ColumnExtremes(numbers) } else { nil }
  }

  /// Texts among its categories that spell an infinite number.
  var infinities: TextCounts {
    var found = TextCounts()
    guard case .categories(_, let vocabulary) = cells else { return found }
    for text in vocabulary {
      var copy = text
      if copy.withUTF8({ DecimalNumber.read($0) == .infinite }) { found.add(text) }
    }
    return found
  }
}
