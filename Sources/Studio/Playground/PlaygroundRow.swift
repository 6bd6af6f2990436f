package import Datasets
import Engine
package import Serving
import Training

/// A row of a playground's data as a form holds it, to be changed and looked at anew.
package struct PlaygroundRow: Encodable, Sendable {
  /// What is asked of each input.
  package var fields: [InputField]
  /// The cells of the row, by the names of the columns.
  package var values: [String: CellValue]
  /// What is learned of it; nil for a missing cell.
  package var target: String?
}

extension Playground {
  /// - Parameter number: counted from 1.
  /// - Throws: `Problem` for a row that there is not.
  package func row(_ number: Int) throws -> PlaygroundRow {
    try check(row: number)
    let preprocessing = data.preprocessing
    let fields = InputField.all(preprocessing, try data.summary)
    var values: [String: CellValue] = [:]
    for field in fields {
      let cell = try table.column(field.name).text(number - 1)
      values[field.name] = cell.map { .text($0) } ?? .missing
    }
    return PlaygroundRow(
      fields: fields, values: values,
      target: try table.column(preprocessing.targetNames[0]).text(number - 1))
  }

  func check(row number: Int) throws {
    guard (1...table.count).contains(number) else {
      throw Problem.data("row", expected: "1 to \(table.count)", found: "\(number)")
    }
  }
}
