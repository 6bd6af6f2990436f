import Datasets
import Engine
import Platform
public import Training

/// Compares what a model is asked about with what it was trained on, and its answers with the truth where
/// that is known. It keeps counts, not rows, but of labelled ones their answers.
/// ```swift
/// var monitor = try ModelMonitor(trained)
/// let answer = try trained.predict(["hours": 3, "sleep": 7])
/// monitor.add(ObservedRow(time: 0, cells: ["hours": 3, "sleep": 7], prediction: answer))
/// print(try monitor.report().text)
/// ```
public struct ModelMonitor {
  private let model: TrainedModel
  private let rule: DriftRule
  private let windowMilliseconds: UInt64
  private let inputs: [(column: EncodedColumn, place: Int)]
  private let compared: Compared
  private var windows: [UInt64: Window] = [:]
  private var notes: [String] = []
  private var columnsLeftOut: Int
  private(set) var unreadable = 0
  private var firstUnreadable: String?
  private var withoutInputs = 0

  /// The most windows that are told apart; more are joined to the last.
  static let mostWindows = 400

  /// The columns that are compared.
  struct Compared {
    var references: [ReferenceColumn] = []
    /// The place of the first of three properties of images.
    var firstOfImage: Int?
    /// The place of what is answered.
    var answer: Int?
  }

  private var references: [ReferenceColumn] { compared.references }

  /// What was seen within a stretch of time.
  struct Window {
    var rows = 0
    /// The times of the first and the last row.
    var first = UInt64.max
    var last = UInt64.min
    var columns: [ObservedColumn]
    var confidences = ConfidenceSum()
    var latencies: [Double] = []
    var labelled = LabelledAnswers()
  }

  /// - Parameters:
  ///   - window: seconds of the stretches of time that are shown one by one.
  /// - Throws: `Problem` for a model that holds no summary of its training data, and for a rule that is
  ///   none.
  public init(
    _ model: TrainedModel, rule: DriftRule = DriftRule(), window: Double = 86_400
  ) throws {
    try rule.check()
    guard window >= 1, window <= 1e9 else {
      throw Problem.data("window", expected: "1 second to 30 years", found: "\(window) seconds")
    }
    guard let summary = model.dataSummary else {
      throw Problem.data(
        "model", expected: "a summary of the training data", found: "none",
        fix: "train the model again: models of old versions hold none")
    }
    (self.model, self.rule) = (model, rule)
    windowMilliseconds = UInt64(window * 1000)
    columnsLeftOut = summary.columnsLeftOut
    var compared = Compared()
    var inputs: [(column: EncodedColumn, place: Int)] = []
    if model.preprocessing.sequence == nil {
      let used = model.preprocessing.columns.filter { $0.width > 0 }
      for (column, seen) in zip(used, summary.columns) {
        inputs.append((column, compared.references.count))
        compared.references.append(ReferenceColumn(seen, .input, known: column.knownCategories))
      }
    } else {
      notes.append("inputs of sequences are not compared: the steps of one are no independent rows")
    }
    if let images = summary.images {
      compared.firstOfImage = compared.references.count
      compared.references += [
        ("brightness", images.brightness), ("contrast", images.contrast),
        ("sharpness", images.sharpness),
      ].map { ReferenceColumn($0, .image, $1, count: summary.rowsSeen) }
    }
    if let answers = summary.predictions, model.preprocessing.stepLabels == nil {
      compared.answer = compared.references.count
      compared.references.append(ReferenceColumn(answers, .answer, known: model.labels))
    }
    (self.compared, self.inputs) = (compared, inputs)
  }

  /// Counts a row.
  public mutating func add(_ row: ObservedRow) {
    var key = row.time / windowMilliseconds
    if windows[key] == nil, windows.count >= Self.mostWindows { key = windows.keys.max()! }
    let compared = compared
    windows[key, default: Window(columns: compared.references.map { ObservedColumn($0) })]
      .count(row, compared)
    if let problem = row.prediction.problem {
      leaveOut(problem)
    } else if let cells = row.cells {
      count(cells, in: key)
    } else if row.image == nil {
      withoutInputs += 1
    }
  }

