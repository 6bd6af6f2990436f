import Formatting
import Glassbox

/// Values by name on the command line: `hours=3,sleep=7`. What holds a comma stands in quotes, as in a file:
/// `"size, cm"=3,name="Doe, Jane"`.
enum NamedValues {
  /// - Throws: a usage failure for a part without `=`.
  static func parsed(_ text: String, _ option: String) throws -> [String: String] {
    var row: [String: String] = [:]
    for (name, value) in ListText.members(of: text) where !name.isEmpty || value != nil {
      guard let value else {
        throw Failure(
          status: .usage,
          text: "\(option): expected column=value, found '\(name)'. Fix: write a=1,b=2, and what "
            + "holds a comma in quotation marks: 'a=\"1,5\",b=2'")
      }
      row[name] = value
    }
    return row
  }
}

extension Preprocessing {
  /// The inputs of a row as `--input` gives it: `hours=3,sleep=7`, or the values alone in the order of
  /// the columns.
  ///
  /// - Parameter unseen: counts what training did not see.
  func inputs(written text: String, unseen: inout UnseenValues) throws -> [Float] {
    if ListText.hasMembers(text) {
      return try encode(texts: NamedValues.parsed(text, "--input"), &unseen)
    }
    let parts = ListText.parts(of: text)
    if let sequence { return try steps(text, parts, sequence, &unseen) }
    guard case .columns(let columns) = inputs else {
      let numbers = parts.compactMap { Float($0.trimmed) }
      guard numbers.count == parts.count else {
        throw Failure(status: .usage, text: "--input: expected numbers, found '\(text)'")
      }
      return numbers
    }
    let used = columns.filter { $0.width > 0 }.map(\.name)
    guard used.count == parts.count else {
      throw Failure(
        status: .usage,
        text: "--input: expected \(used.count) values (\(used.joined(separator: ", "))), "
          + "found \(parts.count)")
    }
    return try encode(texts: Dictionary(zip(used, parts)) { first, _ in first }, &unseen)
  }

  private func encode(texts: [String: String], _ unseen: inout UnseenValues) throws -> [Float] {
    try encode(row: texts.mapValues { .text($0) }, at: "--input", unseen: &unseen)
  }

  /// The steps that are there, one after the other; those left out at the end are missing.
  private func steps(
    _ text: String, _ parts: [String], _ sequence: SequenceEncoding, _ unseen: inout UnseenValues
  ) throws -> [Float] {
    let columns = sequence.channels.flatMap(\.columns)
    let cells = columns.count == 1 ? [text] : parts
    guard cells.count <= columns.count else {
      throw Failure(
        status: .usage,
        text: "--input: expected at most \(columns.count) values (\(columns[0]), …, "
          + "\(columns[columns.count - 1])), found \(cells.count)")
    }
    return try encode(texts: Dictionary(zip(columns, cells)) { first, _ in first }, &unseen)
  }
}
