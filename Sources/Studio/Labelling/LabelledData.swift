import Datasets
import Engine
import Networks
import Platform
import Training

/// What is labelled: the pictures of a folder or the rows of a table.
struct LabelledData: Sendable {
  enum Kind: String, Encodable { case pictures, rows }

  struct Item: Sendable {
    /// What the journal calls it: of a picture its path in the folder; of a row what its cells come to, so
    /// that rows may be moved and added.
    let id: String
    let name: String
    /// The label that the data have already.
    let given: String?
    /// The picture's file.
    let picture: String?
  }

  /// As somebody wrote it.
  let path: String
  let kind: Kind
  /// The column of labels.
  let column: String
  let items: [Item]
  /// Of rows: the columns of the file, and the cells of each row as they stand there.
  let header: [String]
  let cells: [[String]]
  let notes: [String]

  static let usualColumn = "label"
  /// More classes than these are hardly classes.
  private static let mostClasses = 200

  /// - Parameters:
  ///   - column: of labels; nil for the usual name.
  ///   - foldersAreClasses: whether pictures have the name of the folder they lie in for a label; nil where
  ///     all of them lie in several folders.
  /// - Throws: `Problem` for what holds neither pictures nor rows.
  init(_ path: String, column: String?, foldersAreClasses: Bool?, _ decoders: Decoders) throws {
    let column = column?.trimmed ?? ""
    let name = column.isEmpty ? Self.usualColumn : column
    self =
      switch DataLocation(path) {
      case .folder(let folder): try Self.pictures(in: folder, name, foldersAreClasses)
      case .table(let file): try Self.rows(of: file, name, decoders)
      case .idx:
        throw Problem.data(
          path, expected: "a folder of pictures or a table", found: "a pair of IDX files",
          fix: "make a folder of pictures of it")
      }
    let classes = Set(items.compactMap(\.given)).count
    guard classes <= Self.mostClasses else {
      throw Problem.data(
        "\(path), column `\(name)`", expected: "at most \(Self.mostClasses) classes",
        found: "\(classes) different values", fix: "name a column of classes, or a new one")
    }
  }

  private init(
    path: String, kind: Kind, column: String, items: [Item], header: [String], cells: [[String]],
    notes: [String]
  ) {
    (self.path, self.kind, self.column, self.items) = (path, kind, column, items)
    (self.header, self.cells, self.notes) = (header, cells, notes)
  }

  // MARK: Pictures

  private static func pictures(
    in folder: String, _ column: String, _ foldersAreClasses: Bool?
  ) throws -> LabelledData {
    let files = try ImageFolder.files(below: folder)
    let pictures = files.filter(DataTable.namesImage)
    guard !pictures.isEmpty else {
      throw Problem.data(
        folder, expected: "pictures to label", found: "\(files.count) files, and no picture",
        fix: "name a folder with JPEG, PNG or WebP files, or a table")
    }
    var given: [String: String] = [:]
    var notes: [String] = []
    let folders = Set(pictures.map { $0.split(separator: "/").dropLast().first ?? "" })
    if foldersAreClasses ?? (folders.count > 1 && !folders.contains("")), folders != [""] {
      let listed = try ImageFolder(listing: folder)
      for file in listed.files {
        let inner = "\(listed.path)/\(file.path)".dropFirst(folder.count + 1)
        given[String(inner)] = listed.classes[file.label]
      }
      notes = listed.notes
    }
    if pictures.count < files.count {
      notes.append(
        "\(folder): files that are no pictures, passed over: \(files.count - pictures.count)")
    }
    return LabelledData(
      path: folder, kind: .pictures, column: column,
      items: pictures.map {
        Item(id: $0, name: $0, given: given[$0], picture: "\(folder)/\($0)")
      }, header: [], cells: [], notes: notes)
  }

  // MARK: Rows

