import Datasets
import Engine
import Networks
import Platform

/// The files that a configuration names, read once, whatever is prepared of them.
struct ReadData: Sendable {
  let raw: RawData
  /// With their hashes.
  let files: [SplitManifest.File]
  /// What messages call them.
  let name: String
  /// The model to start from, and its file's hash.
  let base: (model: TrainedModel?, hash: String?)
  /// What read them, and reads later ones.
  let decoders: Decoders
  /// Where rows lie that do not fit into memory; nil for data that do.
  var folder: StoreFolder?
  /// What a reader should know of how they were read.
  var notes: [String] = []
}

extension ReadData {
  /// Reads what a configuration names.
  ///
  /// - Parameters:
  ///   - registry: what a model to start from can name.
  ///   - decoders: unpack IDX files and read images.
  /// - Throws: `Problem`.
  init(_ configuration: RunConfiguration, registry: Registry, decoders: Decoders) throws {
    let location = try Self.location(configuration, decoders)
    try configuration.check(for: location)
    try configuration.checkMemory(for: location)
    let imageColumn = configuration.data.imageColumn
    if case .named(let column) = imageColumn { try configuration.checkMemory(pictures: column) }
    folder = try configuration.data.storeFolder()
    base = try Self.base(configuration, registry)
    var imageOptions = configuration.imageOptions
    if let encoding = base.model?.preprocessing.imagePreprocessing {
      imageOptions.prepare(as: encoding)
    }
    // Of a table that does not fit into memory the hash decides whether it was read before.
    let state = FileState(path: location.paths[0])
    let hashed = try folder == nil ? nil : location.paths.map(PreparedData.file)
    var kept: String?
    var raw = try RawData(
      location, options: configuration.data.tableOptions,
      kinds: configuration.kinds(configuration.preprocessingOptions(base.model)),
      imageOptions: imageOptions, imageColumn: imageColumn,
      targets: configuration.data.targets, decoders: decoders,
      isStreamed: folder != nil
    ) { [folder] source, options in
      guard let folder, let sha256 = hashed?.first?.sha256 else {
        return try DataTable(reading: source, options: options)
      }
      let found = try Self.kept(source, options, sha256, state, in: folder)
      if let column = try found.table.imageColumn(imageColumn, in: location.folder) {
        try configuration.checkMemory(pictures: column.name)
      }
      kept = found.note
      return found.table
    }
    notes = kept.map { [$0] } ?? []
    var files = try hashed ?? Self.files(location, raw)
    if let path = configuration.data.moreRows {
      raw = try raw.followed(by: path, decoders)
      files.append(try PreparedData.file(path))
    }
    self.raw = raw
    self.files = files
    name = location.paths[0]
    self.decoders = decoders
  }

  /// The columns of a table that does not fit into memory, as they were read before or are read now.
  ///
  /// - Parameter state: of the file before it was hashed.
  private static func kept(
    _ source: any ByteSource, _ options: TableOptions, _ sha256: String, _ state: FileState?,
    in folder: StoreFolder
  ) throws -> (table: DataTable, note: String) {
    let cache = TableCache(
      in: folder, sha256: sha256,
      bytes: try source.length ?? FileSource(path: source.name).length ?? 0,
      way: options.way + [ProgramVersion.number])
    return try cache.table(called: source.name) { store in
      var options = options
      options.store = store
      let table = try DataTable(reading: source, options: options)
      // Else cells of other bytes than those that were hashed would be kept for these.
      guard state == FileState(path: source.name) else {
        throw Problem(
          .inputOutput, source.name, expected: "a file that stays as it is while it is read",
          found: "one that was changed meanwhile", fix: "read it again when it is complete")
      }
      return table
    }
  }

  /// The model to start from, and its file's hash.
  static func base(
    _ configuration: RunConfiguration, _ registry: Registry
  ) throws -> (model: TrainedModel?, hash: String?) {
    guard let path = configuration.network.from else { return (nil, nil) }
    let file = try RunFolder.modelFile(of: path)
    let model = try TrainedModel(path: file, registry: registry)
    guard model.preprocessing.stepLabels == nil else {
      throw Problem.data(
        "from", expected: "a model with one answer for each row",
        found: "one that answers at each step",
        fix: "leave `from` out, and train on all rows together")
    }
    var source = try FileSource(path: file)
    let hash = try source.sha256()
    if let expected = configuration.network.fromSHA256, expected != hash {
      throw Problem(
        .malformed, file, expected: "the model that the run began with, SHA-256 \(expected)",
        found: "another, SHA-256 \(hash)",
        fix: "bring that model back, or begin a new run with this one for `from`")
    }
    return (model, hash)
  }

  private static func location(
    _ configuration: RunConfiguration, _ decoders: Decoders
  ) throws -> DataLocation {
    guard let data = configuration.data.source else {
      throw Problem.data("data", expected: "a data file", found: "none", fix: "name one")
    }
    let location = DataLocation(data)
    if case .table(let path) = location, !configuration.data.hasTarget {
      let reader = try CSVReader(
        TableFile.open(
          path, decoders: decoders, isStreamed: configuration.data.memory != nil,
          takesArchives: false),
        dialect: configuration.data.tableOptions.dialect)
      throw noTarget(reader.header)
    }
    return location
  }

  static func noTarget(_ names: [String]) -> Problem {
    Problem.data(
      "target", expected: "the column to learn", found: "none",
      fix: "set `target` to one of " + names.prefix(20).joined(separator: ", ")
        + (names.count > 20 ? ", …" : ""))
  }

  private static func files(
    _ location: DataLocation, _ raw: RawData
  ) throws -> [SplitManifest.File] {
    let pictures = raw.pictures.map { images in
      zip(images.files, images.hashes).map { SplitManifest.File(name: $0.path, sha256: $1) }
    }
    if case .folder = location { return pictures ?? [] }
    return try (pictures ?? [])
      + location.paths.filter { $0 != "-" }.map(PreparedData.file)
  }
}

extension RunConfiguration {
  /// - Throws: `Problem` where memory is bounded, for images that a column of a table names: they would lie in it.
  fileprivate func checkMemory(pictures column: String) throws {
    guard data.memory != nil else { return }
    throw Problem.data(
      "memory",
      expected: "a table without images; images have `cache_memory` and `cache_disk`",
      found: "column `\(column)`, which names images",
      fix: "leave it out, or set `kinds` to `\(column)=categorical` if the texts are no images")
  }
}
