import Formatting
import Training

extension MonitorReport {
  /// For a terminal.
  public var text: String {
    var lines = [sentence]
    if let from, let until, from != until { lines.append("From \(from) to \(until).") }
    lines.append("")
    let shown = columns.prefix(Self.mostLines)
    lines += tableLines(
      [["column", "kind", "verdict", "PSI", "95 % interval", "p", "missing", "new"]]
        + shown.map(Self.cells),
      [.left, .left, .left, .right, .left, .right, .right, .right], width: 100)
    if columns.count > shown.count {
      lines.append("… and \(columns.count - shown.count) more columns (`json` has all)")
    }
    for column in shown where column.verdict == .drift {
      guard let change = column.change else { continue }
      lines.append(
        "\(column.name): \(change.bin) was \(percentText(change.before)) in training and is "
          + percentText(change.now))
    }
    for column in shown where column.verdict == .notCompared {
      lines.append("\(column.name) is not compared: \(column.reason ?? "")")
    }
    lines += [""] + performanceLines
    if let latency {
      lines.append(
        "Answers took \((latency.median * 1000).shortText) ms in the middle, 95 % at most "
          + "\((latency.percentile95 * 1000).shortText) ms, 99 % at most "
          + "\((latency.percentile99 * 1000).shortText) ms.")
    }
    lines += notes.map { "Note: \($0)." }
    while lines.last == "" { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What is said of answers, a line each.
  var performanceLines: [String] {
    var lines: [String] = []
    if let accuracy = performance?.accuracy {
      lines.append("Accuracy \(accuracy.text()) on \(accuracy.of.grouped) rows with feedback.")
    }
    if let error = performance?.calibrationError {
      lines.append("Probabilities are off by \(error.shortText) on average there.")
    }
    if let output = performance?.regression?.outputs.first {
      lines.append(
        "Root mean squared error \(output.rmse.significantDigits) on "
          + "\(output.rmse.of.grouped) rows with feedback.")
    }
    if let unknown = performance?.unknownLabels, unknown > 0 {
      lines.append(
        "\(unknown.grouped) true labels are none of the model's classes; they count as wrong.")
    }
    if performance == nil {
      lines.append("No row has feedback, so nobody knows how good answers are.")
    }
    if let estimate {
      lines.append(
        "Estimate without labels: accuracy \(estimate.value.text(decimals: 3)) "
          + "[\(estimate.low.text(decimals: 3)), \(estimate.high.text(decimals: 3))] on "
          + "\(estimate.rows.grouped) rows, right as far as the model's probabilities are.")
    }
    return lines
  }

  private static let mostLines = 40

  private static func cells(_ column: ColumnDrift) -> [String] {
    let interval = column.low.flatMap { low in
      column.high.map { "[\(low.text(decimals: 3)), \($0.text(decimals: 3))]" }
    }
    return [
      column.name, column.role.rawValue, verdictText(column),
      column.psi?.text(decimals: 3) ?? "", interval ?? "", probability(column.correctedPValue),
      percentText(column.missing), (column.unseen ?? column.outOfRange).map(percentText) ?? "",
    ]
  }

  static func probability(_ value: Double?) -> String {
    value.map { $0 < 0.001 ? "<0.001" : $0.rough } ?? ""
  }

  static func verdictText(_ column: ColumnDrift) -> String {
    switch column.verdict {
    case .drift: "DRIFT"
    case .quiet: "quiet"
    case .notEnoughData: column.rowsEnough.map { "needs \($0.grouped) rows" } ?? "needs more data"
    case .notCompared: "not compared"
    }
  }
}
