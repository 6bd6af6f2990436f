package import Datasets
import Engine

/// Where data lie: a table, a pair of IDX files with images and their labels, or a folder with a
/// folder of images for each class.
package enum DataLocation: Sendable, Equatable {
  case table(String)
  case idx(String, labels: String)
  case folder(String)

  /// `file.csv`, `-` for standard input, `images:labels`, or a folder that exists.
  package init(_ text: String) {
    if ImageFolder.isFolder(text) {
      let end = text.lastIndex { $0 != "/" }
      self = .folder(end.map { String(text[...$0]) } ?? text)
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    self =
      parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
      ? .idx(String(parts[0]), labels: String(parts[1])) : .table(text)
  }

  /// Its files.
  package var paths: [String] {
    switch self {
    case .table(let path), .folder(let path): [path]
    case .idx(let images, let labels): [images, labels]
    }
  }

  /// The folder that a table lies in, where the paths in it begin; empty for the present one.
  package var folder: String {
    guard case .table(let path) = self, let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What a run on these data is called if nobody says: the file's name without folder and endings.
  package var stem: String {
    let file = paths[0].split(separator: "/").last { $0 != "." && $0 != ".." } ?? "data"
    let stem = file.split(separator: ".").first.map(String.init) ?? "data"
    return stem == "-" ? "data" : stem
  }
}

/// Examples as they were read, before any preprocessing.
package enum RawData: Sendable {
  case table(DataTable)
  case idx(IDX, labels: IDX)
  case images(ImageDataset)

  /// Says by a header, and the name of its file, what some columns hold.
  package typealias KindsOfColumns = (_ header: [String], _ file: String) throws -> [String: Column
    .Kind]

  /// Reads a file, a pair of files or a folder.
  ///
  /// - Parameters:
  ///   - options: for tables.
  ///   - kinds: for tables, of columns that are known from their header.
  ///   - imageOptions: for images.
  ///   - imageColumn: of a table.
  ///   - targets: the columns to be learned, by the header of a table.
  ///   - decoders: unpack IDX files and read images.
  ///   - isStreamed: whether a table must not be held in memory.
  ///   - readTable: reads what is opened.
  /// - Throws: `Problem`, all bad cells or files together.
  package init(
    _ location: DataLocation, options: TableOptions = TableOptions(),
    kinds: KindsOfColumns? = nil,
    imageOptions: ImageOptions = ImageOptions(), imageColumn: ImageColumn = .none,
    targets: (_ header: [String]) -> [String] = { _ in [] }, decoders: Decoders = .none,
    isStreamed: Bool = false,
    readTable: (any ByteSource, TableOptions) throws -> DataTable = {
      try DataTable(reading: $0, options: $1)
    }
  ) throws {
    switch location {
    case .table(let path):
      var source = try TableFile.open(
        path, decoders: decoders, isStreamed: isStreamed, takesArchives: !isStreamed)
      var options = options
      if let kinds {
        let header = try CSVReader(source, dialect: options.dialect).header
        options.kinds.merge(try kinds(header, source.name)) { $1 }
        try source.rewind()
      }
      let table = try readTable(source, options)
      self = .table(
        try table.openingImages(
          imageColumn, in: location.folder, targets: targets(table.columns.map(\.name)),
          imageOptions
        ) { try decoders.imageDecoder(for: path) })
    case .idx(let images, let labels):
      self = .idx(
        try IDX(path: images, gunzip: decoders.gunzip),
        labels: try IDX(path: labels, gunzip: decoders.gunzip))
    case .folder(let path):
      self = .images(
        try ImageDataset(path: path, imageOptions, decoder: decoders.imageDecoder(for: path)))
    }
  }

  /// With the rows of another file below those of a table.
  /// - Throws: `Problem` for data that are no table, and a file that cannot be read.
  func followed(by path: String, _ decoders: Decoders) throws -> RawData {
    guard case .table(let table) = self else {
      throw Problem.data(
        "more_rows", expected: "none beside images", found: "`\(path)`", fix: "leave it out")
    }
    return .table(
      try table.appending(
        DataTable(
          reading: TableFile.open(path, decoders: decoders), options: table.optionsOfMoreRows)))
  }

  /// Whether a table's cells lie in a file, since they do not fit into memory.
  var isStored: Bool { if case .table(let table) = self { table.isStored } else { false } }

  /// How many examples.
  package var count: Int {
    switch self {
    case .table(let table): table.count
    case .idx(let images, _): images.shape[0]
    case .images(let images): images.files.count
    }
  }

  /// Whether the target's numbers were taken for classes or amounts, if both would do.
  func targetNote(_ settings: DataSettings) throws -> [String] {
    guard case .table(let table) = self, settings.task == nil else { return [] }
    let targets = settings.targets(of: table)
    guard !targets.isEmpty else { return [] }
    return try LearningTask.Choice.note(on: targets.map(table.column)).map { [$0] } ?? []
  }

  /// The images, of a folder or a table.
  var pictures: ImageDataset? {
    switch self {
    case .images(let images): images
    case .table(let table): table.images?.dataset
    case .idx: nil
    }
  }

  /// What messages call an example.
  func name(ofRow row: Int) -> String {
    if case .table(let table) = self, let steps = table.steps {
      return "the sequence from row \(steps.rows[row][0] + 1) on"
    }
    return pictures?.files[row].path ?? "row \(row + 1)"
  }

  /// What each column holds, a line for each.
  var columns: [String] {
    switch self {
    case .table(let table): table.steps?.columns ?? table.columns.map(\.summary)
    case .idx(let images, let labels):
      ["\(images.name): \(images.shape)", "\(labels.name): \(labels.shape)"]
    case .images(let images):
      images.classes.enumerated().map { place, name in
        "\(name): \(images.files.count { $0.label == place }) images"
      }
    }
  }

  /// What a reader should know: files that were left out, cells that are hardly meant as they stand.
  var notes: [String] {
    switch self {
    case .images(let images): images.notes
    case .table(let table): table.notes
    case .idx: []
    }
  }

  /// What some rows hold that training did not see; nil for all rows.
  func unseen(by preprocessing: Preprocessing, rows: RowNumbers? = nil) -> UnseenValues {
    guard case .table(let table) = self else { return UnseenValues() }
    return preprocessing.unseen(in: table, rows: rows)
  }

  /// The same of all rows to be scored, with labels that have no place among the answers.
  func unseenToScore(by preprocessing: Preprocessing) -> UnseenValues {
    var unseen = unseen(by: preprocessing)
    if case .table(let table) = self { preprocessing.addUnseenLabels(in: table, to: &unseen) }
    return unseen
  }

  /// What a reader should know of images that come without the columns beside them; nil for none.
  func noteOnImagesAlone(
    _ preprocessing: Preprocessing, strict: Bool, at location: String
  ) throws -> String? {
    guard case .images = self else { return nil }
    return try preprocessing.noteOnImagesAlone(strict: strict, at: location)
  }

  /// What a reader should know of columns that a model to start from has no input for; nil for none.
  func unusedNote(_ fitted: Preprocessing, from base: Preprocessing) -> String? {
    let known = Set(base.columns.map(\.name))
    let unused = fitted.columns.filter { $0.width > 0 && !known.contains($0.name) }.map(\.name)
    guard pictures != nil, !unused.isEmpty else { return nil }
    return "columns that the model of `from` has no inputs for are left out: "
      + Preprocessing.list(unused)
  }

  /// What a reader should know about rows that could not be encoded fully.
  func cuts(by preprocessing: Preprocessing) -> [String] {
    guard case .table(let table) = self else { return [] }
    return preprocessing.cuts(in: table)
  }

  /// The class of each example, for drawing a stratified split; nil for regression.
  ///
  /// - Parameter rows: those that are used.
  func strata(_ settings: DataSettings, rows: RowNumbers) throws -> Split.Strata? {
    switch self {
    case .idx(_, let labels):
      let numbers = try labels.labels()
      return Split.Strata(rows.map { numbers[$0] })
    case .images(let images): return Split.Strata(rows.map { images.files[$0].label })
    case .table(let table):
      let columns = try settings.targets(of: table).map(table.column)
      guard let column = columns.first, columns.count == 1,
        (settings.task ?? LearningTask.Choice(inferredFrom: column)).isClassification
      else { return nil }
      return column.strata(rows)
    }
  }

  /// Learns a preprocessing from some rows.
  func fit(
    _ settings: DataSettings, rows: RowNumbers, options: PreprocessingOptions
  ) throws -> Preprocessing {
    switch self {
    case .idx(let images, let labels):
      try Preprocessing(fitting: images, labels: labels, rows: Array(rows))
    case .images(let images):
      try Preprocessing(fitting: images, rows: Array(rows), scaling: options.scaling)
    case .table(let table):
      try Preprocessing(
        fitting: table, targets: settings.targets(in: table.columns.map(\.name)), numbered: rows,
        options: options)
    }
  }

  /// Inputs and targets of examples.
  ///
  /// - Parameter rows: of a table; nil for all that have a target.
  package func dataset(_ preprocessing: Preprocessing, rows: RowNumbers? = nil) throws -> Dataset {
    switch self {
    case .idx(let images, let labels): try preprocessing.dataset(images, labels: labels)
    case .images(let images): try preprocessing.dataset(images)
    case .table(let table): try preprocessing.dataset(table, numbered: rows)
    }
  }

  /// The same to be scored: rows of classes that training never saw have the indices behind the known.
  func datasetToScore(_ preprocessing: Preprocessing) throws -> Dataset {
    switch self {
    case .idx(let images, let labels): try preprocessing.datasetToScore(images, labels: labels)
    case .images(let images): try preprocessing.datasetToScore(images)
    case .table(let table): try preprocessing.datasetToScore(table)
    }
  }
}
