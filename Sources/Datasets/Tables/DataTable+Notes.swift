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
    guard case .numbers(let numbers) = column.cells, let bounds = column.bounds else { return nil }
    for extreme in [bounds.least, bounds.greatest] where Self.isSentinel(extreme) {
      var count = 0
      var (least, greatest) = (Double.infinity, -Double.infinity)
      for number in numbers where !number.isNaN {
        if number == extreme {
          count += 1
        } else {
          (least, greatest) = (min(least, number), max(greatest, number))
        }
      }
      guard least <= greatest else { continue }
      let gap = extreme < least ? least - extreme : extreme - greatest
      guard count >= 3, gap > 2 * (greatest - least) else { continue }
      let text = Column.label(extreme)
      return "\(name): column `\(column.name)`: \(count) cells are `\(text)`, far from the others "
        + "(\(Column.label(least)) to \(Column.label(greatest))); add `\(text)` to `missing` if it says "
        + "that there is no value"
    }
    return nil
  }

  /// `-1`, or nines with a sign or without.
  private static func isSentinel(_ number: Double) -> Bool {
    number == -1 || number.magnitude >= 9 && Column.label(number.magnitude).allSatisfy { $0 == "9" }
  }

  /// Infinity written among categories is a category like any other.
  private var infinities: [String] {
    columns.compactMap { column in
      guard case .categories(_, let vocabulary) = column.cells else { return nil }
      let infinite = vocabulary.filter { text in
        var text = text
        return text.withUTF8 { DecimalNumber.read($0) == .infinite }
      }
      guard !infinite.isEmpty else { return nil }
      return "\(name): column `\(column.name)` has "
        + infinite.map { "`\($0)`" }.joined(separator: " and ")
        + " among its categories, taken as written; leave the cell empty if the value is missing"
    }
  }
}
