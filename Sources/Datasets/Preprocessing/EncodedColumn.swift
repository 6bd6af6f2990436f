import Formatting

/// One column of a table and how it becomes inputs.
package struct EncodedColumn: Codable, Sendable, Equatable {
  /// How cells become numbers.
  package enum Encoding: Codable, Sendable, Equatable {
    /// (x − offset) / scale; a missing cell counts as `fill`. With `indicator`, a second input is 1
    /// where the cell is missing and 0 elsewhere.
    case number(offset: Double, scale: Double, fill: Double, indicator: Bool)
    /// An input for each category, 1 for the cell's own and 0 for the rest; with `other`, one more
    /// that stands for every category not in the vocabulary; with `indicator`, one more for missing
    /// cells. Without those inputs such a cell is 0 in all.
    case categories(vocabulary: [String], other: Bool, indicator: Bool)
    /// Days elapsed and places in the cycles of a calendar.
    case date(DateEncoding)
    /// Not an input, and why.
    case dropped(reason: String)
  }

  /// The name in the header.
  package let name: String
  /// How cells become numbers.
  package let encoding: Encoding
  /// How training wrote its numbers; nil for as programs do.
  package let format: NumberFormat?
  /// Texts that said in training that there is no value, beside those that do so in every column.
  package let missing: [String]?
  /// Whether it was said that its texts are categories, those too that elsewhere say that there is no
  /// value; nil for no.
  package let isVerbatim: Bool?
  /// The categories of training that share the input of the rarer ones; nil for none, or more than
  /// ``mostRare``.
  package let rare: [String]?

  /// So many are kept with a model.
  static let mostRare = 10_000

  /// A column and its encoding.
  package init(
    name: String, encoding: Encoding, format: NumberFormat? = nil, missing: [String]? = nil,
    isVerbatim: Bool? = nil, rare: [String]? = nil
  ) {
    (self.isVerbatim, self.rare) = (isVerbatim, rare)
    self.name = name
    self.encoding = encoding
    self.format = format
    self.missing = missing
  }

  /// The number of inputs the column becomes.
  package var width: Int {
    switch encoding {
    case .number(_, _, _, let indicator): indicator ? 2 : 1
    case .categories(let vocabulary, let other, let indicator):
      vocabulary.count + (other ? 1 : 0) + (indicator ? 1 : 0)
    case .date(let date): date.width
    case .dropped: 0
    }
  }

  /// Whether it holds true and false, in any capitals.
  package var areTruths: Bool {
    guard case .categories(let vocabulary, _, _) = encoding else { return false }
    return Set(vocabulary).isSubset(of: ["true", "false"])
  }

  /// What the column's cells must be; nil when it is not used.
  package var kind: Column.Kind? {
    switch encoding {
    case .number: .numeric
    case .categories: .categorical
    case .date: .date
    case .dropped: nil
    }
  }

  /// Texts that say that there is no value, beside an empty cell, in any capitals.
  package var gaps: [String] {
    (isVerbatim == true ? [] : TableOptions.usualGaps) + (missing ?? [])
  }

  package var inputNames: [String] {
    switch encoding {
    case .number(_, _, _, let indicator): [name] + (indicator ? ["\(name) is missing"] : [])
    case .categories(let vocabulary, let other, let indicator):
      vocabulary.map { "\(name) = \($0)" } + (other ? ["\(name) = another"] : [])
        + (indicator ? ["\(name) is missing"] : [])
    case .date(let date): date.inputNames(name)
    case .dropped: []
    }
  }

  /// To six digits; the model keeps all.
  var summary: String {
    switch encoding {
    case .number(let offset, let scale, let fill, let indicator):
      "\(name): (\(name) − \(numberText(offset))) / \(numberText(scale)), missing as \(numberText(fill))"
        + (indicator ? " and marked" : "")
    case .categories(let vocabulary, let other, _):
      "\(name): one of \(vocabulary.count) categories" + (other ? " or another" : "")
    case .date(let date): date.summary(name)
    case .dropped(let reason): "\(name): left out: \(reason)"
    }
  }

  /// Writes the inputs of a missing cell.
  func encodeMissing(into destination: UnsafeMutablePointer<Float>) {
    switch encoding {
    case .number: encode(number: .nan, into: destination)
    case .categories: encode(place: nil, into: destination)
    case .date(let date): date.encode(seconds: .nan, into: destination)
    case .dropped: break
    }
  }

  /// Writes a number's inputs; NaN is missing.
  func encode(number: Double, into destination: UnsafeMutablePointer<Float>) {
    guard case .number(let offset, let scale, let fill, let indicator) = encoding else { return }
    destination[0] = Float(((number.isNaN ? fill : number) - offset) / scale)
    if indicator { destination[1] = number.isNaN ? 1 : 0 }
  }

  /// Writes a category's inputs; nil is a missing cell.
  /// - Parameter place: The place in the vocabulary, −1 for a category that is not in it.
  func encode(place: Int?, into destination: UnsafeMutablePointer<Float>) {
    guard case .categories(let vocabulary, let other, let indicator) = encoding else { return }
    destination.update(repeating: 0, count: width)
    if let place {
      if place >= 0 {
        destination[place] = 1
      } else if other {
        destination[vocabulary.count] = 1
      }
    } else if indicator {
      destination[width - 1] = 1
    }
  }
}

/// What is said of many columns.
extension EncodedColumn {
  /// One line each, or for each run that is treated alike where there are very many.
  static func summaries(of columns: [EncodedColumn]) -> [String] {
    let names = columns.map(\.name)
    return NameRuns.ranges(names, kinds: columns.map(\.treatment)).map { range in
      let first = columns[range.lowerBound]
      guard range.count > 1 else { return first.summary }
      return "\(NameRuns.name(range, of: names)): \(range.count) columns, " + first.treatment
    }
  }

  /// What is alike in the columns of a run.
  private var treatment: String {
    switch encoding {
    case .number(_, _, _, let indicator):
      "each scaled by itself" + (indicator ? ", missing ones marked" : "")
    case .categories: "an input for each category"
    case .date: "dates"
    case .dropped(let reason): "left out: \(reason)"
    }
  }

  /// Those that are left out, with the reason; many with one reason together.
  static func notes(of columns: [EncodedColumn]) -> [String] {
    var places: [String: Int] = [:]
    var groups: [(reason: String, names: [String])] = []
    for column in columns {
      guard case .dropped(let reason) = column.encoding else { continue }
      if let place = places[reason] {
        groups[place].names.append(column.name)
      } else {
        places[reason] = groups.count
        groups.append((reason, [column.name]))
      }
    }
    return groups.flatMap { reason, names in
      names.count <= mostNamed
        ? names.map { "column `\($0)` is left out: \(reason)" }
        : ["\(names.count) columns are left out, \(Preprocessing.list(names)): \(reason)"]
    }
  }

  /// So many columns that are left out for one reason are named one by one.
  private static let mostNamed = 5
}
