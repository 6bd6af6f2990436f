import Engine
import Formatting

/// Room on disk for a table that does not fit into memory.
package final class TableStore: Sendable {
  package let file: StoreFile
  /// Bytes of memory that what stays there may take.
  package let memory: Int

  /// Rows of a stretch, where cells were written before.
  private let length: Int?

  /// - Parameter length: rows of a stretch, where cells were written before.
  package init(_ file: StoreFile, memory: Int, length: Int? = nil) {
    (self.file, self.memory, self.length) = (file, memory, length)
  }

  func cells(columns: Int) -> CellStore {
    length.map { CellStore(file, length: $0) }
      ?? CellStore(file, columns: columns, memory: memory)
  }

  /// Whether a stretch of each column at once fits into the memory.
  func fits(columns: Int) -> Bool {
    length.map { $0 > 0 && $0 <= CellStore.length(columns: columns, memory: memory) } ?? true
  }

  /// - Parameter offsets: lines whose distance from their row changes.
  /// - Throws: `Problem` for more than fit into memory.
  func check(offsets: Int, of name: String) throws {
    guard offsets * MemoryLayout<DataTable.LineOffset>.stride > memory / 4 else { return }
    throw Problem.data(
      name,
      expected: "at most \(offsets - 1) rows of several lines, or empty lines between rows, in "
        + "the memory that is given", found: "more",
      fix: "give more `memory`, or write each row on one line")
  }
}
