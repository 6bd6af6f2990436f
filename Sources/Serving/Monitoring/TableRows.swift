import Datasets
import Engine
import Platform
public import Training

/// The rows of a CSV file, read as the model reads files, with its answers; where they hold the target, they
/// are labelled.
public struct TableRows: ObservedRows {
  private let path: String
  private let settings: DataSettings
  private let model: TrainedModel

  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - settings: how the file is laid out; what training found out need not be said.
  ///   - model: of a table; its decoders unpack gzip and ZIP.
  /// - Throws: `Problem` for a model of anything but tables.
  public init(
    path: String, settings: DataSettings = DataSettings(), of model: TrainedModel
  ) throws {
    guard model.preprocessing.isTable, model.preprocessing.series == nil else {
      throw Problem.data(
        path, expected: "rows for a model of tables",
        found: "a model of images, sequences or forecasts",
        fix: "monitor what a server logs instead")
    }
    (self.path, self.settings, self.model) = (path, settings, model)
  }

  public func forEachRow(
    ofModel hash: String?, since: UInt64, _ body: (ObservedRow) throws -> Void
  ) throws {
    let time = SystemClock.milliseconds
    let (table, answers) = try model.answered(table: path, settings: settings)
    let names = model.preprocessing.targetNames
    // Several answers in one row have no one truth.
    let target = names.count == 1 ? table.columns.first { $0.name == names[0] } : nil
    for (row, prediction) in answers.predictions.enumerated() {
      let cells = table.columns.map { ($0.name, $0.cell(row)) }
      try body(
        ObservedRow(
          time: time, cells: Dictionary(cells) { first, _ in first }, prediction: prediction,
          truth: target.flatMap { truth($0, row) }))
    }
  }

  private func truth(_ column: Column, _ row: Int) -> ObservedRow.Truth? {
    switch column.cell(row) {
    case .missing: nil
    case .number(let number) where model.task == .regression: .value(number)
    case .number, .text: column.text(row).map { .label($0) }
    }
  }
}

extension Column {
  /// As one that is given alone.
  fileprivate func cell(_ row: Int) -> CellValue {
    switch cells {
    case .numbers(let numbers): isMissing(row) ? .missing : .number(numbers[row])
    case .categories, .dates: text(row).map { .text($0) } ?? .missing
    }
  }
}
