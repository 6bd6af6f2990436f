public import Datasets
import Engine
public import Networks

/// Data ready to learn from: split, with a preprocessing learned from the training part only.
public struct PreparedData: Sendable {
  /// Fitted on the training part alone.
  public let preprocessing: Preprocessing
  /// What the weights are learned from.
  public let train: Dataset
  /// What chooses the best epoch; nil if there is none.
  public let validation: Dataset?
  /// Sealed until the end.
  public let test: Dataset?
  /// How the data file was split.
  public let split: Split
  package let manifest: SplitManifest
  /// Rows with the same inputs on two sides of the split of the data file.
  package let duplicates: Duplicates
  /// Images that are nearly the same on two sides of the split; nil for other data.
  package let nearDuplicates: NearDuplicates?
  /// What a reader should know: columns left out, duplicates.
  public let notes: [String]
  /// The model that the training starts from.
  public let base: TrainedModel?
  /// The SHA-256 of its file, as 64 hexadecimal digits.
  public let baseSHA256: String?
  /// What the data file holds, a line for each column.
  public let columns: [String]
  /// What they were prepared by.
  public let settings: DataSettings
  /// What read the data, and reads later ones.
  public let decoders: Decoders
  private let madeSummary = Once<DataSummary>()

  /// Reads, splits and prepares the files that a configuration names.
  ///
  /// - Parameters:
  ///   - registry: what a model to start from can name.
  ///   - decoders: unpack IDX files and read images.
  /// - Throws: `Problem`.
  public init(
    _ configuration: RunConfiguration, registry: Registry = .standard, decoders: Decoders = .none
  ) throws {
    try self.init(
      ReadData(configuration, registry: registry, decoders: decoders), configuration)
  }

  /// Splits and prepares a table in memory, as the settings say.
  ///
  /// - Parameters:
  ///   - configuration: says the target, the split and the scaling; it names no data file.
  ///   - registry: what a model to start from can name.
  /// - Throws: `Problem`.
  public init(
    table: DataTable, _ configuration: RunConfiguration, registry: Registry = .standard
  ) throws {
    guard configuration.data.source == nil else {
      throw Problem.data(
        "data", expected: "no data file beside a table in memory", found: "one",
        fix: "leave it out")
    }
    guard configuration.data.hasTarget else {
      throw ReadData.noTarget(table.columns.map(\.name))
    }
    let table =
      try configuration.data.series.map { try $0.windows(of: table, .whole) }
      ?? configuration.data.tableOptions.steps.map {
        try $0.options.sequences(of: table, labels: $0.label, ignoring: $0.ignored)
      } ?? table
    try self.init(
      ReadData(
        raw: .table(table), files: [], name: table.name,
        base: ReadData.base(configuration, registry), decoders: .none), configuration)
  }

  /// Parts that are prepared already, such as arrays.
  ///
  /// - Parameters:
  ///   - validation: decides which epoch is best; nil lets the training part do it.
  ///   - test: looked at once, at the end.
  ///   - preprocessing: what made the inputs and targets, and is stored with the model; see
  ///     `Preprocessing(columns:target:classes:)` for numbers that are taken as they are.
  /// - Throws: `Problem` where data and preprocessing do not fit, or the training part is empty.
  public init(
    train: Dataset, validation: Dataset? = nil, test: Dataset? = nil, preprocessing: Preprocessing
  ) throws {
    for (name, part) in [("train", train), ("validation", validation), ("test", test)] {
      if let part { try preprocessing.check(part, at: name) }
    }
    self.preprocessing = preprocessing
    (self.train, self.validation, self.test) = (train, validation, test)
    let counts = [train, validation, test].map { $0?.count ?? 0 }
    split = Split(
      train: Array(0..<counts[0]), validation: Array(counts[0]..<counts[0] + counts[1]),
      test: Array(counts[0] + counts[1]..<counts.reduce(0, +)))
    manifest = SplitManifest(split, rows: counts.reduce(0, +), files: [])
    duplicates = Duplicates(train: train, validation: validation, test: test)
    nearDuplicates = nil
    notes = preprocessing.notes + (duplicates.note().map { [$0] } ?? [])
    (base, baseSHA256, columns, decoders) = (nil, nil, [], .none)
    settings = DataSettings()
  }

