public import Datasets
import Engine
public import Training

/// The rows of a CSV file, which the model answers as it reads them; where they hold the target, they are
/// labelled.
public struct TableRows: ObservedRows {
  private let path: String
  private let decoders: Decoders
  private let model: TrainedModel

  /// - Parameters:
  ///   - path: of the file; `-` is standard input.
  ///   - decoders: unpack gzip and ZIP.
  /// - Throws: `Problem` for a model of anything but tables.
  public init(path: String, decoders: Decoders = .none, of model: TrainedModel) throws {
    guard model.preprocessing.isTable, model.preprocessing.sequence == nil else {
      throw Problem.data(
        path, expected: "rows for a model of tables", found: "a model of images or sequences",
        fix: "monitor what a server logs instead")
    }
    (self.path, self.decoders, self.model) = (path, decoders, model)
  }

  public func forEachRow(
    ofModel hash: String?, since: UInt64, _ body: (ObservedRow) throws -> Void
  ) throws {
    let reader = try CSVReader(TableFile.open(path, decoders: decoders))
    let missing = model.preprocessing.columns.filter { $0.width > 0 }.map(\.name)
      .filter { !reader.header.contains($0) }
    try Problem.throwIfAny(
      missing.prefix(Problem.limit).map {
        Problem.data(path, expected: "a column `\($0)`", found: "none")
      })
    let time = SystemClock.milliseconds
    var rows: [[String: CellValue]] = []
    func give() throws {
      for (cells, answer) in zip(rows, answers(for: rows)) {
        try body(
          ObservedRow(time: time, cells: cells, prediction: answer, truth: truth(in: cells)))
      }
      rows.removeAll()
    }
    while try reader.readRow({ row in
      if let problem = reader.checkWidth(of: row) { throw problem }
      var cells: [String: CellValue] = [:]
      for (place, name) in reader.header.enumerated() where place < row.count {
        cells[name] = .text(try row.text(place))
      }
      rows.append(cells)
    }) {
      if rows.count == Self.rowsAtOnce { try give() }
    }
    try give()
  }

  private static let rowsAtOnce = 512

  /// Rows that cannot be read have none; the monitor counts them.
  private func answers(for rows: [[String: CellValue]]) -> [Prediction] {
    if let all = try? model.predict(rows: rows) { return all }
    return rows.map { row in (try? model.predict(row)) ?? .none }
  }

  private func truth(in cells: [String: CellValue]) -> ObservedRow.Truth? {
    guard case .text(let text)? = cells[model.preprocessing.targetName] else { return nil }
    let trimmed = text.trimmingCharactersOfSpace
    guard !trimmed.isEmpty else { return nil }
    return model.task == .regression
      ? Double(trimmed).map { .value($0) } : .label(trimmed)
  }
}

extension String {
  fileprivate var trimmingCharactersOfSpace: String {
    String(
      drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
