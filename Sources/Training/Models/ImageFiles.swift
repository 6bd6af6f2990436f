package import Datasets
import Engine

extension TrainedModel {
  /// The image files that are meant by paths: the files themselves, those of folders, and those that
  /// tables name in a column.
  ///
  /// - Parameter options: how tables are laid out, and which columns of a table are kept.
  /// - Returns: the files, and the columns that were asked for.
  /// - Throws: `Problem` for folders and tables that cannot be read, and for columns of what has none.
  package func imageFiles(
    _ paths: [String], options: TableOptions = TableOptions()
  ) throws -> (files: [String], kept: [(name: String, cells: [String])]) {
    if paths.count == 1, try Self.listsImages(paths[0]) { return try listed(in: paths[0], options) }
    guard options.keeping.isEmpty else {
      throw Problem.data(
        "columns to keep", expected: "none, since images have no columns",
        found: options.keeping.joined(separator: ", "))
    }
    let files = try paths.flatMap { path in
      if ImageFolder.isFolder(path) {
        return try ImageFolder.files(below: path).map { "\(path)/\($0)" }
      }
      return try Self.listsImages(path) ? listed(in: path, options).files : [path]
    }
    return (files, [])
  }

  private func listed(
    in path: String, _ options: TableOptions
  ) throws -> (files: [String], kept: [(name: String, cells: [String])]) {
    let table = try DataTable(
      path: path, options: preprocessing.tableOptions(needsTarget: false, options: options),
      decoders: decoders)
    let folder = DataLocation.table(path).folder
    guard let found = try table.imagePaths(preprocessing.imageColumn, in: folder) else {
      throw Problem.data(
        path, expected: "a column of paths of images",
        found: table.columns.map(\.name).joined(separator: ", "),
        fix: "give images, a folder of them, or a table that names them")
    }
    let files = try found.paths.enumerated().map { row, file in
      guard let file else {
        throw Problem.data(
          "\(path):\(table.line(ofRow: row)), column `\(found.column)`",
          expected: "the path of an image", found: "an empty cell", fix: "remove the row")
      }
      return DataTable.path(file, in: folder)
    }
    return (files, table.kept)
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