  /// Splits and prepares what was read.
  ///
  /// - Parameter fold: the parts where a cross-validation decides them.
  /// - Throws: `Problem`.
  init(_ read: ReadData, _ configuration: RunConfiguration, fold: Split? = nil) throws {
    (self.base, baseSHA256) = read.base
    settings = configuration.data
    decoders = read.decoders
    let (raw, name, base) = (read.raw, read.name, read.base.model)
    var options = configuration.preprocessingOptions(base)
    if case .table(let table) = raw, let windows = table.windows, base == nil,
      configuration.network.readsSteps
    {
      options.sequence = SequenceOptions(windows.series.channels.map { $0.joined(separator: ",") })
    }
    try configuration.check(raw, from: base?.preprocessing)
    let parts = try DrawnSplit(raw, configuration.data, read.files, fold: fold)
    (split, manifest) = (parts.split, parts.manifest)
    var fitted = try raw.fit(configuration.data, rows: split[.train], options: options)
    var trialNotes: [String?] = []
    if base == nil {
      let trial = try ForecastTrial(
        raw, fitted, configuration.data.forecastAs,
        isLinear: configuration.data.targetScaling != .log, split, seed: configuration.data.seed)
      fitted = trial.chosen
      trialNotes.append(trial.note)
    }
    if configuration.data.targetScaling == .auto, base == nil, fitted.task == .regression,
      [nil, .value].contains(fitted.series?.form)
    {
      var options = options
      options.targetScaling = .auto
      let trial = try TargetScaleTrial(
        raw, linear: fitted,
        candidate: raw.fit(configuration.data, rows: split[.train], options: options), split,
        seed: configuration.data.seed)
      fitted = trial.chosen
      trialNotes.append(trial.note)
    }
    let preprocessing =
      try base.map { try Self.taken(from: $0.preprocessing, fitted, configuration) } ?? fitted
    try configuration.data.task?.check(preprocessing)
    self.preprocessing = preprocessing
    // Said before the first cell is found to be no token.
    if let network = configuration.network.layers {
      try configuration.check(network, reads: preprocessing)
    }
    let drawn = try DrawnData(raw, preprocessing, parts, read.folder, configuration)
    let tokens = TokenRange(of: configuration.network.layers?.layers ?? base?.layers ?? [])
    try drawn.check(tokens, names: preprocessing.inputNames, in: name)
    var train = drawn.train
    train.levelWeights()
    if configuration.data.augment != Augmentation() {
      train.augmentation = configuration.data.augment
    }
    self.train = train
    // What a model brings, all rows are new to.
    let unseen = raw.unseen(
      by: preprocessing, rows: base == nil ? split.rowsBesideTrain : nil)
    if configuration.data.strict { try unseen.refuse() }
    var later: [String] = []
    func part(_ given: DataPart, _ part: Split.Part) throws -> Dataset? {
      if case .file(let path) = given {
        let data = try Self.read(
          path, with: preprocessing, configuration: configuration, decoders: read.decoders,
          note: { later.append($0) })
        try tokens?.check(data.inputs, names: preprocessing.inputNames, in: path)
        return data
      }
      return drawn[part]
    }
    validation = try part(configuration.data.validation, .validation)
    test = try part(configuration.data.test, .test)
    let datasets: [Split.Part: Dataset?] = [.train: train, .validation: validation, .test: test]
    let hasFiles = configuration.data.validation.isFile || configuration.data.test.isFile
    duplicates =
      !hasFiles
      ? try drawn.duplicates(parts)
      : Duplicates(train: train, validation: validation, test: test)
    nearDuplicates = NearDuplicates(train: train, validation: validation, test: test)
    let called = { [split] (part: Split.Part, row: Int) -> String in
      if let images = datasets[part]??.images { return images[row].file }
      // A part of the data file counts as that does.
      return "row \((split[part].isEmpty ? row : split[part][row]) + 1)"
    }
    try drawn.train.inputs.check()
    columns = raw.columns
    notes =
      raw.notes + (try raw.targetNote(configuration.data)) + parts.notes
      + trialNotes.compactMap(\.self)
      + preprocessing.targetNotes
      + preprocessing.notes
      + unseen.notes + raw.cuts(by: preprocessing) + later
      + (try raw.noteOnImagesAlone(preprocessing, strict: configuration.data.strict, at: name)
        .map { [$0] } ?? [])
      + (base.flatMap { raw.unusedNote(fitted, from: $0.preprocessing) }.map { [$0] } ?? [])
      + (duplicates.note(hasFiles ? called : { raw.name(ofRow: $1) }).map { [$0] } ?? [])
      + (nearDuplicates?.note(called).map { [$0] } ?? [])
      + read.notes
      + (configuration.network.unfreeze && base?.model.hasFrozenLayers == false
        ? ["unfreeze: no layer of the model was frozen; all learn, by a tenth of the usual rate"]
        : [])
  }

  /// How many rows each part has.
  public var rows: TrainingRecord.Rows {
    .init(train: train.count, validation: validation?.count ?? 0, test: test?.count ?? 0)
  }

