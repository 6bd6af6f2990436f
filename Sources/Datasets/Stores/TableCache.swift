import Engine
import Formatting
import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Tables that were read once, column by column in a folder: used again while the file and the way it is read are
/// the same.
///
/// Each is a folder of two files: `cells` and, written last, `index`: a checksum and JSON. It gets its name when both are complete.
package struct TableCache {
  /// Where it lies, and how large all tables together may be.
  let folder: StoreFolder
  private let path: String
  /// Bytes of the file that is read.
  private let sourceBytes: Int
  private var tables: String { "\(folder.path)/tables" }

  /// The version of the files; other ones are made again.
  private static let version = 1

  /// - Parameters:
  ///   - sha256: of the file that is read.
  ///   - bytes: of it.
  ///   - way: whatever else decides what is read of it, such as the version of the program.
  package init(in folder: StoreFolder, sha256: String, bytes: Int, way: [String]) {
    self.folder = folder
    sourceBytes = bytes
    let key = SHA256.hex(([sha256] + way).joined(separator: "\n").utf8)
    path = "\(folder.path)/tables/\(key.prefix(32))"
  }

  /// The table as it was read before; else it is read now and kept.
  ///
  /// - Parameters:
  ///   - name: what messages call the file.
  ///   - read: reads it into a store.
  /// - Returns: what a reader should know of the cache, too.
  /// - Throws: `Problem` where the file cannot be read, or the disk has no room.
  package func table(
    called name: String, _ read: (TableStore) throws -> DataTable
  ) throws -> (table: DataTable, note: String) {
    var damaged = ""
    if access("\(path)/index", F_OK) == 0 {
      if let table = stored(name) {
        utimes("\(path)/index", nil)
        return (
          table, "\(name): its columns were read before and lie in \(path), \(size(of: path))"
        )
      }
      damaged = ", made again since it was damaged or for more memory"
      remove(path)
    }
    let table = try made(read)
    return (table, "\(name): its columns now lie in \(path), \(size(of: path))\(damaged)")
  }

  // MARK: Reading

  private func stored(_ name: String) -> DataTable? {
    guard let index = readIndex(), index.version == Self.version,
      let file = try? StoreFile(
        path: "\(path)/cells", isNew: false, fix: "remove \(path), so that it is made again"),
      file.end == index.bytes
    else { return nil }
    let store = TableStore(file, memory: folder.share, length: index.length)
    guard store.fits(columns: index.columns.count) else { return nil }
    return index.table(called: name, in: store)
  }

  private func readIndex() -> TableIndex? {
    guard var source = try? FileSource(path: "\(path)/index"),
      let bytes = try? source.readAll(limit: 1 << 28)
    else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    guard parts.count == 2, Array(parts[0]) == Self.sum(of: Array(parts[1])) else { return nil }
    return try? JSONDecoder().decode(TableIndex.self, from: Data(parts[1]))
  }

  /// What stands above an index.
  private static func sum(of bytes: [UInt8]) -> [UInt8] {
    Array(String(bytes.withUnsafeBytes(Checksum.of), radix: 16).utf8)
  }

  // MARK: Writing

  private func made(_ read: (TableStore) throws -> DataTable) throws -> DataTable {
    for folder in [folder.path, tables] where mkdir(folder, 0o777) != 0 && errno != EEXIST {
      throw Problem.system(errno, .creating, folder)
    }
    try makeRoom()
    let partial = "\(path).\(getpid()).partial"
    guard mkdir(partial, 0o777) == 0 || errno == EEXIST else {
      throw Problem.system(errno, .creating, partial)
    }
    do {
      let file = try StoreFile(
        path: "\(partial)/cells", isNew: true,
        fix: "free space on the disk, or choose another folder for `cache`")
      let table = try read(TableStore(file, memory: folder.share))
      let index = TableIndex(table, version: Self.version)
      try file.flush()
      let content = Array(try JSONEncoder().encode(index))
      let bytes = Self.sum(of: content) + [UInt8(ascii: "\n")] + content
      let written = try StoreFile(
        path: "\(partial)/index", isNew: true, fix: "free space on the disk")
      bytes.withUnsafeBytes { _ = written.append($0) }
      try written.flush()
      // Another process may have made the same; its files are as good, and ours stay open until the end.
      if rename(partial, path) != 0 { remove(partial) }
      return table
    } catch {
      remove(partial)
      throw error
    }
  }

  /// Removes the tables that were used longest ago until the next one has room. Its cells are hardly more than
  /// its file.
  private func makeRoom() throws {
    var others = kept()
    var used = others.reduce(0) { $0 + $1.bytes }
    while used + sourceBytes > folder.disk, let oldest = others.first {
      remove(oldest.path)
      used -= oldest.bytes
      others.removeFirst()
    }
    try folder.check(sourceBytes, used: used, for: "the columns of the table")
  }

  /// The tables that are kept, the one that was used longest ago first.
  private func kept() -> [(path: String, bytes: Int, time: Int)] {
    guard let list = opendir(tables) else { return [] }
    defer { closedir(list) }
    var found: [(path: String, bytes: Int, time: Int)] = []
    while let entry = readdir(list) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = "\(tables)/\(name)"
      var (cells, index) = (stat(), stat())
      guard !name.hasPrefix("."), stat("\(path)/cells", &cells) == 0 else { continue }
      guard stat("\(path)/index", &index) == 0, !name.hasSuffix(".partial") else {
        removeIfGivenUp(name)
        continue
      }
      found.append((path, Int(cells.st_size), index.changed))
    }
    return found.sorted { ($0.time, $0.path) < ($1.time, $1.path) }
  }

  /// Removes what a process that is gone has begun.
  private func removeIfGivenUp(_ name: String) {
    let parts = name.split(separator: ".")
    guard parts.count == 3, parts[2] == "partial", let process = pid_t(parts[1]),
      kill(process, 0) != 0, errno == ESRCH
    else { return }
    remove("\(tables)/\(name)")
  }

  /// Removes the files of a table; what has them open goes on reading them.
  private func remove(_ path: String) {
    for file in ["index", "cells"] { unlink("\(path)/\(file)") }
    rmdir(path)
  }

  private func size(of path: String) -> String {
    var facts = stat()
    return stat("\(path)/cells", &facts) == 0 ? Double(facts.st_size).byteText : "gone"
  }
}

