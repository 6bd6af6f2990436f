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
  /// - Returns: nil where an example is no row of a table, or has more columns than a form is for.
  /// - Throws: `Problem` for a row that there is not.
  package func row(_ number: Int) throws -> PlaygroundRow? {
    try check(row: number)
    let preprocessing = data.preprocessing
    guard let table = source.table, source.images == nil else { return nil }
    let fields = InputField.all(preprocessing, try data.summary)
    guard fields.count <= Self.mostFields else { return nil }
    var values: [String: CellValue] = [:]
    for field in fields {
      let cell = try table.column(field.name).text(number - 1)
      values[field.name] = cell.map { .text($0) } ?? .missing
    }
    return PlaygroundRow(
      fields: fields, values: values,
      target: try table.column(preprocessing.targetNames[0]).text(number - 1))
  }

  /// More columns are no form that anybody fills in.
  private static let mostFields = 40

  func check(row number: Int) throws {
    guard source.places.indices.contains(number - 1) else {
      throw Problem.data("row", expected: "1 to \(source.places.count)", found: "\(number)")
    }
  }
}
