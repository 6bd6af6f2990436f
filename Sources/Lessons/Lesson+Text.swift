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
    if let printedSummary {
      text.add("")
      text.addWrapped(printedSummary)
    }
    return text.lines.joined(separator: "\n") + "\n"
  }
}

/// Lines of at most 80 characters.
private struct LessonText {
  static let width = 80
  private static let indent = "   "
  var lines: [String] = []
  private var questions = 0

  mutating func add(_ line: String) { lines.append(line) }

  mutating func add(_ part: Lesson.Part) {
    if case .printed(let numbers) = part { return addFaulty(numbers.faulty) }
    add("")
    switch part {
    case .text(let text): addWrapped(text, indent: 3)
    case .formula(let formula): add(formula)
    case .table(let table): addTable(table.head, table.rows)
    case .chart(let chart): chart.textLines(width: Self.width - 3).forEach { add(Self.indent + $0) }
    case .figure(let figure): addWrapped("[Figure: \(figure.description)]", indent: 3)
    case .question(let question): add(question)
    case .printed: break
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

  /// The answer is not shown: typing one is how it is found.
  private mutating func add(_ question: Question) {
    questions += 1
    addWrapped("Question \(questions): \(question.text)", indent: 3)
  }

  /// Right numbers need no words.
  private mutating func addFaulty(_ numbers: [PrintedNumber]) {
    guard !numbers.isEmpty else { return }
    add("")
    addTable(
      ["", "worked example", "computed", ""],
      numbers.map { [$0.what, $0.text, $0.computedText, $0.verdict.onPrinted] })
  }

  private mutating func addTable(_ head: [String], _ rows: [[String]]) {
    let alignments = head.indices.map { column -> Alignment in
      let cells = rows.map { $0[column] }.filter { !$0.isEmpty }
      return !cells.isEmpty && cells.allSatisfy(Self.isNumber) ? .right : .left
    }
    lines += tableLines([head] + rows, alignments, indent: 3, width: Self.width)
  }

  private static func isNumber(_ cell: String) -> Bool {
    guard let last = cell.last, let first = cell.first else { return false }
    return (last.isNumber || last == "%") && (first.isNumber || first == "-" || first == "$")
  }
}