  private static func rows(
    of file: String, _ column: String, _ decoders: Decoders
  ) throws -> LabelledData {
    let header = try CSVReader(TableFile.open(file, decoders: decoders)).header
    var options = TableOptions()
    (options.keeping, options.keepsBadRows) = (header, true)
    let table = try DataTable(path: file, options: options, decoders: decoders)
    let folder = DataLocation.table(file).folder
    let pictures = try? table.imagePaths(.found(besides: [column]), in: folder)
    let columns = table.kept.map(\.cells)
    let place = header.firstIndex(of: column)
    let labels = try place.map { try table.column(header[$0]) }
    var seen: [String: Int] = [:]
    var cells: [[String]] = []
    let items = (0..<table.count).map { row in
      let own = columns.map { $0[row] }
      cells.append(own)
      // Between cells a sign that no cell holds.
      let key = own.indices.filter { $0 != place }.map { own[$0] }.joined(separator: "\u{1F}")
      let hash = String(SHA256.hex(key.utf8).prefix(16))
      seen[hash, default: 0] += 1
      return Item(
        id: seen[hash] == 1 ? hash : "\(hash)-\(seen[hash]!)", name: "row \(row + 1)",
        given: labels.flatMap { $0.isMissing(row) ? nil : own[place!].trimmed },
        picture: pictures?.paths[row].map { DataTable.path($0, in: folder) })
    }
    guard !items.isEmpty else {
      throw Problem.data(file, expected: "rows to label", found: "none")
    }
    return LabelledData(
      path: file, kind: .rows, column: column, items: items, header: header, cells: cells,
      notes: table.notes
        + table.badRows.sorted { $0.key < $1.key }.prefix(Problem.limit).map {
          "row \($0.key + 1) cannot be read whole: \($0.value)"
        })
  }

  // MARK: Files beside the data

  /// The data's own place, by a name that others can stand beside.
  private var place: String {
    var stem = path
    while stem.count > 1, stem.hasSuffix("/") { stem.removeLast() }
    // Beside the present folder lies what its whole path says.
    if stem.split(separator: "/").allSatisfy({ $0 == "." || $0 == ".." }),
      let whole = realpath(stem, nil)
    {
      stem = String(cString: whole)
      free(whole)
    }
    if kind == .rows {
      for ending in [".gz", ".zip", ".csv", ".tsv", ".tab", ".txt"]
      where stem.lowercased().hasSuffix(ending) { stem.removeLast(ending.count) }
    }
    return stem
  }

  /// What the files beside the data are called, before their endings.
  private var stem: String {
    column == Self.usualColumn ? place : "\(place).\(column.replacing("/", with: "_"))"
  }

  /// The folder of pictures as a table beside it calls it: paths in a table begin at its own folder.
  private var folderInTable: String { place.split(separator: "/").last.map(String.init) ?? "" }

  /// Where a picture lies for whoever reads the table of labels.
  func pathInTable(of item: Item) -> String {
    guard kind == .pictures else { return item.picture ?? "" }
    return DataTable.path(
      "\(folderInTable)/\(item.id)", in: DataLocation.table(labelsPath).folder)
  }

  /// The labels, as a table that a training reads as it is.
  var labelsPath: String { "\(stem).labels.csv" }
  /// Who said what and when.
  var journalPath: String { "\(stem).answers.jsonl" }

  /// The table of labels.
  /// - Parameter labels: what each item is; nil for those that are left out.
  func csv(_ labels: [String?]) -> [UInt8] {
    var text = ""
    func add(_ cells: [String]) {
      text += cells.map(FilePredictions.quoted).joined(separator: ",") + "\n"
    }
    switch kind {
    case .pictures:
      let folder = folderInTable
      add(["file", column])
      for (item, label) in zip(items, labels) {
        if let label { add(["\(folder)/\(item.id)", label]) }
      }
    case .rows:
      let place = header.firstIndex(of: column)
      add(place == nil ? header + [column] : header)
      for (var row, label) in zip(cells, labels) {
        guard let label else { continue }
        if let place { row[place] = label } else { row.append(label) }
        add(row)
      }
    }
    return Array(text.utf8)
  }
}
