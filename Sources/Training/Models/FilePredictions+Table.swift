import Engine
import Networks

extension Prediction {
  /// A column that answers fill in a table.
  package typealias Column = (name: String, text: (Prediction) -> String)

  /// The columns that answers fill in a table: their names, and what an answer says in each.
  /// - Parameter pattern: what all answers have, or an answer that is there.
  package static func columns(like pattern: Prediction, targets: [String]) -> [Column] {
    let first = pattern.steps?.first ?? pattern
    guard let labels = first.probabilities?.labels else {
      return targets.flatMap { Self.columns(ofNumber: $0, like: first) }
    }
    let name = targets.joined(separator: ", ")
    var columns: [Column] = [(name, { $0.label ?? $0.labels?.joined(separator: ";") ?? "" })]
    for place in labels.indices {
      columns.append(
        ("p(\(labels[place]))", { $0.probabilities.map { "\($0.values[place])" } ?? "" }))
    }
    if first.set != nil {
      columns.append(("\(name) set", { $0.set?.joined(separator: ";") ?? "" }))
    }
    if first.disagreement != nil {
      columns.append(("\(name) disagreement", { number($0.disagreement) }))
    }
    if first.disagreements != nil {
      for label in labels {
        columns.append(("disagreement(\(label))", { number($0.disagreements?[label]) }))
      }
    }
    return columns
  }

  /// A value, and what is known of it.
  private static func columns(ofNumber target: String, like first: Prediction) -> [Column] {
    var columns: [Column] = [(target, { number($0.value ?? $0.values?[target]) })]
    if first.low != nil || first.lows != nil {
      columns.append(("\(target) low", { number($0.low ?? $0.lows?[target]) }))
      columns.append(("\(target) high", { number($0.high ?? $0.highs?[target]) }))
    }
    if first.disagreement != nil || first.disagreements != nil {
      columns.append(
        ("\(target) disagreement", { number($0.disagreement ?? $0.disagreements?[target]) }))
    }
    for share in first.shares(of: target) {
      columns.append(("\(target) q\(share)", { number($0.quantiles?[target]?[share]) }))
    }
    return columns
  }

  /// The quantiles that are answered for a target, ascending.
  package func shares(of target: String) -> [String] {
    (quantiles?[target] ?? [:]).keys.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) }
  }

  private static func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
}

extension FilePredictions {
  /// Writes a table (CSV) with a header: for each row its number, counted from 1, or the image's file; the
  /// columns that were kept; the answer, with the probability of each class; why there is none.
  ///
  /// Texts of the file that spreadsheet programs would run as formulas, those that begin with `=`, `+`, `-`
  /// or `@` and are no numbers, get an apostrophe in front, as these programs write themselves.
  /// - Parameters:
  ///   - path: the file appears whole or not at all.
  ///   - force: whether a file that exists is replaced.
  /// - Returns: how many texts got an apostrophe.
  /// - Throws: `Problem` for a file that exists or cannot be written.
  @discardableResult public func write(to path: String, force: Bool = false) throws -> Int {
    try AtomicFile.refuseToOverwrite(path, force: force)
    var guarded = 0
    try AtomicFile.write(to: path) { sink in
      guarded = try write { text in
        try Array(text.utf8).withUnsafeBytes { try sink($0) }
      }
    }
    return guarded
  }

  /// The same table, some lines at a time.
  /// - Returns: how many texts got an apostrophe.
  package func write(to sink: (String) throws -> Void) throws -> Int {
    var table = AnswerTable(
      targets: targets, like: pattern, keeping: kept.map(\.name), ofFiles: files != nil)
    try sink(table.header())
    try table.lines(of: predictions, kept, files: files, from: 0, sink)
    return table.guarded
  }

  /// The answers that have a line each: of a row or image, or of each step of a sequence, counted from 1.
  package static func lines(
    of predictions: [Prediction]
  ) -> [(row: Int, step: Int?, prediction: Prediction)] {
    predictions.enumerated().flatMap { row, prediction in
      prediction.steps.map { steps in
        steps.enumerated().map { (row, $0 + 1, $1) }
      } ?? [(row, nil, prediction)]
    }
  }

  package static func withoutFormula(_ text: String) -> String {
    guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first), Double(text) == nil else {
      return text
    }
    return "'" + text
  }

  /// A cell of a file, in quotes where a delimiter, a quote, a line end or spaces at an end ask for them.
  package static func quoted(_ text: String) -> String {
    let bytes = text.utf8
    let isPlain =
      bytes.allSatisfy { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "\"") && $0 >= 0x20 }
      && bytes.first != UInt8(ascii: " ") && bytes.last != UInt8(ascii: " ")
    return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
