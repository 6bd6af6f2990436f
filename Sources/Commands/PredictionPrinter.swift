import Formatting
import Glassbox

/// What `glassbox predict` says of answers.
struct PredictionPrinter {
  private let output: OutputOptions

  init(_ output: OutputOptions) { self.output = output }

  private struct Answered: Encodable {
    let model: String
    let labels: [String]?
    /// The share of true answers that intervals or sets hold; nil for a model without.
    let coverage: Double?
    /// Of images, in the order of the predictions.
    let files: [String]?
    let notes: [String]
    let predictions: [Prediction]
  }

  /// Prints answers, as a table or as JSON.
  func show(
    _ predictions: [Prediction], _ files: [String]?, _ notes: [String], _ trained: TrainedModel,
    from model: String
  ) throws {
    guard output.json else {
      return print(
        PredictionTable(predictions, of: trained.preprocessing.targetNames, files: files).text)
    }
    try printJSON(
      Answered(
        model: try RunFolder.modelFile(of: model),
        labels: trained.labels.isEmpty ? nil : trained.labels,
        coverage: trained.calibration?.coverage, files: files, notes: notes,
        predictions: predictions))
  }

  /// What a reader should know of the file, and of the first rows of which anything was noted.
  func tell(_ summary: AnswerSummary) {
    for note in summary.notes { output.note(note) }
    for row in summary.noted {
      let start = summary.rows == 1 ? "" : "\(row.name): "
      for note in row.notes { output.note(start + note) }
    }
    let rest = summary.notedRows - summary.noted.count
    if rest > 0 { output.note("\(rest) more rows are far outside the training's ranges") }
  }

  func tellGuarded(_ count: Int, in path: String) {
    guard count > 0 else { return }
    output.note(
      "\(path): cells that a spreadsheet program would run as a formula begin with an apostrophe: "
        + "\(count)")
  }

  func tellWritten(_ summary: AnswerSummary, to path: String) {
    guard path != "-", !output.json else { return }
    print(
      "\(path): \(summary.rows) answers"
        + (summary.unanswered > 0 ? ", \(summary.unanswered) empty" : ""))
  }

  /// - Throws: `Failure` where rows have no answer, with what is wrong with the first.
  func end(_ summary: AnswerSummary) throws {
    guard summary.unanswered > 0 else { return }
    let rest = summary.unanswered - summary.problems.count
    throw Failure(
      status: .badData,
      text: "\(summary.unanswered) of \(summary.rows) have no answer:\n"
        + summary.problems.map(CommandText.withFlags).joined(separator: "\n")
        + (rest > 0 ? "\nand \(rest) more" : ""))
  }
}

/// A file of answers, or a part of one, as JSON tells it.
struct WrittenAnswers: Encodable {
  private let output: String
  /// Which part it is; nil for a whole.
  private let part: Int?
  private let parts: Int
  private let rows: Int
  private let unanswered: Int
  private let notes: [String]
  private let modelSHA256: String
  /// Of the text of the file that was answered; nil for a part.
  private let textSHA256: String?

  private enum CodingKeys: String, CodingKey {
    case output, part, parts, rows, unanswered, notes
    case modelSHA256 = "model_sha256"
    case textSHA256 = "text_sha256"
  }

  init(
    _ summary: AnswerSummary, in output: String, part: Int? = nil, parts: Int,
    modelSHA256: String, textSHA256: String? = nil
  ) {
    (self.output, self.part, self.parts) = (output, part, parts)
    (rows, unanswered, notes) = (summary.rows, summary.unanswered, summary.notes)
    (self.modelSHA256, self.textSHA256) = (modelSHA256, textSHA256)
  }
}
