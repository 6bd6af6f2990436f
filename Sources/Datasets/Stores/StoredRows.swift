import Engine

/// Rows of floats one after the other in a file.
struct StoredRows: Sendable {
  let file: StoreFile
  /// Where the first lies.
  let offset: Int
  /// Numbers of a row.
  let width: Int

  /// Room for so many rows behind all that is in a file.
  init(_ file: StoreFile, count: Int, width: Int) {
    (self.file, self.width) = (file, width)
    offset = file.reserve(4 * count * width)
  }

  /// Writes neighbours.
  func write(_ numbers: [Float], at row: Int) {
    numbers.withUnsafeBytes { _ = file.write($0, at: offset + 4 * row * width) }
  }

  /// Copies neighbours; zeros where they cannot be read.
  func copy(_ row: Int, _ count: Int, into destination: UnsafeMutablePointer<Float>) {
    file.read(
      into: UnsafeMutableRawBufferPointer(start: destination, count: 4 * count * width),
      at: offset + 4 * row * width)
  }
}

extension Preprocessing {
  /// Inputs and targets of the parts of a split, written to a file, a stretch of the table after the other. Of
  /// the same bits as those of ``dataset(_:rows:)``.
  ///
  /// - Parameters:
  ///   - parts: ascending row numbers; a part without any becomes nil.
  ///   - folder: where the file lies.
  /// - Throws: `Problem` for cells that cannot be encoded, and where the disk is full.
  package func datasets(
    _ table: DataTable, _ parts: [RowNumbers], in folder: StoreFolder
  ) throws -> [Dataset?] {
    let width = inputShape.count
    let count = parts.reduce(0) { $0 + $1.count }
    try folder.check(
      4 * (count + parts[0].count) * (width + targetCount), for: "rows that are ready to learn from"
    )
    let file = try folder.file(for: "rows that are ready to learn from")
    let rooms = parts.map {
      (
        inputs: StoredRows(file, count: $0.count, width: width),
        targets: StoredRows(file, count: $0.count, width: targetCount)
      )
    }
    let step = max(1, min(table.stretch ?? 1 << 14, folder.share / (4 * (width + targetCount))))
    for first in stride(from: 0, to: table.count, by: step) {
      for (rows, room) in zip(parts, rooms) {
        let start = rows.count(before: first)
        let own = rows.rows(at: start..<rows.count(before: first + step))
        guard !own.isEmpty else { continue }
        let encoded = try columnInputs(of: table, own)
        try Problem.throwIfAny(
          encoded.problems.sorted { $0.key < $1.key }.prefix(Problem.limit).map(\.value))
        room.inputs.write(encoded.inputs, at: start)
        room.targets.write(try targetNumbers(table, rows: own), at: start)
      }
      try file.check()
    }
    try table.checkStore()
    let roles = (roles ?? RowRoles()).present(in: table)
    return try zip(parts, rooms).map { rows, room in
      guard !rows.isEmpty else { return nil }
      var data = try Dataset(
        inputs: Examples(shape: inputShape, count: rows.count, stored: room.inputs),
        targets: Examples(
          shape: targetCount == 1 ? .scalar : TensorShape(checking: [targetCount]),
          count: rows.count, stored: room.targets),
        weights: roles.weight.map { try table.weights($0, rows: rows) })
      data.folder = folder
      return data
    }
  }
}
