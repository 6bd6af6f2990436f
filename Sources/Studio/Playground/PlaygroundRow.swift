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
    guard let table = source.table, let values = try cells(number) else { return nil }
    let fields = InputField.all(preprocessing, try data.summary)
    return PlaygroundRow(
      fields: fields, values: values,
      target: try table.column(preprocessing.targetNames[0]).text(number - 1))
  }

  /// The cells of a row, by the names of the columns that are inputs.
  /// - Returns: nil where an example is no row of a table, or has more columns than anybody reads.
  func cells(_ number: Int) throws -> [String: CellValue]? {
    guard let table = source.table, source.images == nil else { return nil }
    let names = InputField.all(data.preprocessing, nil).map(\.name)
    guard names.count <= Self.mostFields else { return nil }
    var values: [String: CellValue] = [:]
    for name in names {
      let cell = try table.column(name).text(number - 1)
      values[name] = cell.map { .text($0) } ?? .missing
    }
    return values
  }

  /// More columns are no form that anybody fills in.
  private static let mostFields = 40

  func check(row number: Int) throws {
    guard source.places.indices.contains(number - 1) else {
      throw Problem.data("row", expected: "1 to \(source.places.count)", found: "\(number)")
    }
  }
}
