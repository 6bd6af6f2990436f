import ArgumentParser
import Clusters
import Formatting
import Glassbox

/// `glassbox predict`
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer for new data.",
    discussion: """
      glassbox predict runs/students --input hours=3,sleep=7
      glassbox predict runs/students new.csv --json
      glassbox predict runs/students students.csv --output answers.csv --keep hours,sleep
      glassbox predict runs/animals cat.jpg dog.png

      The column that was learned may be missing or hold anything. A row or an image that cannot be read is \
      answered with its problem, and the command ends with exit code 65.

      A large file can be answered in parts by any number of machines, each with the same file and model; put \
      together they are the bytes that one process writes:
      glassbox predict runs/students students.csv --part 1/2 --output part-1.csv
      glassbox predict runs/students students.csv --part 2/2 --output part-2.csv
      glassbox predict --merge part-1.csv part-2.csv --output whole.csv
      """)

  @Argument(
    help: "A model file or the folder of a run; with --merge, the first part.", completion: .file())
  var model: String
  @Argument(
    help: """
      A CSV file, - for standard input, an IDX file of images, JPEG, PNG and WebP images, or a folder of \
      them; with --merge, the other parts.
      """, completion: .file())
  var data: [String] = []
  @Option(
    help: """
      One row: column=value,column=value, or its values in the order of the columns; what holds a comma \
      stands in double quotes.
      """)
  var input: String?
  @Option(
    name: .customLong("output"),
    help: "Write a table of answers (CSV); - for standard output.", completion: .file())
  var answers: String?
  @Option(help: "Columns of the file to put beside the answers, with commas between.")
  var keep: String?
  @Option(
    help: """
      Answer one part of the rows, such as 3/8, the third of eight: those that begin in its share of the \
      file's bytes.
      """)
  var part: String?
  @Flag(help: "Put the parts of a file of answers together, in any order.")
  var merge = false
  @Flag(help: "Replace a file of answers that exists.")
  var force = false
  @Option(help: "Threads for many rows; changes no bit of the answers.")
  var threads = 1
  @OptionGroup var file: FileOptions
  @OptionGroup(title: "Processes") var processes: ProcessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads: 1 to 1024") }
    if merge { return try validateMerge() }
    if let part { try validate(part) }
    guard data.isEmpty != (input == nil) else {
      throw ValidationError(
        data.isEmpty
          ? "give a model and then a data file or --input, such as: "
            + "glassbox predict \(model.shellQuoted) --input hours=3,sleep=7"
          : "give either a data file or --input, not both")
    }
    guard input == nil || answers == nil && keep == nil else {
      throw ValidationError("--output and --keep are for the rows of a file, not for --input")
    }
    guard keep == nil || answers != nil else {
      throw ValidationError("--keep: the columns to keep go into the file of --output")
    }
    guard answers != "-" || !output.json else {
      throw ValidationError("only one of --json and --output - can be standard output")
    }
  }

  private func validate(_ part: String) throws {
    do { _ = try FilePart(part) } catch let problem as Problem {
      throw ValidationError("--part: expected \(problem.expected), found \(problem.found)")
    }
    guard data.count == 1, data[0] != "-" else {
      throw ValidationError(
        "--part: give one file of rows; standard input cannot be entered in the middle")
    }
    guard let answers, answers != "-" else {
      throw ValidationError(
        "--part: the answers of a part go into a file of their own; add --output part.csv")
    }
  }

  private func validateMerge() throws {
    guard part == nil, input == nil, keep == nil else {
      throw ValidationError("--merge: the parts say by themselves what they are; give them alone")
    }
    guard let answers else {
      throw ValidationError("--merge: say where the whole goes: --output FILE")
    }
    guard answers != model, !data.contains(answers) else {
      throw ValidationError("--merge: the whole cannot replace one of its parts")
    }
    guard answers != "-" || !output.json else {
      throw ValidationError("only one of --json and --output - can be standard output")
    }
  }

  func run() throws {
    if merge { return try merged() }
    let settings = try file.configuration().data
    // Processes that are told their parts, such as the tasks of a job, need not know of each other.
    if part == nil, let group = try processes.group() { return try share(group, settings) }
    let trained = try openModel(model)
    if let answers, answers != "-" { try AtomicFile.refuseToOverwrite(answers, force: force) }
    if let input { return try answer(input, trained, settings) }
    if let part { return try answer(FilePart(part), trained, settings) }
    if let answers, try goesPieceByPiece(trained, settings) {
      return try write(to: answers, trained, settings)
    }
    let found = try trained.predict(
      files: data, keeping: kept, settings: settings, threads: threads)
    let summary = AnswerSummary(of: found, data: data[0])
    let printed = PredictionPrinter(output)
    printed.tell(summary)
    if let answers {
      let guarded =
        answers == "-"
        ? try found.write { print($0, terminator: "") } : try found.write(to: answers, force: force)
      printed.tellGuarded(guarded, in: answers)
      printed.tellWritten(summary, to: answers)
    }
    if output.json || answers == nil {
      try printed.show(found.predictions, found.files, summary.notes, trained, from: model)
    }
    try printed.end(summary)
  }

  private var kept: [String] { keep.map(ListText.parts) ?? [] }

  /// A row of its own.
  private func answer(
    _ input: String, _ trained: TrainedModel, _ settings: DataSettings
  ) throws {
    var unseen = UnseenValues()
    let inputs = try trained.preprocessing.inputs(written: input, unseen: &unseen)
    if settings.strict { try unseen.refuse() }
    for note in unseen.notes { output.note(note) }
    let predictions = try trained.predict(
      Examples(shape: trained.preprocessing.inputShape, floats: inputs))
    let printed = PredictionPrinter(output)
    for note in predictions[0].notes ?? [] { output.note(note) }
    try printed.show(predictions, nil, unseen.notes, trained, from: model)
  }

  // MARK: Files of any size

  /// Whether answers are written while rows are read. JSON holds all of them at once, and what is strict
  /// says nothing on standard output before the last row is read.
  private func goesPieceByPiece(_ trained: TrainedModel, _ settings: DataSettings) throws -> Bool {
    guard data.count == 1, !output.json, answers != "-" || !settings.strict else { return false }
    return trained.answersRowsAlone(settings: settings)
  }

  /// Rows are read, answered and written a piece at a time.
  private func write(
    to path: String, _ trained: TrainedModel, _ settings: DataSettings
  ) throws {
    let summary = try working { told in
      guard path == "-" else {
        return try trained.writeAnswers(
          rowsOf: data[0], keeping: kept, settings: settings, threads: threads, toFile: path,
          force: force, told: told)
      }
      return try trained.writeAnswers(
        rowsOf: data[0], keeping: kept, settings: settings, threads: threads, told: told
      ) { print($0, terminator: "") }.summary
    }
    try tell(summary, in: path)
  }

  private func tell(_ summary: AnswerSummary, in path: String) throws {
    let printed = PredictionPrinter(output)
    printed.tell(summary)
    printed.tellGuarded(summary.guarded, in: path)
    printed.tellWritten(summary, to: path)
    try printed.end(summary)
  }

  private func answer(
    _ part: FilePart, _ trained: TrainedModel, _ settings: DataSettings
  ) throws {
    guard let answers else { return }
    let answered = try working { told in
      try trained.writeAnswers(
        rowsOf: data[0], part: part, keeping: kept, settings: settings, threads: threads,
        toFile: answers, force: force, told: told)
    }
    if output.json {
      try printJSON(
        WrittenAnswers(
          answered.answers, in: answers, part: part.number, parts: part.count,
          modelSHA256: answered.modelSHA256))
    }
    try tell(answered.answers, in: answers)
  }

  /// Puts parts together.
  private func merged() throws {
    guard let answers else { return }
    if answers != "-" { try AtomicFile.refuseToOverwrite(answers, force: force) }
    let parts = try AnswerParts([model] + data)
    if answers == "-" {
      // Nothing is printed of what is not whole.
      try parts.verify()
      var rest: [UInt8] = []
      try parts.write { bytes in
        rest += bytes
        // No letter is cut in two behind a line end.
        guard let last = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
        print(String(decoding: rest[...last], as: UTF8.self), terminator: "")
        rest.removeSubrange(...last)
      }
    } else {
      try parts.write(to: answers, force: force)
    }
    try tell(parts, in: answers)
  }

  private func tell(_ parts: AnswerParts, in path: String) throws {
    if output.json {
      try printJSON(
        WrittenAnswers(
          parts.summary, in: path, parts: parts.count, modelSHA256: parts.modelSHA256,
          textSHA256: parts.textSHA256))
    }
    try tell(parts.summary, in: path)
  }

  /// One of several processes that were started with the same command line.
  private func share(_ group: MPIGroup, _ settings: DataSettings) throws {
    guard input == nil, data.count == 1, data[0] != "-", let answers, answers != "-"
    else {
      let problem = "several processes answer one file of rows: add --output FILE"
      guard group.rank == 0 else {
        group.finish()
        throw ExitCode(ExitStatus.usage.rawValue)
      }
      group.finish()
      throw Failure(status: .usage, text: problem)
    }
    try SharedScoring(group: group, output: answers, force: force).run(
      { try openModel(model) },
      { trained, part, path in
        _ = try working(isQuiet: group.rank != 0) { told in
          try trained.writeAnswers(
            rowsOf: data[0], part: part, keeping: kept, settings: settings, threads: threads,
            toFile: path, force: true, told: told)
        }
      },
      lead: { try tell($0, in: answers) })
  }

  /// Work that shows how far it is, and ends at Ctrl-C with nothing half-written.
  private func working<Result>(
    isQuiet: Bool = false, _ body: ((_ done: Int, _ of: Int?) throws -> Void) throws -> Result
  ) throws -> Result {
    Interruption.watch()
    let progress = WorkProgress("answering bytes", isQuiet: isQuiet || output.quiet)
    defer { progress.end() }
    return try body { done, all in
      if Interruption.isRequested { throw ExitCode(ExitStatus.interrupted.rawValue) }
      if let all { progress.show(done, all) }
    }
  }
}