  /// What the training part looks like, looked at when it is first asked for.
  /// - Throws: `Problem` if an image can no longer be read.
  public var summary: DataSummary {
    get throws { try madeSummary { try DataSummary(train, preprocessing) } }
  }

  /// Inputs as the model makes them; classes of the new data if they get a new last layer.
  private static func taken(
    from base: Preprocessing, _ fitted: Preprocessing, _ configuration: RunConfiguration
  ) throws -> Preprocessing {
    if configuration.network.head == .new {
      return base.answering(fitted.targetNames, fitted.target, roles: fitted.roles)
    }
    let unknown = fitted.classes.filter { !base.classes.contains($0) }
    guard fitted.task == base.task, fitted.targetCount == base.targetCount, unknown.isEmpty else {
      throw Problem.data(
        "head", expected: "the classes of the model: " + base.classes.joined(separator: ", "),
        found: fitted.classes.isEmpty ? "numbers" : fitted.classes.joined(separator: ", "),
        fix: "set `head: new` for a last layer that learns the new ones")
    }
    return base.answering(base.targetNames, base.target, roles: fitted.roles)
  }

  /// Reads later data as a preprocessing asks.
  ///
  /// What training did not see is answered and told to `note`; with the setting `strict` it is a problem.
  ///
  /// - Parameters:
  ///   - source: a table, `images:labels` for a pair of IDX files, a folder with a folder of images for
  ///     each class, or one image in a folder that is called as its class.
  ///   - configuration: says how the file is laid out, how a folder's images are kept, and whether bad ones
  ///     are left out.
  ///   - target: the class of one image; nil for the name of its folder.
  ///   - isScored: whether rows of classes that training never saw are kept, to be counted as wrong by
  ///     ``TrainedModel/evaluate(_:threads:kernels:)``, instead of being a problem.
  ///   - note: is told what a reader should know.
  /// - Throws: `Problem`.
  public static func read(
    _ source: String, with preprocessing: Preprocessing,
    configuration: RunConfiguration = RunConfiguration(), decoders: Decoders = .none,
    target: String? = nil, isScored: Bool = false, note: (String) -> Void = { _ in }
  ) throws -> Dataset {
    if let pictures = try LabelledPictures(source, preprocessing, target) {
      return try pictures.dataset(
        preprocessing, configuration.data.limiting(decoders), strict: configuration.data.strict,
        note: note)
    }
    guard target == nil else {
      throw Problem.data(
        "target", expected: "none, since the data hold what is right", found: "`\(target ?? "")`",
        fix: "leave it out")
    }
    var imageOptions = configuration.imageOptions
    if let encoding = preprocessing.imagePreprocessing { imageOptions.prepare(as: encoding) }
    let raw = try RawData(
      DataLocation(source),
      options: preprocessing.tableOptions(
        needsTarget: true, options: configuration.data.tableOptions),
      imageOptions: imageOptions, imageColumn: preprocessing.imageColumn,
      targets: { _ in preprocessing.targetNames }, decoders: decoders)
    let unseen =
      isScored ? raw.unseenToScore(by: preprocessing) : raw.unseen(by: preprocessing)
    if configuration.data.strict { try unseen.refuse() }
    let alone = try raw.noteOnImagesAlone(
      preprocessing, strict: configuration.data.strict, at: source)
    for text in raw.notes + (alone.map { [$0] } ?? []) { note(text) }
    for text in unseen.notes + raw.cuts(by: preprocessing) { note("\(source): \(text)") }
    let data =
      try isScored ? raw.datasetToScore(preprocessing) : raw.dataset(preprocessing)
    for text in data.notes { note(text) }
    guard isScored else { return data }
    if configuration.data.strict { try data.refuseUnseenClasses(preprocessing, in: source) }
    if let text = data.unseenClassNote(preprocessing) { note("\(source): \(text)") }
    return data
  }

  /// - Throws: `Problem` for a file that cannot be read.
  package static func file(_ path: String) throws -> SplitManifest.File {
    var source = try FileSource(path: path)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return SplitManifest.File(name: name, sha256: try source.sha256())
  }
}

extension LearningTask.Choice {
  /// - Throws: `Problem` when the target has too many or too few classes.
  func check(_ preprocessing: Preprocessing) throws {
    let count = preprocessing.classes.count
    guard self == .binary ? count == 2 : true else {
      throw Problem.data(
        "task", expected: "two classes in `\(preprocessing.targetName)` for binary",
        found: "\(count)",
        fix: "set `task: multiclass`, or leave it out")
    }
  }
}
