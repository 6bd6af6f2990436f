import Datasets
import Engine
import Networks

/// Images that are asked about, one for each answer.
struct AskedImages {
  /// Their paths; empty for a row of a table that names none.
  private(set) var files: [String] = []
  /// The inputs beside them, by their places; none for missing ones.
  private(set) var columns: [Int: [Float]] = [:]
  /// Why there is no answer, by their places.
  private(set) var problems: [Int: Problem] = [:]
  /// What a reader should know of a table that names them, or of images that come without one.
  private(set) var notes: [String] = []
  /// Columns of the table that were asked for.
  private(set) var kept: [(name: String, cells: [String])] = []

  /// Adds images without a table.
  mutating func add(files: [String], for preprocessing: Preprocessing, strict: Bool) throws {
    guard let first = files.first else { return }
    let name = files.count == 1 ? first : "\(first), …"
    if let note = try preprocessing.noteOnImagesAlone(strict: strict, at: name) {
      notes.append(note)
    }
    self.files += files
  }

  /// Adds the images that a table names.
  ///
  /// - Parameters:
  ///   - paths: one for each row; nil for an empty cell.
  ///   - column: that holds them.
  mutating func add(
    _ table: DataTable, _ paths: [String?], in column: String, _ preprocessing: Preprocessing,
    strict: Bool
  ) throws {
    let inputs = try preprocessing.columnInputs(of: table, RowNumbers(0..<table.count))
    var bad = inputs.problems.merging(table.badRows) { $1 }
    for (row, path) in paths.enumerated() where path == nil && bad[row] == nil {
      bad[row] = Problem.data(
        table.location(row: row, column: column), expected: "the path of an image",
        found: "an empty cell", fix: "fill it in, or remove the row")
    }
    let unseen = preprocessing.unseen(
      in: table,
      rows: bad.isEmpty ? nil : RowNumbers(paths.indices.filter { bad[$0] == nil }))
    if strict {
      try Problem.throwIfAny(bad.sorted { $0.key < $1.key }.prefix(Problem.limit).map(\.value))
      try unseen.refuse()
    }
    let width = preprocessing.columnWidth
    for row in paths.indices {
      columns[files.count + row] = Array(inputs.inputs[row * width..<(row + 1) * width])
      problems[files.count + row] = bad[row]
    }
    files += paths.map { $0 ?? "" }
    notes += table.notes + unseen.notes.map { "\(table.name): \($0)" }
    kept = table.kept
  }
}

extension TrainedModel {
  /// The images that are meant by paths: the files themselves, those of folders, and those that tables
  /// name in a column.
  ///
  /// - Parameters:
  ///   - options: how tables are laid out, and which columns of a table are kept.
  ///   - strict: whether rows that cannot be read, and what training did not see, are problems.
  /// - Throws: `Problem` for files, folders and tables that are not there, and for columns of what has none.
  func askedImages(
    _ paths: [String], options: TableOptions, strict: Bool
  ) throws -> AskedImages {
    guard try options.keeping.isEmpty || paths.count == 1 && Self.listsImages(paths[0]) else {
      throw Problem.data(
        "columns to keep", expected: "none, since images have no columns",
        found: options.keeping.joined(separator: ", "))
    }
    var images = AskedImages()
    for path in paths {
      if ImageFolder.isFolder(path) {
        let files = try ImageFolder.files(below: path).map { "\(path)/\($0)" }
        try images.add(files: files, for: preprocessing, strict: strict)
      } else if try Self.listsImages(path) {
        try add(path, options, strict: strict, to: &images)
      } else {
        // A name that was mistyped is no damaged image.
        if !AtomicFile.exists(path) { _ = try FileSource(path: path) }
        try images.add(files: [path], for: preprocessing, strict: strict)
      }
    }
    return images
  }

  private func add(
    _ path: String, _ options: TableOptions, strict: Bool, to images: inout AskedImages
  ) throws {
    var options = preprocessing.tableOptions(needsTarget: false, options: options)
    options.keepsBadRows = !strict
    let table = try DataTable(path: path, options: options, decoders: decoders)
    let folder = DataLocation.table(path).folder
    guard let found = try table.imagePaths(preprocessing.imageColumn, in: folder) else {
      throw Problem.data(
        path, expected: "a column of paths of images",
        found: table.columns.map(\.name).joined(separator: ", "),
        fix: "give images, a folder of them, or a table that names them")
    }
    try images.add(
      table, found.paths.map { $0.map { DataTable.path($0, in: folder) } }, in: found.column,
      preprocessing, strict: strict)
  }

  /// Whether a file is a table: a text, or called one.
  package static func listsImages(_ path: String) throws -> Bool {
    if path == "-" || DataTable.namesImage(path) || ImageFolder.isFolder(path) { return false }
    let endings = [".csv", ".tsv", ".tab", ".txt"]
    if endings.contains(where: { path.lowercased().replacing(".gz", with: "").hasSuffix($0) }) {
      return true
    }
    let source = try FileSource(path: path)
    var start = [UInt8](repeating: 0, count: 512)
    let count = try start.withUnsafeMutableBytes { try source.read(into: $0) }
    // No image or IDX file is a text: their first bytes are none.
    return count > 0 && !start[..<count].contains(0) && start[0] < 0x80
      && !start.starts(with: Decoders.gzipSignature)
  }
}
