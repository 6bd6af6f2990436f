import Engine

/// Numbers of rows, counted from 0: 4 bytes each, or none where they follow each other.
package struct RowNumbers: RandomAccessCollection, Sendable {
  private enum Form: Sendable {
    case range(Range<Int>)
    case list([Int32])
  }

  private let form: Form

  /// The most rows that can be numbered.
  package static let most = Int(Int32.max)

  /// - Throws: `Problem` for more.
  static func check(_ count: Int, of name: String) throws {
    guard count > most else { return }
    throw Problem.data(
      name, expected: "at most \(most) rows", found: "\(count)", fix: "take some of them out")
  }

  /// Neighbours.
  package init(_ range: Range<Int>) { form = .range(range) }

  /// Any, each of which is a row of a table, so that it fits.
  package init(_ rows: [Int]) {
    let isRange = rows.indices.allSatisfy { rows[$0] == rows[0] + $0 }
    form =
      isRange && !rows.isEmpty
      ? .range(rows[0]..<rows[0] + rows.count) : .list(rows.map { Int32($0) })
  }

  /// The same as they are kept.
  package init(_ rows: [Int32]) { form = .list(rows) }

  /// These of a table; all of them where none are named.
  init(_ rows: [Int]?, of table: DataTable) {
    self = rows.map { RowNumbers($0) } ?? RowNumbers(0..<table.count)
  }

  package var startIndex: Int { 0 }
  package var endIndex: Int {
    switch form {
    case .range(let range): range.count
    case .list(let rows): rows.count
    }
  }

  @inline(__always)
  package subscript(place: Int) -> Int {
    switch form {
    case .range(let range):
      precondition(place >= 0 && place < range.count)
      return range.lowerBound + place
    case .list(let rows): return Int(rows[place])
    }
  }

  /// The rows of neighbouring places.
  package func rows(at places: Range<Int>) -> RowNumbers {
    switch form {
    case .range(let range):
      RowNumbers(range.lowerBound + places.lowerBound..<range.lowerBound + places.upperBound)
    case .list(let rows): RowNumbers(Array(rows[places]))
    }
  }

  /// At most so many, from the first on.
  package func first(_ most: Int) -> RowNumbers { rows(at: 0..<Swift.min(most, count)) }

  /// These rows of others.
  func of(_ rows: RowNumbers) -> RowNumbers {
    if case .range(let range) = rows.form {
      guard range.lowerBound > 0 else { return self }
      return RowNumbers(map { Int32(range.lowerBound + $0) })
    }
    return RowNumbers(map { Int32(rows[$0]) })
  }

  /// Where a row lies among them, which ascend; nil for one that is none of them.
  package func place(of row: Int) -> Int? {
    let place = count(before: row)
    return place < count && self[place] == row ? place : nil
  }

  /// How many of them, which ascend, lie before a row.
  package func count(before row: Int) -> Int {
    if case .range(let range) = form {
      return Swift.min(Swift.max(row - range.lowerBound, 0), range.count)
    }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension RowNumbers: ExpressibleByArrayLiteral {
  package init(arrayLiteral rows: Int...) { self.init(rows) }
}

extension RowNumbers: Equatable {
  package static func == (one: RowNumbers, other: RowNumbers) -> Bool {
    one.count == other.count && one.elementsEqual(other)
  }
}
