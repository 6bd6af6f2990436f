import Formatting
import Glassbox

/// Values by name on the command line: `hours=3,sleep=7`.
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
  func inputs(written text: String) throws -> [Float] {
    if ListText.hasMembers(text) {
      return try encode(row: NamedValues.parsed(text, "--input"), at: "--input")
    }
    let parts = ListText.parts(of: text)
    if let sequence { return try steps(text, parts, sequence) }
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
    let row = Dictionary(zip(used, parts.map(\.trimmed))) { first, _ in first }
    return try encode(row: row, at: "--input")
  }

  /// The steps that are there, one after the other; those left out at the end are missing.
  private func steps(
    _ text: String, _ parts: [String], _ sequence: SequenceEncoding
  ) throws -> [Float] {
    let columns = sequence.channels.flatMap(\.columns)
    let cells = columns.count == 1 ? [text] : parts.map(\.trimmed)
    guard cells.count <= columns.count else {
      throw Failure(
        status: .usage,
        text: "--input: expected at most \(columns.count) values (\(columns[0]), …, "
          + "\(columns[columns.count - 1])), found \(cells.count)")
    }
    let row = Dictionary(zip(columns, cells)) { first, _ in first }
    return try encode(row: row, at: "--input")
  }
}