extension stat {
  /// When the content was changed last, in seconds since 1970.
  fileprivate var changed: Int {
    #if canImport(Darwin)
      st_mtimespec.tv_sec
    #else
      st_mtim.tv_sec
    #endif
  }
}

/// What is known of a table beside its cells.
private struct TableIndex: Codable {
  struct Entry: Codable {
    var name: String
    var kind: Column.Kind
    var vocabulary: [String]?
    var reading: ColumnReading
    var places: [StoredPlace]
    var last: StoredPlace
  }

  var version: Int
  var count: Int
  /// Rows of a stretch of cells.
  var length: Int
  var bytes: Int
  var columns: [Entry]
  var lineOffsets: [DataTable.LineOffset]
  var addedGaps: [String]
  var unnamedColumns: Int?
  var layoutNotes: [String]

  private enum CodingKeys: String, CodingKey {
    case version, count, length, bytes, columns
    case lineOffsets = "line_offsets"
    case addedGaps = "added_gaps"
    case unnamedColumns = "unnamed_columns"
    case layoutNotes = "layout_notes"
  }

  init(_ table: DataTable, version: Int) {
    let file = table.store!.file
    columns = table.columns.map { Entry($0, in: file) }
    self.version = version
    count = table.count
    length = table.stretch!
    bytes = file.end
    lineOffsets = table.lineOffsets
    (addedGaps, unnamedColumns) = (table.addedGaps, table.unnamedColumns)
    layoutNotes = table.layoutNotes
  }

  /// Nil where cells are not those that were written.
  func table(called name: String, in store: TableStore) -> DataTable? {
    let cells = store.cells(columns: columns.count)
    var made: [Column] = []
    for entry in columns {
      guard let column = entry.column(cells), column.count == count else { return nil }
      made.append(column)
    }
    var table = DataTable(
      name: name, columns: made, count: count, lineOffsets: lineOffsets, addedGaps: addedGaps,
      unnamedColumns: unnamedColumns, layoutNotes: layoutNotes)
    table.store = store
    return table
  }
}

extension TableIndex.Entry {
  init(_ column: Column, in file: StoreFile) {
    func last(_ piece: some CellPiece) -> StoredPlace { piece.put(in: file) }
    (name, kind, reading) = (column.name, column.kind, column.reading)
    switch column.cells {
    case .numbers(let numbers), .dates(let numbers):
      (places, self.last) = (numbers.parts.places, last(numbers.parts.last))
    case .categories(let codes, let vocabulary):
      (places, self.last) = (codes.parts.places, last(codes.parts.last))
      self.vocabulary = vocabulary
    }
  }

  /// Every stretch is looked at once, so that a damaged one is found before anything is learned from it.
  func column(_ store: CellStore) -> Column? {
    switch kind {
    case .numeric, .date:
      guard let numbers: NumberCells = cells(store, { _ in true }) else { return nil }
      return Column(
        name: name, cells: kind == .date ? .dates(numbers) : .numbers(numbers), reading: reading)
    case .categorical, .image:
      let texts = vocabulary ?? []
      let known = -1..<Int32(texts.count)
      guard let codes: CategoryCells = cells(store, { $0.allSatisfy(known.contains) }) else {
        return nil
      }
      return Column(name: name, cells: .categories(codes, vocabulary: texts), reading: reading)
    }
  }

  private func cells<Piece>(
    _ store: CellStore, _ isGood: (Piece) -> Bool
  ) -> StoredCells<Piece>? {
    for place in places {
      guard let piece: Piece = place.piece(in: store.file), piece.count == store.length,
        isGood(piece)
      else { return nil }
    }
    guard let piece: Piece = last.piece(in: store.file), isGood(piece) else { return nil }
    return StoredCells(places, last: piece, in: store)
  }
}
