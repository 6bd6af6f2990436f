import Datasets
import Engine
import Networks
import Training

/// A log as monitoring reads it.
extension LogReader: ObservedRows {
  package func forEachRow(
    ofModel hash: String?, since: UInt64, _ body: (ObservedRow) throws -> Void
  ) throws {
    try forEach(since: since) { row in
      if let hash, row.model.hash != hash { return }
      try body(ObservedRow(row))
    }
  }
}

extension ObservedRow {
  fileprivate init(_ row: LoggedPrediction) throws {
    self.init(
      time: row.time, cells: row.inputs, image: row.image, prediction: try Self.answer(row),
      seconds: (row.queued + row.computed) / 1000, truth: row.truth)
  }

  private static func answer(_ row: LoggedPrediction) throws -> Prediction {
    if let text = row.answer {
      return try JSONText.decode(Prediction.self, from: text, at: "log, row \(row.number)")
    }
    var answer = Prediction.none
    (answer.label, answer.value, answer.low, answer.high) = (
      row.label, row.value, row.low, row.high
    )
    if let values = row.probabilities, !values.isEmpty, values.count == row.classes.count {
      answer.probabilities = ClassProbabilities(
        labels: row.classes, values: values.map { Float($0) })
    }
    return answer
  }
}
