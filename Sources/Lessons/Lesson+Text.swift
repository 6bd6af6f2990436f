import Charts
import Formatting

extension Lesson {
  /// The lesson for a terminal of 80 columns.
  public var text: String {
    var text = LessonText()
    text.add(title)
    text.add(String(repeating: "=", count: title.count))
    text.add("")
    text.addWrapped(idea)
    for (index, step) in steps.enumerated() {
      text.add("")
      text.addWrapped("\(index + 1). \(step.title)", hanging: 3)
      for part in step.parts { text.add(part) }
    }
    return text.lines.joined(separator: "\n") + "\n"
  }
}

/// Lines of at most 80 characters.
private struct LessonText {
  static let width = 80
  private static let indent = "   "
  var lines: [String] = []

  mutating func add(_ line: String) { lines.append(line) }

  mutating func add(_ part: Lesson.Part) {
    add("")
    switch part {
    case .text(let text): addWrapped(text, indent: 3)
    case .formula(let formula): add(formula)
    case .table(let table): addTable(table.head, table.rows)
    case .chart(let chart): chart.textLines(width: Self.width - 3).forEach { add(Self.indent + $0) }
    case .figure(let figure): addWrapped("[Figure: \(figure.description)]", indent: 3)
    case .printed(let numbers): add(numbers)
    }
  }

  mutating func addWrapped(_ text: String, indent: Int = 0, hanging: Int = 0) {
    wrapped(text, width: Self.width, indent: indent, hanging: hanging, cutsWords: true)
      .forEach { add($0) }
  }

  private mutating func add(_ formula: Lesson.Formula) {
    addWrapped("\(formula.name) = \(formula.symbols)", indent: 6, hanging: 4)
    let left = String(repeating: " ", count: 6 + formula.name.count)
    if formula.numbers != formula.symbols, formula.numbers != numberText(formula.value) {
      addWrapped("= \(formula.numbers)", indent: left.count + 1, hanging: 2)
    }
    add("\(left) = \(numberText(formula.value))")
  }

  private mutating func add(_ numbers: [PrintedNumber]) {
    addTable(
      ["", "printed", "computed", ""],
      numbers.map {
        [$0.what, $0.text, $0.computedText, $0.verdict.onPrinted]
      })
  }

  private mutating func addTable(_ head: [String], _ rows: [[String]]) {
    let all = [head] + rows
    var widths = head.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let excess = widths.reduce(0, +) + 2 * (widths.count - 1) + 3 - Self.width
    if excess > 0 { widths[0] = max(8, widths[0] - excess) }
    let areNumbers = head.indices.map { column in
      rows.allSatisfy { $0[column].isEmpty || Self.isNumber($0[column]) }
        && rows.contains { !$0[column].isEmpty }
    }
    for row in all {
      let cells = row.enumerated().map { column, cell -> String in
        let cut = cell.count > widths[column] ? cell.prefix(widths[column] - 1) + "…" : cell
        let space = String(repeating: " ", count: widths[column] - cut.count)
        return areNumbers[column] ? space + cut : cut + space
      }
      var line = Self.indent + cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      add(line)
    }
  }

  private static func isNumber(_ cell: String) -> Bool {
    guard let last = cell.last, let first = cell.first else { return false }
    return (last.isNumber || last == "%") && (first.isNumber || first == "-" || first == "$")
  }
}

extension Verdict {
  /// What it says of a number that a document prints.
  var onPrinted: String {
    switch self {
    case .right: "right"
    case .rounded: "right, rounded"
    case .wrong: "WRONG as printed"
    case .inherited: "inherits an error"
    }
  }
}
