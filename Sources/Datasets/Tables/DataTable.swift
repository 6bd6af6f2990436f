package import Engine

/// A data file's columns in memory, with what messages need to point back into the file.
public struct DataTable: Sendable {
  /// The file's name, for messages.
  public let name: String
  /// The columns in the file's order.
  public let columns: [Column]
  /// The number of rows.
  public let count: Int
  /// Rows whose distance from their line changes, in ascending order: from `row` on, the line is
  /// the row's index plus `offset`. A file without line ends in quotes needs one entry.
  let lineOffsets: [LineOffset]
  /// Texts that were added to those that say that there is no value.
  let addedGaps: [String]
  /// How many columns the file has, if none has a name; nil for a file with names.
  private(set) var unnamedColumns: Int?
  /// Rows that could not be read and why, by their numbers from 0, where they are kept: their cells are
  /// missing.
  package private(set) var badRows: [Int: Problem] = [:]
  /// Columns as the file has them, as asked for by ``TableOptions/keeping``.
  package private(set) var kept: [(name: String, cells: [String])] = []
  /// What a reader should know of how the file is laid out.
  let layoutNotes: [String]
  /// The images that a column names, once they are opened.
  package internal(set) var images: ListedImages?
  /// What its rows are where they are windows of series; nil for rows of a file.
  package internal(set) var windows: TableWindows?

  /// What its rows are where they are sequences whose steps were the rows of a file; nil for others.
  package internal(set) var steps: TableSteps?

  /// The first of the rows that were read from another file, and its name; nil where all are of one.
  var following: (row: Int, name: String)?

  /// Where its cells lie that do not fit into memory; nil where all are there.
  var store: TableStore?

  /// - Throws: the first problem that reading cells has met, where they do not lie in memory.
  package func checkStore() throws { try store?.file.check() }

  /// Whether its cells lie in a file, so that its rows are no more than what fits into memory.
  package var isStored: Bool { store != nil }

  /// Rows that are read at once; nil where all lie in memory.
  var stretch: Int? { store?.cells(columns: columns.count).length }

  struct LineOffset: Sendable, Equatable, Codable {
    var row: Int
    var offset: Int
  }

  /// The column of this name.
  /// - Throws: `Problem` that lists the names there are.
  public func column(_ name: String) throws -> Column {
    if let column = columns.first(where: { $0.name == name }) { return column }
    let names = columns.prefix(20).map { "`\($0.name)`" }.joined(separator: ", ")
    throw Problem.data(
      self.name, expected: "a column `\(name)`",
      found: "columns \(names)" + (columns.count > 20 ? ", …" : ""),
      fix: Problem.fix(
        name, among: columns.map(\.name), otherwise: "check the spelling of the column name"))
  }

  /// The line of the file on which a row starts, from 1.
  public func line(ofRow row: Int) -> Int {
    var low = 0
    var high = lineOffsets.count
    while low < high {
      let middle = (low + high) / 2
      if lineOffsets[middle].row <= row { low = middle + 1 } else { high = middle }
    }
    return row + (low > 0 ? lineOffsets[low - 1].offset : 2)
  }

  /// `file:line, column` for a cell that was read without trouble but cannot be used.
  package func location(row: Int, column: String) -> String {
    let line = steps?.line(ofRow: row, column: column) ?? line(ofRow: row)
    let name = following.map { row >= $0.row ? $0.name : self.name } ?? self.name
    return "\(name):\(line), column `\(column)`"
  }
}
