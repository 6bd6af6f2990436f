import Engine
import Formatting

/// Values that training did not see, of inputs and of rows to be scored, counted by column: the one place that says what becomes of
/// them, and how it is told.
///
/// They are answered. A category counts as none of its column's, or as one of the rarer ones where these
/// share an input; a word is the unknown token; a token without a place in the vocabulary is a missing step. A
/// label is left out where a row may have any number of them.
package struct UnseenValues: Sendable {
  /// What a value is.
  package enum Kind: Sendable, Equatable {
    /// A category; `shared` where the rarer ones of training share an input.
    case category(shared: Bool)
    /// A word of a sequence of words.
    case word
    /// A whole number that stands for a word.
    case token(below: Int)
    /// A label of which a row may have any number.
    case label

    /// What it counts as, in words.
    fileprivate var meaning: String {
      switch self {
      case .category(shared: false): "none of the known"
      case .category(shared: true): "one of the rarer ones"
      case .word: "unknown"
      case .token: "missing"
      case .label: "none of the known, so scores are of those"
      }
    }

    fileprivate func name(_ count: Int) -> String {
      switch self {
      case .category: count == 1 ? "1 cell was" : "\(count) cells were"
      case .word: count == 1 ? "1 word was" : "\(count) words were"
      case .token: count == 1 ? "1 token was" : "\(count) tokens were"
      case .label: count == 1 ? "1 label was" : "\(count) labels were"
      }
    }
  }

  fileprivate struct Column: Sendable {
    let name: String
    /// Where notes tell it: after all that come before.
    let place: Int
    let kind: Kind
    /// Nil where it is not known any more, since the counts come from a file.
    var known: [String]?
    /// Of a file, what may be meant by the first values.
    var nearest: [String: String] = [:]
    var count = 0
    /// The different ones, and how often each.
    var values = TextCounts()
    /// Whether a part before or behind may have left out some of those that are named.
    var isPartial = false

    func near(_ text: String) -> String? {
      known.map { text.nearest(among: $0) } ?? nearest[text]
    }
  }

  private var columns: [Column] = []
  private var problems: [Problem] = []
  /// What else a reader should know of the row.
  private var remarks: [String] = []

  /// How many different values a note names.
  fileprivate static let mostNamed = 5

  /// None so far.
  package init() {}

  /// How many cells or words there are.
  package var count: Int { columns.reduce(0) { $0 + $1.count } }

  /// Counts one.
  ///
  /// - Parameters:
  ///   - column: what notes call the column.
  ///   - order: where the column stands among others; those of one place are told in the order in which they
  ///     are met.
  ///   - known: what training saw, to find out what may be meant.
  ///   - place: of the cell, for ``refuse()``.
  package mutating func add(
    _ text: String, to column: String, order: Int = 0, _ kind: Kind,
    known: @autoclosure () -> [String], at place: @autoclosure () -> String
  ) {
    let index = columns.firstIndex { $0.name == column } ?? columns.count
    if index == columns.count {
      columns.append(Column(name: column, place: order, kind: kind, known: known()))
    }
    columns[index].count += 1
    columns[index].values.add(text)
    if problems.count < Problem.limit {
      problems.append(Self.problem(text, columns[index], at: place()))
    }
  }

  /// Adds those of a later part of the same rows; only what is told, not what is refused.
  package mutating func add(_ later: UnseenValues) {
    for other in later.columns {
      guard let index = columns.firstIndex(where: { $0.name == other.name }) else {
        columns.append(other)
        continue
      }
      columns[index].isPartial =
        columns[index].isPartial || other.isPartial || other.values.isCutOff
      columns[index].count += other.count
      columns[index].values.add(other.values)
      columns[index].nearest.merge(other.nearest) { first, _ in first }
    }
    remarks += later.remarks
  }

  private static func problem(_ text: String, _ column: Column, at place: String) -> Problem {
    let expected =
      switch column.kind {
      case .category, .label: "one of " + Preprocessing.list(column.known ?? [])
      case .word: "a word that training saw"
      case .token(let limit): "a token, a whole number from 0 to \(limit - 1)"
      }
    return Problem.data(
      place, expected: expected, found: "`\(text.shortened(to: 40))`",
      fix: "correct it" + (column.near(text).map { " (`\($0)`?)" } ?? "")
        + ", train with rows of it, or leave `strict` out to have it answered and counted")
  }

  /// Adds what else a reader should know of a row, such as steps that are cut off; no problem in any case.
  mutating func add(remarks: [String]) { self.remarks += remarks }

  /// One sentence for each column that has any, and what else was remarked.
  package var notes: [String] {
    inOrder.map { column in
      let values = column.values.entries.prefix(Self.mostNamed).map { entry in
        let near = column.near(entry.text).map { " (`\($0)`?)" } ?? ""
        let least = column.isPartial ? "at least " : ""
        return "`\(entry.text.shortened(to: 40))`\(near)"
          + (entry.count > 1 ? " × \(least)\(entry.count)" : "")
      }
      return
        "column `\(column.name)`: \(column.kind.name(column.count)) not seen in training, taken as "
        + "\(column.kind.meaning): " + values.joined(separator: ", ")
        + (column.values.entries.count > Self.mostNamed || column.values.isCutOff ? ", …" : "")
    } + remarks
  }

  /// A stable order: columns of one place as they were met.
  private var inOrder: [Column] {
    columns.enumerated().sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element)
  }

  /// - Throws: `Problem` with the first 20 places, if there is any.
  package func refuse() throws {
    guard count > problems.count else { return try Problem.throwIfAny(problems) }
    try Problem.throwIfAny(
      problems + [
        Problem.data(
          "values not seen in training", expected: "no more",
          found: "\(count - problems.count) more")
      ])
  }
}

