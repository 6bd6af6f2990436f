import Datasets
import Engine
import Formatting
import Training

/// The labelled rows that a live model was asked about: what is learned from, and what is held back.
struct LabelledTraffic: Sendable {
  /// What the challengers learn from, the oldest first.
  let training: [LabelledRow]
  /// The newest rows that the live model has not learned from: the challengers do not either.
  let recent: [LabelledRow]
  /// How many of the training rows the live model has not learned from.
  let added: Int
  /// What was found out about the feedback.
  let summary: FeedbackSummary

  /// Fewer rows that the live model has not learned from teach nothing and tell nothing.
  static let fewestRows = 20

  /// - Parameters:
  ///   - known: the rows that came with the live version.
  ///   - settings: how much is held back, and whom not to listen to.
  /// - Throws: `Problem` for a log without labelled rows of this model, or without their inputs.
  init(
    _ log: LogReader, of served: ServedModel,
    known: [(row: LabelledRow, use: FeedbackManifest.Use)], _ settings: RetrainingSettings
  ) throws {
    var reading = LogReading(served, settings)
    try log.forEach(labelled: true) { reading.add($0) }
    var rows = Dictionary(known.map { ($0.row.key, $0.row) }) { first, _ in first }
    for row in reading.rows { rows[row.key] = row }
    let all = rows.values.filter { !settings.withoutSources.contains($0.source ?? "") }
      .sorted(by: LabelledRow.isEarlier)
    let learned = Set(known.filter { $0.use == .training }.map(\.row.key))
    let unseen = all.filter { !learned.contains($0.key) }
    guard unseen.count >= Self.fewestRows else {
      throw reading.tooFew(unseen.count)
    }
    let held = min(
      unseen.count - 1,
      max(1, Int((settings.recentShare * Double(unseen.count)).rounded())))
    recent = Array(unseen.suffix(held))
    let isHeld = Set(recent.map(\.key))
    training = all.filter { !isHeld.contains($0.key) }
    added = unseen.count - held
    summary = FeedbackSummary(
      all, held: held, new: unseen.count, reading, isOfClasses: served.trained.task != .regression)
  }
}

/// What the labelled rows of a log hold, as a model reads them.
struct LogReading {
  private let name: String
  private let columns: [EncodedColumn]
  private let labels: Set<String>
  private let isOfNumbers: Bool
  private let excluded: Set<String>
  private(set) var rows: [LabelledRow] = []
  /// Rows that are not learned from, by why.
  private(set) var ofOtherModels = 0
  private(set) var withoutInputs = 0
  private(set) var unreadable = 0
  private(set) var unknownLabels: [String: Int] = [:]
  private(set) var revised = 0
  private(set) var excludedRows = 0

  init(_ served: ServedModel, _ settings: RetrainingSettings) {
    let model = served.trained
    name = served.identity.name
    columns = model.preprocessing.columns.filter { $0.width > 0 }
    labels = Set(model.labels)
    isOfNumbers = model.task == .regression
    excluded = Set(settings.withoutSources)
  }

  mutating func add(_ logged: LoggedPrediction) {
    guard logged.model.name == name else { return ofOtherModels += 1 }
    if let source = logged.source, excluded.contains(source) { return excludedRows += 1 }
    guard let inputs = logged.inputs else { return withoutInputs += 1 }
    let truth: String
    switch logged.truth {
    case .label(let label) where !isOfNumbers:
      guard labels.contains(label) else {
        unknownLabels[label, default: 0] += 1
        return
      }
      truth = label
    case .value(let value) where isOfNumbers && value.isFinite: truth = Column.label(value)
    default: return unreadable += 1
    }
    var cells: [String: CellValue] = [:]
    for column in columns {
      guard
        let cell = try? column.plain(
          inputs[column.name] ?? .missing, at: "column `\(column.name)`")
      else { return unreadable += 1 }
      cells[column.name] = cell
    }
    if logged.truths > 1 { revised += 1 }
    rows.append(
      LabelledRow(
        id: logged.id, instance: logged.instance, time: logged.time, cells: cells, truth: truth,
        source: logged.source))
  }

  /// Why nothing can be learned.
  func tooFew(_ found: Int) -> Problem {
    var left: [String] = []
    if ofOtherModels > 0 { left.append("\(ofOtherModels.grouped) of models of other names") }
    if withoutInputs > 0 { left.append("\(withoutInputs.grouped) without inputs") }
    if unreadable > 0 { left.append("\(unreadable.grouped) that the model cannot read") }
    let unknown = unknownLabels.values.reduce(0, +)
    if unknown > 0 { left.append("\(unknown.grouped) of classes that it does not know") }
    if excludedRows > 0 { left.append("\(excludedRows.grouped) of sources that are left out") }
    return Problem.data(
      "feedback to `\(name)`",
      expected:
        "\(LabelledTraffic.fewestRows) labelled rows that the live version has not learned from",
      found: "\(found)" + (left.isEmpty ? "" : ", beside " + left.joined(separator: ", ")),
      fix: withoutInputs > found
        ? "serve with a log whose inputs are kept in full (`log_inputs`: full), which they were not"
        : "send feedback to what the server answers, with POST /feedback or from a file")
  }
}

