package import Datasets
import Engine
import Networks

/// The answers for the rows of a file, or for images: one for each, whether or not it could be read.
public struct FilePredictions: Sendable {
  /// In the order of the rows or images; those that could not be read say their problem.
  public internal(set) var predictions: [Prediction]
  /// The images, in the same order; nil for rows of a table.
  public internal(set) var files: [String]?
  /// What a reader should know of the file as a whole, such as values that training did not see.
  public internal(set) var notes: [String] = []
  /// Columns of the file that were asked for, each cell as it is written there.
  var kept: [(name: String, cells: [String])] = []
  /// What is answered.
  let targets: [String]
  /// What all answers have.
  let pattern: Prediction

  /// How many rows or images have no answer.
  public var unanswered: Int { predictions.count { $0.problem != nil } }
}

extension TrainedModel {
  /// The answers for all rows of a file, or for images.
  ///
  /// The target column is not looked at. A row or an image that cannot be read gets no answer, but says why;
  /// what training did not see is answered and told in the notes. With `strict` among the settings each is a
  /// problem.
  ///
  /// - Parameters:
  ///   - paths: one table or IDX file, or images and folders of them; `-` is standard input.
  ///   - columns: of the table, to be kept beside the answers.
  ///   - settings: how the file is laid out; what training found out need not be said.
  ///   - threads: how many work on them; changes no bit of the answers.
  /// - Throws: `Problem` for a file that is missing, lacks a column, or is of another kind.
  public func predict(
    files paths: [String], keeping columns: [String] = [],
    settings: DataSettings = DataSettings(), threads: Int = 1
  ) throws -> FilePredictions {
    var limited = self
    limited.decoders = settings.limiting(decoders)
    return try limited.answers(for: paths, columns, settings, threads)
  }

  private func answers(
    for paths: [String], _ columns: [String], _ settings: DataSettings, _ threads: Int
  ) throws -> FilePredictions {
    switch preprocessing.inputs {
    case .columns, .sequence:
      guard paths.count == 1 else {
        throw Problem.data("data", expected: "one file of rows", found: "\(paths.count)")
      }
      return try predict(table: paths[0], columns, settings, threads)
    case .byteImages, .images:
      return try predict(pictures: paths, columns, settings, threads)
    }
  }

  private func predict(
    table path: String, _ columns: [String], _ settings: DataSettings, _ threads: Int
  ) throws -> FilePredictions {
    let options = try rowOptions(keeping: columns, settings)
    guard Self.answersRowsAlone(options) else {
      return try predict(table(path, options), settings, threads)
    }
    var found = FilePredictions(
      predictions: [], kept: columns.map { ($0, []) }, targets: preprocessing.targetNames,
      pattern: try answerPattern())
    let (summary, _) = try answers(
      rowsOf: path, keeping: columns, settings: settings, threads: threads
    ) { rows in
      found.predictions += rows.predictions
      for place in found.kept.indices { found.kept[place].cells += rows.kept[place].cells }
    }
    found.notes = summary.notes
    return found
  }

  /// The rows of a file of recent rows, with their targets where the file has them, and the answers for
  /// them.
  ///
  /// - Throws: `Problem` for a file that is missing, lacks a column, or is of another kind.
  package func answered(
    table path: String, settings: DataSettings = DataSettings()
  ) throws -> (table: DataTable, answers: FilePredictions) {
    var options = preprocessing.tableOptions(
      needsTarget: false, options: settings.tableOptions)
    preprocessing.useTargetsIfThere(&options)
    options.keepsBadRows = !settings.strict
    let table = try table(path, options)
    return (table, try predict(table, settings, 1))
  }

  private func table(_ path: String, _ options: TableOptions) throws -> DataTable {
    try Self.refuseFolder(path)
    return try DataTable(path: path, options: options, decoders: decoders)
  }

  static func refuseFolder(_ path: String) throws {
    guard ImageFolder.isFolder(path) else { return }
    throw Problem.data(
      path, expected: "a table, as in training", found: "a folder",
      fix: "give a CSV file: this model was not trained with images")
  }

  private func predict(
    _ table: DataTable, _ settings: DataSettings, _ threads: Int
  ) throws -> FilePredictions {
    let (answered, problems) = try answered(table, from: 0, threads)
    if settings.strict {
      try Problem.throwIfAny(
        (table.steps?.problems ?? [:]).sorted { $0.key < $1.key }.prefix(Problem.limit).map(\.value)
      )
    }
    let unseen = preprocessing.unseen(
      in: table,
      rows: problems.isEmpty
        ? nil : RowNumbers((0..<table.count).filter { problems[$0] == nil }))
    if settings.strict {
      try Problem.throwIfAny(
        problems.sorted { $0.key < $1.key }.prefix(Problem.limit).map(\.value))
      try unseen.refuse()
    }
    let pattern = try answerPattern()
    return FilePredictions(
      predictions: table.steps.map { Self.ofRows($0, answered) } ?? answered,
      notes: table.notes
        + (unseen.notes + preprocessing.cuts(in: table)).map { "\(table.name): \($0)" },
      kept: table.kept, targets: preprocessing.targetNames,
      pattern: table.steps == nil ? pattern : pattern.steps?.first ?? pattern)
  }