  /// Cells of a table, or beside an image; a row that cannot be read counts in no column.
  private mutating func count(_ cells: [String: CellValue], in key: UInt64) {
    do {
      let values = try inputs.map { column, _ in
        try column.observed(cells[column.name] ?? .missing, at: "column `\(column.name)`")
      }
      for ((column, place), value) in zip(inputs, values) {
        let reference = references[place]
        switch value {
        case .number(let number): windows[key]!.columns[place].add(number, reference)
        case .category(let number):
          let names = column.knownCategories
          if names.indices.contains(number) {
            windows[key]!.columns[place].add(names[number], reference)
          } else {
            windows[key]!.columns[place].addOther()
          }
        case .unseen: windows[key]!.columns[place].addUnseen()
        case .missing, nil: windows[key]!.columns[place].addMissing()
        }
      }
    } catch { leaveOut("\(error)") }
  }

  private mutating func leaveOut(_ problem: String) {
    unreadable += 1
    if firstUnreadable == nil { firstUnreadable = problem }
  }

  /// What was seen so far.
  /// - Throws: `Problem` if labelled answers cannot be scored.
  public func report() throws -> MonitorReport {
    let order = windows.keys.sorted()
    var all = Window(columns: references.map { ObservedColumn($0) })
    for key in order { all.add(windows[key]!) }
    let columns = ColumnDrift.comparing(references, all.columns, rule: rule)
    let parts = try order.map { key -> MonitorReport.Window in
      let window = windows[key]!
      let start = key * windowMilliseconds
      return MonitorReport.Window(
        from: SystemClock.text(start), until: SystemClock.text(start + windowMilliseconds),
        window, try window.labelled.scores(of: model),
        ColumnDrift.comparing(references, window.columns, rule: rule))
    }
    return MonitorReport(
      rule: rule, columns: columns, windows: parts, total: all,
      performance: try all.labelled.scores(of: model), unreadable: unreadable, notes: allNotes(all))
  }

  private func allNotes(_ all: Window) -> [String] {
    var notes = notes
    if columnsLeftOut > 0 {
      notes.append("\(columnsLeftOut) columns are not compared: the summary leaves them out")
    }
    if withoutInputs > 0 {
      notes.append(
        "of \(withoutInputs) rows the log holds no inputs; serve with inputs kept to compare them")
    }
    if unreadable > 0 {
      notes.append(
        "\(unreadable) rows cannot be read by this model and count in no input; the first: "
          + (firstUnreadable ?? ""))
    }
    if all.labelled.notScored > 0 {
      notes.append(
        "\(all.labelled.notScored) rows with feedback are not scored: theirs is no truth of one class "
          + "or one number")
    }
    return notes
  }
}

extension ModelMonitor.Window {
  /// All but the cells.
  fileprivate mutating func count(_ row: ObservedRow, _ compared: ModelMonitor.Compared) {
    rows += 1
    (first, last) = (min(first, row.time), max(last, row.time))
    if let seconds = row.seconds, seconds.isFinite { latencies.append(seconds) }
    if let image = row.image, let first = compared.firstOfImage {
      for (place, number) in [image.brightness, image.contrast, image.sharpness].enumerated() {
        columns[first + place].add(number, compared.references[first + place])
      }
    }
    let prediction = row.prediction
    if let place = compared.answer {
      let reference = compared.references[place]
      if reference.isOrdered {
        columns[place].add(
          prediction.value ?? prediction.values?[reference.name] ?? .nan, reference)
      } else if let labels = prediction.labels {
        columns[place].add(labels.contains(reference.name) ? "yes" : "no", reference)
      } else {
        if let label = prediction.label { columns[place].add(label, reference) }
      }
    }
    if let probability = prediction.probabilities?.values.max(), prediction.label != nil {
      confidences.add(Double(probability))
    }
    if let truth = row.truth { labelled.add(prediction, truth) }
  }

  fileprivate mutating func add(_ other: ModelMonitor.Window) {
    rows += other.rows
    (first, last) = (min(first, other.first), max(last, other.last))
    for place in columns.indices { columns[place].add(other.columns[place]) }
    confidences.add(other.confidences)
    latencies += other.latencies
    labelled.add(other.labelled)
  }
}

extension EncodedColumn {
  /// Those that have inputs of their own.
  fileprivate var knownCategories: [String] {
    guard case .categories(let vocabulary, _, _) = encoding else { return [] }
    return vocabulary
  }
}
