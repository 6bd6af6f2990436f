import Engine

/// A row that a statement gives.
package struct StoreRow: Sendable {
  /// The names of the columns, shared by the rows of a statement.
  package final class Columns: Sendable {
    let names: [String]
    let places: [String: Int]

    init(_ names: [String]) {
      self.names = names
      // Of two columns of one name the first counts.
      places = Dictionary(zip(names, names.indices)) { first, _ in first }
    }
  }

  private let columns: Columns
  private let values: [StoreValue]
  /// What holds it, for whoever must be told that it cannot be read.
  private let place: String

  init(_ columns: Columns, _ values: [StoreValue], at place: String) {
    (self.columns, self.values, self.place) = (columns, values, place)
  }

  /// A cell by its place.
  /// - Throws: `Problem` for one that holds something else.
  package subscript<Value: StoreConvertible>(column: Int) -> Value {
    get throws {
      guard values.indices.contains(column) else { throw wrong("column \(column + 1)", "none") }
      return try value(values[column], columns.names[column])
    }
  }

  /// A cell by the name of its column.
  /// - Throws: `Problem` for one that holds something else.
  package subscript<Value: StoreConvertible>(name: String) -> Value {
    get throws {
      guard let column = columns.places[name] else { throw wrong("`\(name)`", "none") }
      return try value(values[column], name)
    }
  }

  private func value<Value: StoreConvertible>(_ cell: StoreValue, _ name: String) throws -> Value {
    guard let value = Value(storeValue: cell) else {
      throw wrong("another value in `\(name)`", "\(cell)")
    }
    return value
  }

  private func wrong(_ expected: String, _ found: String) -> Problem {
    Problem(.malformed, place, expected: expected, found: found, fix: "look who else writes there")
  }
}
