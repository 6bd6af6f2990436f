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
  package enum Kind: Sendable {
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

  private struct Column: Sendable {
    let name: String
    let kind: Kind
    let known: [String]
    var count = 0
    /// The first different ones, and how often each.
    var values: [(text: String, count: Int)] = []
    var hasMore = false
  }

  private var columns: [Column] = []
  private var problems: [Problem] = []
  /// What else a reader should know of the row.
  private var remarks: [String] = []

  /// How many different values a note names.
  private static let mostNamed = 5

  /// None so far.
  package init() {}

  /// How many cells or words there are.
  package var count: Int { columns.reduce(0) { $0 + $1.count } }

  /// Counts one.
  ///
  /// - Parameters:
  ///   - column: what notes call the column.
  ///   - known: what training saw, to find out what may be meant.
  ///   - place: of the cell, for ``refuse()``.
  package mutating func add(
    _ text: String, to column: String, _ kind: Kind, known: @autoclosure () -> [String],
    at place: @autoclosure () -> String
  ) {
    let index = columns.firstIndex { $0.name == column } ?? columns.count
    if index == columns.count { columns.append(Column(name: column, kind: kind, known: known())) }
    columns[index].count += 1
    if let known = columns[index].values.firstIndex(where: { $0.text == text }) {
      columns[index].values[known].count += 1
    } else if columns[index].values.count < Self.mostNamed {
      columns[index].values.append((text, 1))
    } else {
      columns[index].hasMore = true
    }
    if problems.count < Problem.limit {
      problems.append(Self.problem(text, columns[index], at: place()))
    }
  }

  private static func problem(_ text: String, _ column: Column, at place: String) -> Problem {
    let expected =
      switch column.kind {
      case .category, .label: "one of " + Preprocessing.list(column.known)
      case .word: "a word that training saw"
      case .token(let limit): "a token, a whole number from 0 to \(limit - 1)"
      }
    return Problem.data(
      place, expected: expected, found: "`\(text.shortened(to: 40))`",
      fix: "correct it" + (text.nearest(among: column.known).map { " (`\($0)`?)" } ?? "")
        + ", train with rows of it, or leave `strict` out to have it answered and counted")
  }

  /// Adds what else a reader should know of a row, such as steps that are cut off; no problem in any case.
  mutating func add(remarks: [String]) { self.remarks += remarks }

  /// One sentence for each column that has any, and what else was remarked.
  package var notes: [String] {
    columns.map { column in
      let values = column.values.map { text, count in
        let near = text.nearest(among: column.known).map { " (`\($0)`?)" } ?? ""
        return "`\(text.shortened(to: 40))`\(near)" + (count > 1 ? " × \(count)" : "")
      }
      return
        "column `\(column.name)`: \(column.kind.name(column.count)) not seen in training, taken as "
        + "\(column.kind.meaning): " + values.joined(separator: ", ")
        + (column.hasMore ? ", …" : "")
    } + remarks
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
