import Engine
import Formatting
import Synchronization

/// Room on disk for a table that does not fit into memory.
package final class TableStore: Sendable {
  package let file: StoreFile
  /// Bytes of memory that what stays there may take.
  package let memory: Int

  /// Rows of a stretch, where cells were written before.
  private let length: Int?
  /// How many bytes the file may have, until more are asked for.
  private let room: Mutex<Int>
  private let makeRoom: @Sendable (Int) throws -> Int

  /// - Parameters:
  ///   - length: rows of a stretch, where cells were written before.
  ///   - room: how many bytes the file may have.
  ///   - makeRoom: is given how many it has where these are more, and returns how many it may have then.
  package init(
    _ file: StoreFile, memory: Int, length: Int? = nil, room: Int = .max,
    makeRoom: @escaping @Sendable (Int) throws -> Int = { $0 }
  ) {
    (self.file, self.memory, self.length) = (file, memory, length)
    self.room = Mutex(room)
    self.makeRoom = makeRoom
  }

  func cells(columns: Int) -> CellStore {
    length.map { CellStore(file, length: $0) }
      ?? CellStore(file, columns: columns, memory: memory)
  }

  /// Whether a stretch of each column at once fits into the memory.
  func fits(columns: Int) -> Bool {
    length.map { $0 > 0 && $0 <= CellStore.length(columns: columns, memory: memory) } ?? true
  }

  /// - Throws: `Problem` where what was written did not get to the disk, or has no room there.
  func check() throws {
    try file.check()
    let bytes = file.end
    try room.withLock { room in
      if bytes > room { room = try makeRoom(bytes) }
    }
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
