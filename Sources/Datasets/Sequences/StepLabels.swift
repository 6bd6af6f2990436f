package import Engine
import Formatting

/// Labels of which each step of a sequence has its own.
package struct StepLabels: Codable, Sendable, Equatable {
  /// The label column of each step; of a file whose rows are steps, those that its rows are brought to.
  package let columns: [String]
  /// How the rows of a file, each a step, become sequences of at most so many steps; nil where a row is a
  /// sequence.
  package let rows: SequenceOptions?

  /// How many steps an example has.
  package var count: Int { columns.count }

  /// What a column of a file whose rows are steps is called at a step, counted from 0.
  static func name(_ column: String, _ step: Int) -> String { "\(column) \(step + 1)" }

  /// - Throws: `Problem` for what no training makes.
  func check(_ sequence: SequenceEncoding?) throws(Problem) {
    guard let sequence, sequence.steps == count, count > 1,
      rows == nil || rows?.group != nil && rows?.length == count
    else {
      throw Problem.data(
        "preprocessing of the labels", expected: "a label for each step of a sequence",
        found: "\(count) labels", fix: "the model file is damaged; train again")
    }
  }

  /// Reads later files as that of the training was.
  ///
  /// - Parameter label: the column of the labels; nil where they are not needed.
  func use(_ label: String?, _ sequence: SequenceEncoding, _ options: inout TableOptions) {
    guard let rows else { return }
    let kind: Column.Kind = sequence.hasWords ? .categorical : .numeric
    for name in sequence.columns { options.kinds[name] = nil }
    for name in rows.columns { options.kinds[name] = kind }
    let others = [rows.group, rows.order].compactMap(\.self)
    let rest = (options.columns ?? []).filter {
      !sequence.columns.contains($0) && !others.contains($0)
    }
    options.columns = rows.columns + others + rest
    options.optionalColumns.removeAll { others.contains($0) }
    options.steps = (rows, label, [])
  }
}

/// What the rows of a table are that was made of a file whose rows are steps.
package struct TableSteps: Sendable {
  /// How it was made, with its columns and its length found.
  let options: SequenceOptions
  /// Of each sequence the rows of the file that are its steps, counted from 0.
  package let rows: [[Int]]
  /// The line of each of these rows.
  let lines: [[Int]]
  /// Rows of the file that belong to no sequence, and why.
  package let problems: [Int: Problem]
  /// How many rows the file has.
  package let count: Int
  /// What each column of the file holds, a line for each.
  package let columns: [String]

  /// The sequence of the steps' columns, for what turns columns into steps.
  /// - Parameter content: what a step holds.
  func sequence(_ content: SequenceOptions.Content) -> SequenceOptions {
    var sequence = SequenceOptions(
      options.columns.map { column in ListText.text(names(of: column)) }, content: content)
    sequence.padding = options.padding
    return sequence
  }

  /// The most steps of a sequence.
  package var length: Int { options.length ?? 0 }

  /// What a column is called at each step.
  func names(of column: String) -> [String] {
    (0..<length).map { StepLabels.name(column, $0) }
  }

  /// The line on which a cell of a sequence stands; nil for a column that is no step.
  func line(ofRow row: Int, column: String) -> Int? {
    guard let blank = column.lastIndex(of: " "),
      let step = Int(column[column.index(after: blank)...]),
      lines[row].indices.contains(step - 1)
    else { return nil }
    return lines[row][step - 1]
  }
}
