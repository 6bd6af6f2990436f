import Formatting
import Glassbox

/// Answers as a person reads them: a line for each row or image, under a heading.
struct PredictionTable {
  /// One for each line.
  private let predictions: [Prediction]
  private let lines: [(row: Int, step: Int?, prediction: Prediction)]
  private let targets: [String]
  private let files: [String]?

  private typealias Column = (name: String, isNumber: Bool, text: (Prediction) -> String)

  /// - Parameter files: of images, in the order of the predictions.
  init(_ predictions: [Prediction], of targets: [String], files: [String]? = nil) {
    lines = FilePredictions.lines(of: predictions)
    self.predictions = lines.map(\.prediction)
    (self.targets, self.files) = (targets, files)
  }

  var text: String {
    var columns = has(\.probabilities) ? labelColumns : numberColumns
    if has(\.problem) { columns.append(("problem", false, { $0.problem ?? "" })) }
    let haveSteps = lines.contains { $0.step != nil }
    let rows = self.lines.map { row, step, prediction in
      [files?[row] ?? "\(row + 1)"] + (haveSteps ? [step.map(String.init) ?? ""] : [])
        + columns.map { $0.text(prediction) }
    }
    let lines = tableLines(
      [[files == nil ? "row" : "image"] + (haveSteps ? ["step"] : []) + columns.map(\.name)] + rows,
      (haveSteps ? [.left, .left] : [.left]) + columns.map { $0.isNumber ? .right : .left },
      width: .max)
    return lines.joined(separator: "\n")
  }

  private func has<Value>(_ field: KeyPath<Prediction, Value?>) -> Bool {
    predictions.contains { $0[keyPath: field] != nil }
  }

  /// A value for each target, and the ends of its interval.
  private var numberColumns: [Column] {
    let hasEnds = has(\.low) || has(\.lows)
    return targets.flatMap { target -> [Column] in
      let prefix = targets.count == 1 ? "" : "\(target) "
      let ends: [Column] = [
        ("\(prefix)low", true, { ($0.low ?? $0.lows?[target])?.shortText ?? "" }),
        ("\(prefix)high", true, { ($0.high ?? $0.highs?[target])?.shortText ?? "" }),
      ]
      let apart: Column = (
        "\(prefix)disagreement", true,
        { ($0.disagreement ?? $0.disagreements?[target])?.shortText ?? "" }
      )
      return [(target, true, { ($0.value ?? $0.values?[target])?.shortText ?? "" })]
        + (hasEnds ? ends : [])
        + (has(\.disagreement) || has(\.disagreements) ? [apart] : [])
        + (predictions.first { $0.quantiles != nil }?.shares(of: target) ?? []).map { share in
          ("\(prefix)q\(share)", true, { $0.quantiles?[target]?[share]?.shortText ?? "" })
        }
    }
  }

  /// The class or the labels, and how probable the first few are.
  private var labelColumns: [Column] {
    func shares(_ prediction: Prediction) -> [(label: String, share: String)] {
      (prediction.probabilities?.ranked.prefix(3) ?? []).map {
        ($0.label, Double($0.probability).text(decimals: 3))
      }
    }
    func list(_ shares: some Sequence<(label: String, share: String)>) -> String {
      shares.map { "\($0.label) \($0.share)" }.joined(separator: ", ")
    }
    let name = targets.joined(separator: ", ")
    if has(\.labels) {
      var columns: [Column] = [
        (
          name, false,
          { $0.labels.map { $0.isEmpty ? "none" : $0.joined(separator: ", ") } ?? "" }
        ),
        ("probabilities", false, { list(shares($0)) }),
      ]
      if has(\.disagreements) {
        columns.append(
          (
            "largest disagreement", true,
            { $0.disagreements?.values.max()?.text(decimals: 3) ?? "" }
          ))
      }
      return columns
    }
    var columns: [Column] = [
      (name, false, { $0.label ?? "" }),
      ("probability", false, { shares($0).first?.share ?? "" }),
    ]
    if has(\.disagreement) {
      columns.append(("disagreement", true, { $0.disagreement?.text(decimals: 3) ?? "" }))
    }
    columns.append(("next", false, { list(shares($0).dropFirst()) }))
    if has(\.set) { columns.append(("set", false, { $0.set?.joined(separator: ", ") ?? "" })) }
    return columns
  }
}