  /// The answers for the rows of a table, and by their places those that have none and why.
  /// - Parameter first: how many rows stand before, for messages.
  func answered(
    _ table: DataTable, from first: Int, _ threads: Int
  ) throws -> (predictions: [Prediction], problems: [Int: Problem]) {
    let encoded = try preprocessing.encoding(table)
    var problems = encoded.problems.merging(table.badRows) { $1 }
    if let range = TokenRange(of: layers) {
      for row in 0..<table.count where problems[row] == nil {
        problems[row] = range.problem(
          encoded.inputs[row], row: first + row, names: preprocessing.inputNames, in: table.name)
      }
    }
    let answers = try answers(for: encoded.inputs, threads: threads, from: first)
    for (row, problem) in answers.problems where problems[row] == nil { problems[row] = problem }
    var predictions = answers.predictions
    for (row, problem) in problems { predictions[row] = Prediction(problem: "\(problem)") }
    return (predictions, problems)
  }

  /// The answers for the rows of a file that are the steps of sequences.
  private static func ofRows(_ steps: TableSteps, _ sequences: [Prediction]) -> [Prediction] {
    var predictions = [Prediction](
      repeating: Prediction(problem: "no step that the network knows"), count: steps.count)
    for (row, problem) in steps.problems { predictions[row] = Prediction(problem: "\(problem)") }
    for (rows, sequence) in zip(steps.rows, sequences) {
      for (place, row) in rows.enumerated() {
        if let problem = sequence.problem {
          predictions[row] = Prediction(problem: problem)
        } else if let answers = sequence.steps, answers.indices.contains(place) {
          predictions[row] = answers[place]
        }
      }
      if let notes = sequence.notes, let first = rows.first { predictions[first].notes = notes }
    }
    return predictions
  }

  private func predict(
    pictures paths: [String], _ columns: [String], _ settings: DataSettings, _ threads: Int
  ) throws -> FilePredictions {
    if paths.count == 1, columns.isEmpty,
      try !ImageFolder.isFolder(paths[0])
        && !Self.listsImages(paths[0])
    {
      var source = try FileSource.opening(paths[0])
      let bytes = try source.readAll(limit: 1 << 32)
      if IDX.isIDX(bytes) {
        let images = try IDX(bytes, name: source.name, gunzip: decoders.gunzip)
        return FilePredictions(
          predictions: try predict(preprocessing.encode(images), threads: threads),
          notes: try preprocessing.noteOnImagesAlone(strict: settings.strict, at: source.name)
            .map { [$0] } ?? [],
          targets: preprocessing.targetNames, pattern: try answerPattern())
      }
      var images = AskedImages()
      try images.add(files: [source.name], for: preprocessing, strict: settings.strict)
      return try answers(for: images, settings, threads) { _ in bytes }
    }
    var options = settings.tableOptions
    options.keeping = columns
    let images = try askedImages(paths, options: options, strict: settings.strict)
    guard let first = images.files.first else {
      throw Problem.data(paths[0], expected: "at least one image", found: "an empty folder")
    }
    _ = try decoders.imageDecoder(for: first)
    return try answers(for: images, settings, threads) { path in
      var source = try FileSource(path: path)
      return try source.readAll(limit: ImageDecoder.fileLimit)
    }
  }

  /// One image after the other, so that any number of them fits into memory.
  private func answers(
    for images: AskedImages, _ settings: DataSettings, _ threads: Int,
    _ bytes: @escaping @Sendable (String) throws -> [UInt8]
  ) throws -> FilePredictions {
    let predictions = try Self.inParts(images.files.count, of: 1, threads: threads) { range in
      try range.map { place in
        do {
          if let problem = images.problems[place] { throw problem }
          let file = images.files[place]
          return try predict(image: bytes(file), name: file, columns: images.columns[place])
        } catch let problem as Problem where !settings.strict {
          return Prediction(problem: "\(problem)")
        }
      }
    }
    return FilePredictions(
      predictions: predictions, files: images.files, notes: images.notes, kept: images.kept,
      targets: preprocessing.targetNames, pattern: try answerPattern())
  }
}
