import Formatting

extension ClassificationReport {
  /// The report as aligned text of at most 80 columns, with a final line break.
  public func text() -> String {
    // Of few classes the right one is always among the first k.
    let top = classes.count > topK ? [overall("top-\(topK) accuracy", topKAccuracy)] : []
    var lines =
      [overall("accuracy", accuracy)] + top
      + [overall("AUC", auc), overall("log loss", logLoss), "", heading()]
    lines += classes.map { row($0.label, $0.precision, $0.recall, $0.f1, $0.support) }
    lines.append("")
    for (name, means) in [("macro mean", macro), ("weighted", weighted)] {
      lines.append(row(name, means.precision, means.recall, means.f1, examples))
    }
    lines.append("")
    lines += confusionLines()
    lines.append("")
    lines.append("Brackets hold 95 % intervals; where none would hold, there are none.")
    if let sample { lines += sample.lines }
    lines.append("A class never predicted has precision 0.")
    return lines.joined(separator: "\n") + "\n"
  }

  private static let labelWidth = 14

  private func overall(_ name: String, _ score: Score) -> String {
    let label = aligned(name, to: Self.labelWidth + 2)
    return label + score.text(endDecimals: 3) + (score.value == nil ? "" : "  of \(score.of)")
  }

  private func heading() -> String {
    aligned("", to: Self.labelWidth) + aligned("precision", to: 20) + aligned("recall", to: 20)
      + aligned("F1", to: 19) + aligned("n", to: 7, .right)
  }

  private func row(_ label: String, _ p: Score, _ r: Score, _ f: Score, _ count: Int) -> String {
    aligned(label, to: Self.labelWidth - 1) + " " + aligned(p.text(), to: 20)
      + aligned(r.text(), to: 20) + aligned(f.text(), to: 19) + aligned("\(count)", to: 7, .right)
  }

  /// The matrix where it fits, else the ten most frequent mistakes.
  private func confusionLines() -> [String] {
    let widest = "\(confusion.joined().max() ?? 0)".count
    let margin = Self.labelWidth + 4
    func fits(_ widths: [Int]) -> Bool { margin + widths.reduce(0) { $0 + $1 + 2 } <= 80 }
    // Columns are headed by their classes where those fit, else by their numbers.
    let named = classes.map { max(widest, min($0.label.count, Self.labelWidth)) }
    let numbered = classes.map { _ in max(widest, "\(classes.count - 1)".count) }
    guard fits(numbered) else { return mistakeLines() }
    let isNamed = fits(named)
    let widths = isNamed ? named : numbered
    let heads = classes.enumerated().map { isNamed ? $1.label : "\($0)" }
    func line(_ name: String, _ cells: [String]) -> String {
      aligned(name, to: margin)
        + zip(cells, widths).map { "  " + aligned($0, to: $1, .right) }.joined()
    }
    return [line("true \\ predicted", heads)]
      + confusion.enumerated().map { index, counts in
        line(isNamed ? classes[index].label : rowName(index), counts.map(String.init))
      }
  }

  /// The number that heads the column of this class, and its label where that says more.
  private func rowName(_ index: Int) -> String {
    let label = classes[index].label
    return label == "\(index)"
      ? label : aligned("\(index)", to: 3) + " " + aligned(label, to: Self.labelWidth)
  }

  private func mistakeLines() -> [String] {
    var mistakes: [(count: Int, target: Int, prediction: Int)] = []
    for (target, counts) in confusion.enumerated() {
      for (prediction, count) in counts.enumerated() where prediction != target && count > 0 {
        mistakes.append((count, target, prediction))
      }
    }
    mistakes.sort { ($1.count, $0.target, $0.prediction) < ($0.count, $1.target, $1.prediction) }
    if mistakes.isEmpty { return ["No mistakes."] }
    return [aligned("most frequent mistakes: true", to: 32) + aligned("predicted as", to: 28) + "n"]
      + mistakes.prefix(10).map { mistake in
        aligned(classes[mistake.target].label, to: 31) + " "
          + aligned(classes[mistake.prediction].label, to: 27) + " \(mistake.count)"
      }
  }
}