/// What is to be known of feedback before it is learned from.
public struct FeedbackSummary: Codable, Sendable, Hashable {
  /// All rows with a true answer that are used, those of earlier retrainings too.
  public var rows: Int
  /// Rows that the live version has not learned from.
  public var new: Int
  /// The newest of these, which are kept back to compare models with.
  public var heldBack: Int
  /// How many rows each source gave; those that name none are under the empty text.
  public var sources: [String: Int]
  /// Inputs that came with different true classes.
  public var contradictedInputs: Int
  /// The rows with these inputs.
  public var contradictingRows: Int
  /// Predictions of which something else was said before; the last word holds.
  public var revisedRows: Int
  /// Rows that are not used, for another model answered.
  public var ofOtherModels: Int
  /// Rows that are not used, for the log holds no inputs of them.
  public var withoutInputs: Int
  /// Rows that are not used, for the model cannot read them.
  public var unreadable: Int
  /// How many rows are not used for each class that the model does not know.
  public var unknownLabels: [String: Int]
  /// Rows of sources that were left out on request.
  public var excludedRows: Int
  /// The source that gave more than half of the rows, where others gave some too.
  public var bulkSource: String?

  private enum CodingKeys: String, CodingKey {
    case rows, new, sources, unreadable
    case heldBack = "held_back"
    case contradictedInputs = "contradicted_inputs"
    case contradictingRows = "contradicting_rows"
    case revisedRows = "revised_rows"
    case ofOtherModels = "of_other_models"
    case withoutInputs = "without_inputs"
    case unknownLabels = "unknown_labels"
    case excludedRows = "excluded_rows"
    case bulkSource = "bulk_source"
  }

  init(_ all: [LabelledRow], held: Int, new: Int, _ reading: LogReading, isOfClasses: Bool) {
    (rows, self.new, heldBack) = (all.count, new, held)
    sources = all.reduce(into: [:]) { $0[$1.source ?? "", default: 0] += 1 }
    // Two numbers measured under the same circumstances may well differ.
    let contradicted =
      isOfClasses
      ? Dictionary(grouping: all, by: \.inputText).values.filter { Set($0.map(\.truth)).count > 1 }
      : []
    contradictedInputs = contradicted.count
    contradictingRows = contradicted.reduce(0) { $0 + $1.count }
    (revisedRows, withoutInputs) = (reading.revised, reading.withoutInputs)
    (unreadable, unknownLabels) = (reading.unreadable, reading.unknownLabels)
    (excludedRows, ofOtherModels) = (reading.excludedRows, reading.ofOtherModels)
    bulkSource =
      sources.count > 1 ? sources.first { $0.value * 2 > all.count }?.key : nil
  }

  /// What a reader should know, a sentence each.
  public var notes: [String] {
    var notes: [String] = []
    if contradictedInputs > 0 {
      notes.append(
        "feedback contradicts itself: \(contradictedInputs.grouped) inputs came with different true "
          + "classes, in \(contradictingRows.grouped) rows; all of them are learned from")
    }
    if let bulkSource {
      let called = bulkSource.isEmpty ? "rows that name no source" : "`\(bulkSource)`"
      notes.append(
        "more than half of the feedback comes from one source: \((sources[bulkSource] ?? 0).grouped) of "
          + "\(rows.grouped) rows from \(called); `without_source` leaves a source out")
    }
    if revisedRows > 0 {
      notes.append(
        "of \(revisedRows.grouped) predictions something else was said before; the last word holds")
    }
    for (label, count) in unknownLabels.sorted(by: { $0.key < $1.key }).prefix(5) {
      notes.append(
        "\(count.grouped) rows are not used: the model knows no class `\(label)`; train a new model on "
          + "data that hold it")
    }
    if unknownLabels.count > 5 {
      let others = unknownLabels.sorted { $0.key < $1.key }.dropFirst(5).reduce(0) { $0 + $1.value }
      notes.append(
        "\(others.grouped) more rows are not used, of \(unknownLabels.count - 5) more such classes")
    }
    if withoutInputs > 0 {
      notes.append(
        "\(withoutInputs.grouped) rows are not used: the log holds no inputs of them; serve with its "
          + "inputs in full (`log_inputs`: full)")
    }
    if unreadable > 0 {
      notes.append("\(unreadable.grouped) rows are not used: the live version cannot read them")
    }
    if ofOtherModels > 0 {
      notes.append(
        "\(ofOtherModels.grouped) rows are not used: models of other names answered them")
    }
    if excludedRows > 0 {
      notes.append("\(excludedRows.grouped) rows of sources that are left out are not used")
    }
    return notes
  }
}
