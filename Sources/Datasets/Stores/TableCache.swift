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
/// Each is a folder of two files: `cells` and, written last, `index`: a checksum and JSON. It gets its name when
/// both are complete. Several processes may use the cache at once, on several machines.
package struct TableCache: Sendable {
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
    var why = ""
    if isComplete {
      let (table, fault) = stored(name)
      if let table {
        utimes("\(path)/index", nil)
        return (
          table, "\(name): its columns were read before and lie in \(path), \(size(of: path))"
        )
      }
      why =
        isComplete ? ", made again since \(fault)" : ", made again since somebody removed them"
      remove(path)
    }
    let table = try made(read)
    return (table, "\(name): its columns now lie in \(path), \(size(of: path))\(why)")
  }

  // MARK: Reading

  /// Whether there is an index, which is written last and removed first.
  private var isComplete: Bool { access("\(path)/index", F_OK) == 0 }

  /// - Returns: the table, or what is wrong with it.
  private func stored(_ name: String) -> (table: DataTable?, fault: String) {
    let damaged = "they were damaged"
    guard let content = indexContent() else { return (nil, damaged) }
    guard let index = try? JSONDecoder().decode(TableIndex.self, from: content),
      index.version == Self.version
    else { return (nil, "another version of the program wrote them") }
    guard
      let file = try? StoreFile(
        path: "\(path)/cells", isNew: false, fix: "remove \(path), so that it is made again"),
      file.end == index.bytes
    else { return (nil, damaged) }
    let store = TableStore(file, memory: folder.share, length: index.length)
    guard store.fits(columns: index.columns.count) else {
      return (nil, "they were made for more memory")
    }
    return (index.table(called: name, in: store), damaged)
  }

  /// What was written below its checksum; nil for anything else.
  private func indexContent() -> Data? {
    guard var source = try? FileSource(path: "\(path)/index"),
      let bytes = try? source.readAll(limit: 1 << 28)
    else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1)
    guard parts.count == 2, Array(parts[0]) == Self.sum(of: Array(parts[1])) else { return nil }
    return Data(parts[1])
  }

  /// What stands above an index.
  private static func sum(of bytes: [UInt8]) -> [UInt8] {
    Array(String(bytes.withUnsafeBytes(Checksum.of), radix: 16).utf8)
  }

  // MARK: Writing

  private func made(_ read: (TableStore) throws -> DataTable) throws -> DataTable {
    let partial = "\(path).\(SystemCall.newName).partial"
    do {
      let store = try begun(partial)
      let (table, file) = (try read(store), store.file)
      let index = TableIndex(table, version: Self.version)
      try store.check()
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

  /// Room for the cells of a table that is not yet complete.
  private func begun(_ partial: String) throws -> TableStore {
    for folder in [folder.path, tables] where mkdir(folder, 0o777) != 0 && errno != EEXIST {
      throw Problem.system(errno, .creating, folder)
    }
    // How much the cells take nobody knows before they are read: as much as the file, to begin with.
    return try alone {
      let room = try makeRoom(sourceBytes)
      guard mkdir(partial, 0o777) == 0 else { throw Problem.system(errno, .creating, partial) }
      let file = try StoreFile(
        path: "\(partial)/cells", isNew: true,
        fix: "free space on the disk, or choose another folder for `cache`")
      return TableStore(file, memory: folder.share, room: room) { bytes in
        try alone { try makeRoom(bytes, written: bytes) }
      }
    }
  }

  /// Does what no other process may do at the same time. Who may not lock the folder, or cannot, does it too.
  private func alone<Result>(_ body: () throws -> Result) throws -> Result {
    let lock = SystemCall.retrying {
      open("\(folder.path)/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    }
    guard lock >= 0 else { return try body() }
    defer { close(lock) }
    _ = SystemCall.lock(lock, waits: true)
    return try body()
  }

  /// Removes the tables that were used longest ago until another one has room; none where it cannot have it.
  ///
  /// - Parameters:
  ///   - bytes: what that takes.
  ///   - written: how many of them are on the disk already.
  /// - Returns: how many bytes it may take without others being removed.
  private func makeRoom(_ bytes: Int, written: Int = 0) throws -> Int {
    let others = kept()
    let all = others.reduce(0) { $0 + $1.bytes }
    var (used, old) = (all, 0)
    while used + bytes > folder.disk, old < others.count {
      used -= others[old].bytes
      old += 1
    }
    try folder.check(
      bytes, used: used, spare: all - used + written, for: "the columns of the table")
    for other in others[..<old] { remove(other.path) }
    return folder.disk - used
  }

  /// The tables that are kept, the one that was used longest ago first. What is none, and will be none, is removed.
  private func kept() -> [(path: String, bytes: Int)] {
    guard let list = opendir(tables) else { return [] }
    defer { closedir(list) }
    var found: [(path: String, bytes: Int, last: FileState)] = []
    while let entry = readdir(list) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      let path = "\(tables)/\(name)"
      guard !name.hasPrefix(".") else { continue }
      if name.hasSuffix(".partial") {
        if !StoreFile.isWritten("\(path)/cells") { remove(path) }
      } else if let cells = FileState(path: "\(path)/cells"),
        let index = FileState(path: "\(path)/index")
      {
        found.append((path, cells.bytes, index))
      } else {
        remove(path)
      }
    }
    return found.sorted {
      ($0.last.seconds, $0.last.nanoseconds, $0.path)
        < ($1.last.seconds, $1.last.nanoseconds, $1.path)
    }.map { ($0.path, $0.bytes) }
  }

  /// Removes the files of a table; what has them open goes on reading them.
  private func remove(_ path: String) {
    for file in ["index", "cells"] { unlink("\(path)/\(file)") }
    rmdir(path)
  }

  private func size(of path: String) -> String {
    FileState(path: "\(path)/cells").map { Double($0.bytes).byteText } ?? "gone"
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
