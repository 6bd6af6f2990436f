package import Datasets
import Engine
import Networks

/// Answers for rows of a file that follow each other.
package struct RowAnswers {
  /// How many rows of the file stand before.
  package let first: Int
  /// One for each row, whether or not it could be read.
  package let predictions: [Prediction]
  /// Columns of the file that were asked for, each cell as it is written there.
  package let kept: [(name: String, cells: [String])]
}

extension TrainedModel {
  /// Whether each row of a file of such options is answered by itself, so that a file can be answered in
  /// pieces: rows of a series, and rows that are the steps of sequences, are not.
  static func answersRowsAlone(_ options: TableOptions) -> Bool {
    options.windows == nil && options.steps == nil
  }

  /// Whether the rows of tables are answered, each by itself, so that a file of any size can be.
  package func answersRowsAlone(settings: DataSettings) -> Bool {
    (try? checkThatRowsStandAlone(settings: settings)) != nil
  }

  /// How files are read whose rows are answered.
  func rowOptions(keeping columns: [String], _ settings: DataSettings) throws -> TableOptions {
    guard columns.isEmpty || preprocessing.series == nil else {
      throw Problem.data(
        "columns to keep", expected: "none, since a forecast answers what no row holds yet",
        found: columns.joined(separator: ", "))
    }
    var options = preprocessing.tableOptions(
      needsTarget: false, options: settings.tableOptions)
    options.keepsBadRows = !settings.strict
    options.keeping = columns
    return options
  }

  /// Whether rows of tables are answered, each by itself.
  /// - Throws: `Problem` that says what else is answered, and what to do instead of cutting it in parts.
  package func checkThatRowsStandAlone(settings: DataSettings = DataSettings()) throws {
    func problem(_ found: String, _ fix: String) -> Problem {
      Problem.data("part", expected: "rows that are answered one by one", found: found, fix: fix)
    }
    switch preprocessing.inputs {
    case .byteImages, .images:
      throw problem("a model of images", "give each process images of its own")
    case .columns, .sequence: break
    }
    let options = try rowOptions(keeping: [], settings)
    if options.windows != nil {
      throw problem(
        "a forecast, which looks at whole series",
        "give each process a file of whole series, or answer the file as a whole")
    }
    if options.steps != nil {
      throw problem(
        "sequences whose steps are rows",
        "give each process a file of whole sequences, or answer the file as a whole")
    }
  }

  /// Answers the rows of a file of any size, or of one part of it, a piece at a time.
  ///
  /// How the file is laid out and written is decided by its beginning and by the model, the same for each
  /// piece and part, and a row's answer does not depend on the rows beside it: all parts together are what
  /// one reading of the file gives.
  ///
  /// - Parameters:
  ///   - path: a table; `-` is standard input, read as it comes.
  ///   - part: which rows; nil for all.
  ///   - columns: of the table, to be kept beside the answers.
  ///   - settings: how the file is laid out; what training found out need not be said.
  ///   - threads: how many work on them; changes no bit of the answers.
  ///   - pieceRows: rows in memory at once; nil for as many as is sensible.
  ///   - told: hears which byte of the text is read, and where the rows end if that is known; what it throws ends the work.
  ///   - take: the answers of the next rows.
  /// - Returns: what is to be told of them, and of a part which rows it has.
  /// - Throws: `Problem` for a file that is missing, lacks a column, or is of another kind; in strict
  ///   reading, once all rows are read, the first things that are wrong with them.
  @discardableResult package func answers(
    rowsOf path: String, part: FilePart? = nil, keeping columns: [String] = [],
    settings: DataSettings = DataSettings(), threads: Int = 1, pieceRows: Int? = nil,
    told: (_ done: Int, _ of: Int?) throws -> Void = { _, _ in },
    _ take: (RowAnswers) throws -> Void
  ) throws -> (summary: AnswerSummary, cut: FileCut?) {
    try checkThatRowsStandAlone(settings: settings)
    try Self.refuseFolder(path)
    let options = try rowOptions(keeping: columns, settings)
    let source = try TableFile.open(
      path, decoders: settings.limiting(decoders), isStreamed: true)
    let pieces = try TablePieces(source, options, part: part, told: told)
    var summary = AnswerSummary(of: pieces.name)
    var problems: [Problem] = []
    while let table = try pieces.next(rows: pieceRows ?? self.pieceRows(threads)) {
      let (predictions, bad) = try answered(table, from: pieces.rowsBefore, threads)
      let good =
        bad.isEmpty ? nil : RowNumbers((0..<table.count).filter { bad[$0] == nil })
      summary.add(predictions, from: pieces.rowsBefore)
      preprocessing.addUnseen(in: table, rows: good, to: &summary.unseen)
      summary.add(preprocessing.cutSteps(in: table))
      if settings.strict {
        let sorted = bad.sorted { $0.key < $1.key }.map(\.value)
        problems += sorted.prefix(Problem.limit - problems.count)
      }
      try take(
        RowAnswers(first: pieces.rowsBefore, predictions: predictions, kept: table.kept))
      try told(pieces.position, pieces.end)
    }
    try pieces.throwProblems()
    try Problem.throwIfAny(problems)
    if settings.strict { try summary.unseen.refuse() }
    summary.findings = pieces.findings
    return (summary, pieces.cut)
  }

  /// So many rows that their inputs and outputs take a few megabytes, but enough for all threads.
  private func pieceRows(_ threads: Int) -> Int {
    let numbers = max(1, preprocessing.inputShape.count + model.outputCount)
    return min(max(Self.pieceNumbers / numbers, 64), 1024 * min(max(threads, 8), 64))
  }

  private static let pieceNumbers = 1 << 22

  /// What each of its answers has; the numbers mean nothing.
  func answerPattern() throws -> Prediction {
    let outputs = [Float](repeating: 0, count: model.outputCount)
    var pattern = preprocessing.stepLabels == nil ? answer(outputs) : answers(outputs, steps: 1)
    if model.isEnsemble { addDisagreement(of: outputs[...], to: &pattern) }
    return pattern
  }
}
