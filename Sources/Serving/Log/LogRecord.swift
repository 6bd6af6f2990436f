package import Datasets
import Engine
import Networks
import Platform
import Synchronization
package import Training

/// What one request leaves in the log. It is taken as it is while the request is answered; what costs time
/// is done by whoever writes it.
package struct LogRecord: Sendable {
  /// Of the request.
  let id: String
  /// Milliseconds since 1970.
  let time: UInt64
  let model: ServedModel
  let inputs: LoggedInputs
  let predictions: [Prediction]
  /// In milliseconds.
  let queued: Double
  let computed: Double
  /// About the memory it takes.
  let bytes: Int

  init(
    id: String, time: UInt64 = SystemClock.milliseconds, model: ServedModel, inputs: LoggedInputs,
    predictions: [Prediction], queued: Double, computed: Double
  ) {
    (self.id, self.time, self.model, self.inputs) = (id, time, model, inputs)
    (self.predictions, self.queued, self.computed) = (predictions, queued, computed)
    bytes = inputs.bytes + predictions.count * (200 + 20 * model.trained.labels.count)
  }

  /// Without what was asked.
  package init(id: String, model: ServedModel, predictions: [Prediction]) {
    self.init(
      id: id, model: model, inputs: .none, predictions: predictions, queued: 0, computed: 0)
  }

  /// Of rows of a table, in full.
  package init(
    id: String, time: UInt64, model: ServedModel, rows: [[String: CellValue]],
    predictions: [Prediction]
  ) {
    self.init(
      id: id, time: time, model: model, inputs: .rows(rows.map { .named($0) }, isSummary: false),
      predictions: predictions, queued: 0, computed: 0)
  }

  /// A row for each instance.
  var rows: [LogRow] {
    let columns = inputs.columns(of: model.trained)
    let statistics = ImageStatistics(model.trained.preprocessing)
    return predictions.indices.map { place in
      var row = LogRow(predictions[place])
      inputs.fill(&row, place, of: predictions.count, columns, statistics)
      return row
    }
  }
}

/// One row of the table, but for what its request says.
struct LogRow: Sendable, Equatable {
  var inputs: String?
  var missing: Int?
  /// What is said of an image instead of its pixels.
  var image: ObservedRow.Image?
  var notes: Int
  var label: String?
  var value: Double?
  var low: Double?
  var high: Double?
  var confidence: Double?
  /// In the order of the model's classes.
  var probabilities: String?
  /// The whole answer, where it is neither one class nor one value.
  var answer: String?

  init(_ prediction: Prediction) {
    notes = prediction.notes?.count ?? 0
    (label, value) = (prediction.label, prediction.value)
    (low, high) = (prediction.low, prediction.high)
    if let label, let share = prediction.probabilities?[label] { confidence = Double(share) }
    probabilities = prediction.probabilities.map { probabilities in
      "[" + probabilities.values.map { "\($0)" }.joined(separator: ",") + "]"
    }
    if label == nil, value == nil { answer = try? JSONText.encode(prediction) }
  }
}

/// What of a request's content goes into the log.
enum LoggedInputs: Sendable {
  case none
  case rows([Instances.Row], isSummary: Bool)
  /// The inputs of the network, one image after the other, and the sizes of the files.
  case images([Float], sizes: [(width: Int, height: Int)])

  /// Keeps them from where the inputs of the network are made to where the answer is known.
  final class Box: Sendable {
    private let kept = Mutex(LoggedInputs.none)
    private let wanted: PredictionLogSettings.Inputs

    init(_ wanted: PredictionLogSettings.Inputs) { self.wanted = wanted }

    var inputs: LoggedInputs { kept.withLock { $0 } }

    func keep(_ instances: Instances, _ prepared: PreparedInputs, of model: TrainedModel) {
      guard wanted != .none else { return }
      let inputs = LoggedInputs(instances, prepared, of: model, isSummary: wanted == .summary)
      kept.withLock { $0 = inputs }
    }
  }

  init(
    _ instances: Instances, _ prepared: PreparedInputs, of model: TrainedModel, isSummary: Bool
  ) {
    switch instances {
    case .images(let images):
      let sizes = images.map { name, bytes in
        let header = try? model.decoders.imageDecoder(for: name).header(bytes, name)
        return (width: header?.width ?? 0, height: header?.height ?? 0)
      }
      self = .images(prepared.floats, sizes: sizes)
    case .rows(let rows):
      // Levels of an image are pixels too.
      if case .levels = try? model.preprocessing.listContent {
        self = .images(prepared.floats, sizes: [])
      } else {
        self = .rows(rows, isSummary: isSummary)
      }
    }
  }

  fileprivate var bytes: Int {
    switch self {
    case .none: 0
    case .rows(let rows, _): rows.reduce(0) { $0 + $1.bytes }
    case .images(let floats, let sizes): 4 * floats.count + 16 * sizes.count
    }
  }

  /// The names of the cells of a list.
  fileprivate func columns(of model: TrainedModel) -> [String] {
    guard case .rows = self, case .columns(let names) = try? model.preprocessing.listContent
    else { return [] }
    return names
  }

  fileprivate func fill(
    _ row: inout LogRow, _ place: Int, of count: Int, _ columns: [String],
    _ statistics: ImageStatistics?
  ) {
    switch self {
    case .none: return
    case .rows(let rows, let isSummary):
      let cells = rows[place].cells(columns)
      row.missing = cells.count { $0.cell == .missing }
      if !isSummary { row.inputs = LogText.object(cells) }
    case .images(let floats, let sizes):
      guard let statistics else { return }
      let size = floats.count / count
      let measured = statistics.measure(Array(floats[place * size..<(place + 1) * size]))
      let file = sizes.indices.contains(place) ? sizes[place] : nil
      row.image = ObservedRow.Image(
        brightness: measured.brightness, contrast: measured.contrast,
        sharpness: measured.sharpness, width: file?.width, height: file?.height)
    }
  }
}

extension Instances.Row {
  fileprivate var bytes: Int {
    func size(_ cell: CellValue) -> Int {
      if case .text(let text) = cell { 24 + text.utf8.count } else { 24 }
    }
    return switch self {
    case .list(let cells): cells.reduce(0) { $0 + size($1) }
    case .named(let cells): cells.reduce(0) { $0 + size($1.value) + $1.key.utf8.count }
    }
  }

  /// The cells of the columns that the model looks at.
  fileprivate func cells(_ columns: [String]) -> [(name: String, cell: CellValue)] {
    switch self {
    case .list(let cells): zip(columns, cells).map { ($0, $1) }
    case .named(let cells): columns.compactMap { name in cells[name].map { (name, $0) } }
    }
  }
}
