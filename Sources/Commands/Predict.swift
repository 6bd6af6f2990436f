import ArgumentParser
import Codecs
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
      """)

  @Argument(help: "A model file or the folder of a run.", completion: .file())
  var model: String
  @Argument(
    help: """
      A CSV file, - for standard input, an IDX file of images, JPEG, PNG and WebP images, or a folder of \
      them.
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
  @Flag(help: "Replace a file of answers that exists.")
  var force = false
  @Option(help: "Threads for many rows; changes no bit of the answers.")
  var threads = 1
  @OptionGroup var file: FileOptions
  @OptionGroup var output: OutputOptions

  private struct Result: Encodable {
    let model: String
    let labels: [String]?
    /// The share of true answers that intervals or sets hold; nil for a model without.
    let coverage: Double?
    /// Of images, in the order of the predictions.
    let files: [String]?
    let notes: [String]
    let predictions: [Prediction]
  }

  func validate() throws {
    guard (1...1024).contains(threads) else { throw ValidationError("--threads: 1 to 1024") }
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

  func run() throws {
    let trained = try openModel(model)
    if let answers, answers != "-" { try AtomicFile.refuseToOverwrite(answers, force: force) }
    if let input { return try answer(input, trained) }
    let settings = try file.configuration().data
    let found = try trained.predict(
      files: data, keeping: keep.map(ListText.parts) ?? [],
      settings: settings, threads: threads)
    for note in found.notes { output.note(note) }
    tellNotes(found.predictions, found.files)
    if let answers { try write(found, to: answers) }
    if output.json || answers == nil {
      try show(found.predictions, found.files, found.notes, trained)
    }
    guard found.unanswered == 0 else { throw unanswered(found) }
  }

  /// A row of its own.
  private func answer(_ input: String, _ trained: TrainedModel) throws {
    var unseen = UnseenValues()
    let inputs = try trained.preprocessing.inputs(written: input, unseen: &unseen)
    if try file.configuration().data.strict { try unseen.refuse() }
    for note in unseen.notes { output.note(note) }
    let predictions = try trained.predict(
      Examples(shape: trained.preprocessing.inputShape, floats: inputs))
    tellNotes(predictions, nil)
    try show(predictions, nil, unseen.notes, trained)
  }

  private func show(
    _ predictions: [Prediction], _ files: [String]?, _ notes: [String], _ trained: TrainedModel
  ) throws {
    guard output.json else {
      return print(
        PredictionTable(predictions, of: trained.preprocessing.targetNames, files: files).text)
    }
    try printJSON(
      Result(
        model: try RunFolder.modelFile(of: model),
        labels: trained.labels.isEmpty ? nil : trained.labels,
        coverage: trained.calibration?.coverage, files: files, notes: notes,
        predictions: predictions))
  }

  private func write(_ found: FilePredictions, to path: String) throws {
    let guarded =
      path == "-"
      ? try found.write { print($0, terminator: "") } : try found.write(to: path, force: force)
    if guarded > 0 {
      output.note(
        "\(path): cells that a spreadsheet program would run as a formula begin with an apostrophe: "
          + "\(guarded)")
    }
    let count = found.predictions.count
    if path != "-", !output.json {
      print(
        "\(path): \(count) answers" + (found.unanswered > 0 ? ", \(found.unanswered) empty" : ""))
    }
  }

  /// What is wrong with the first rows that could not be answered.
  private func unanswered(_ found: FilePredictions) -> Failure {
    let problems = found.predictions.lazy.compactMap(\.problem)
    let rest = found.unanswered - Self.mostNoted
    return Failure(
      status: .badData,
      text: "\(found.unanswered) of \(found.predictions.count) have no answer:\n"
        + problems.prefix(Self.mostNoted).map(CommandText.withFlags).joined(separator: "\n")
        + (rest > 0 ? "\nand \(rest) more" : ""))
  }

  /// The rows that are noted one by one.
  private static let mostNoted = 10

  /// What was noted of each answer, of the first rows of which anything was.
  private func tellNotes(_ predictions: [Prediction], _ files: [String]?) {
    let noted = predictions.indices.filter { predictions[$0].notes != nil }
    for place in noted.prefix(Self.mostNoted) {
      let name = files?[place] ?? "row \(place + 1)"
      let start = predictions.count == 1 ? "" : "\(name): "
      for note in predictions[place].notes ?? [] { output.note(start + note) }
    }
    let rest = noted.count - Self.mostNoted
    if rest > 0 { output.note("\(rest) more rows are far outside the training's ranges") }
  }
}