/// As parts of a file of answers tell it: what is counted, without what training knew and without places.
extension UnseenValues: Codable {
  private enum CodingKeys: String, CodingKey { case columns, remarks }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    columns = try values.decode([Column].self, forKey: .columns)
    remarks = try values.decodeIfPresent([String].self, forKey: .remarks) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(columns, forKey: .columns)
    if !remarks.isEmpty { try values.encode(remarks, forKey: .remarks) }
  }
}

extension UnseenValues.Column: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, place, kind, below, nearest, count, values
    case isPartial = "is_partial"
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    place = try values.decode(Int.self, forKey: .place)
    let word = try values.decode(String.self, forKey: .kind)
    let below = try values.decodeIfPresent(Int.self, forKey: .below)
    guard let kind = UnseenValues.Kind(word, below: below) else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: values, debugDescription: "`\(word)` is no kind of value")
    }
    self.kind = kind
    nearest = try values.decodeIfPresent([String: String].self, forKey: .nearest) ?? [:]
    count = min(max(try values.decode(Int.self, forKey: .count), 0), 1 << 40)
    self.values = try values.decode(TextCounts.self, forKey: .values)
    isPartial = try values.decodeIfPresent(Bool.self, forKey: .isPartial) ?? false
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(place, forKey: .place)
    try values.encode(kind.word, forKey: .kind)
    if case .token(let below) = kind { try values.encode(below, forKey: .below) }
    // Of all parts together no other values are named than the first of one of them.
    var meant: [String: String] = [:]
    for entry in self.values.entries.prefix(UnseenValues.mostNamed) {
      meant[entry.text] = near(entry.text)
    }
    try values.encode(meant, forKey: .nearest)
    try values.encode(count, forKey: .count)
    try values.encode(self.values, forKey: .values)
    if isPartial { try values.encode(true, forKey: .isPartial) }
  }
}

extension UnseenValues.Kind {
  fileprivate var word: String {
    switch self {
    case .category(shared: false): "category"
    case .category(shared: true): "rare_category"
    case .word: "word"
    case .token: "token"
    case .label: "label"
    }
  }

  fileprivate init?(_ word: String, below: Int?) {
    switch word {
    case "category": self = .category(shared: false)
    case "rare_category": self = .category(shared: true)
    case "word": self = .word
    case "token": self = .token(below: below ?? 0)
    case "label": self = .label
    default: return nil
    }
  }
}
