import Engine

/// A table of answers as it is written, some lines at a time: for each row its number, counted from 1, or the
/// image's file; the columns that were kept; the answer; why there is none.
struct AnswerTable {
  private let names: [String]
  private let columns: [Prediction.Column]
  private let haveSteps: Bool
  private let ofFiles: Bool
  /// How many texts got an apostrophe, since spreadsheet programs would run them.
  private(set) var guarded = 0

  /// - Parameters:
  ///   - pattern: what all answers have.
  ///   - names: of the columns that are kept.
  init(targets: [String], like pattern: Prediction, keeping names: [String], ofFiles: Bool) {
    (self.names, self.ofFiles) = (names, ofFiles)
    columns = Prediction.columns(like: pattern, targets: targets)
    haveSteps = pattern.steps != nil
  }

  /// The first line.
  mutating func header() -> String {
    func own(_ name: String) -> String { names.contains(name) ? "\(name) (predicted)" : name }
    let cells =
      [own(ofFiles ? "file" : "row")] + (haveSteps ? [own("step")] : []) + names
      + columns.map { own($0.name) } + [own("problem")]
    return cells.map { cell($0) }.joined(separator: ",") + "\n"
  }

  /// The lines of some answers.
  ///
  /// - Parameters:
  ///   - kept: the cells of these rows in the columns that are kept.
  ///   - files: of images, one for each answer.
  ///   - first: how many rows stand before.
  ///   - sink: takes some lines at a time.
  mutating func lines(
    of predictions: [Prediction], _ kept: [(name: String, cells: [String])], files: [String]?,
    from first: Int, _ sink: (String) throws -> Void
  ) throws {
    var text = ""
    for (row, step, prediction) in FilePredictions.lines(of: predictions) {
      text += files.map { cell($0[row]) } ?? "\(first + row + 1)"
      if haveSteps { text += "," + (step.map(String.init) ?? "") }
      for column in kept {
        text += ","
        text += cell(column.cells[row])
      }
      for column in columns {
        text += ","
        text += cell(column.text(prediction))
      }
      text += ","
      if let problem = prediction.problem { text += cell(problem) }
      text += "\n"
      if text.utf8.count > 1 << 16 {
        try sink(text)
        text = ""
      }
    }
    try sink(text)
  }

  private mutating func cell(_ text: String) -> String {
    let safe = FilePredictions.withoutFormula(text)
    if safe.utf8.count > text.utf8.count { guarded += 1 }
    return FilePredictions.quoted(safe)
  }
}
