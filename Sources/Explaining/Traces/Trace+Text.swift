import Engine
import Formatting

extension Trace {
  /// The trace for a terminal, at most 80 columns wide.
  public var text: String { text(isColored: false) }

  /// The trace for a terminal.
  ///
  /// - Parameter isColored: with ANSI colours for headings, symbols and results?
  public func text(isColored: Bool) -> String {
    var page = TracePage(isColored: isColored)
    page.heading("One learning cycle: \(title)")
    page.paragraph(settings.map { "\($0.name): \($0.value)" }.joined(separator: "   "))
    page.legend(legend)
    var kind: Section.Kind?
    for section in sections {
      if section.kind != kind {
        page.heading(Self.heading(section.kind))
        kind = section.kind
      }
      page.section(section, showsAll: showsAll)
    }
    page.heading("Did it help?")
    page.result(verdict)
    return page.text
  }

  /// One sentence on whether the loss fell.
  public var verdict: String {
    let numbers =
      "from \(SymbolicExpression.number(Double(loss))) to \(SymbolicExpression.number(Double(newLoss)))"
    if newLoss < loss {
      return "The loss fell \(numbers), by \(SymbolicExpression.number(Double(loss - newLoss)))."
    }
    if newLoss == loss {
      return "The loss stayed the same: \(SymbolicExpression.number(Double(loss)))."
    }
    return "The loss rose \(numbers), by \(SymbolicExpression.number(Double(newLoss - loss)))."
  }

  static func heading(_ kind: Section.Kind) -> String {
    switch kind {
    case .inputs: "1 What is given"
    case .forward: "2 Forward pass"
    case .answer: "3 The answer"
    case .loss: "4 How wrong is it?"
    case .backward: "5 Backward pass: the chain rule"
    case .update: "6 The update"
    case .again: "7 Forward again, with the new weights"
    }
  }
}

/// Lines of text within 80 columns.
private struct TracePage {
  let isColored: Bool
  private(set) var text = ""
  private static let width = 80

  init(isColored: Bool) { self.isColored = isColored }

  private func colored(_ text: String, _ code: String) -> String {
    isColored ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  mutating func heading(_ title: String) {
    if !text.isEmpty { text += "\n" }
    for line in wrapped(title, width: Self.width) { text += colored(line, "1") + "\n" }
  }

  mutating func paragraph(_ sentence: String) {
    for line in wrapped(sentence, width: Self.width) { text += line + "\n" }
  }

  mutating func result(_ sentence: String) {
    for line in wrapped(sentence, width: Self.width) { text += colored(line, "1;32") + "\n" }
  }

  /// A line for each letter.
  mutating func legend(_ legend: [Trace.Legend]) {
    heading("Symbols")
    let column = legend.map(\.symbol.count).max() ?? 0
    for letter in legend {
      let lines = wrapped(letter.meaning, width: Self.width - column - 4)
      for (place, line) in lines.enumerated() {
        let name = aligned(place == 0 ? letter.symbol : "", to: column)
        text += "  " + colored(name, "36") + "  " + line + "\n"
      }
    }
  }

  mutating func section(_ section: Trace.Section, showsAll: Bool) {
    for line in wrapped(section.title, width: Self.width) { text += colored(line, "4") + "\n" }
    if section.lines.allSatisfy({ $0.formula == nil }) {
      given(section.lines)
    } else {
      let groups = showsAll ? [.init(lines: section.lines)] : section.groups
      let shown = groups.filter { $0.summary == nil }.flatMap(\.lines).flatMap(\.rows)
      let column = min(14, shown.filter { $0.kind != .part }.map(\.symbol.count).max() ?? 0)
      for group in groups {
        if let summary = group.summary {
          for line in wrapped(summary, width: Self.width, indent: 2) { text += line + "\n" }
        } else {
          for row in group.lines.flatMap(\.rows) { write(row, column) }
        }
      }
    }
    if !section.note.isEmpty {
      for line in wrapped(section.note, width: Self.width, indent: 2) {
        text += colored(line, "2") + "\n"
      }
    }
  }

  private mutating func given(_ lines: [Trace.Line]) {
    let entries = lines.map { line in
      "\(line.symbol) = \(SymbolicExpression.number(Double(line.value)))"
        + (line.meaning.map { " (\($0))" } ?? "")
    }
    var row = ""
    for entry in entries {
      if !row.isEmpty, row.count + 3 + entry.count > Self.width - 2 {
        text += "  " + row + "\n"
        row = ""
      }
      row += (row.isEmpty ? "" : "   ") + entry
    }
    text += "  " + row + "\n"
  }

  /// `symbol = form = form = value`, on one line if it fits, else a line for each.
  private mutating func write(_ row: Trace.Line.Row, _ column: Int) {
    let symbol = (row.kind == .part ? "  " : "") + row.symbol
    let name = aligned(symbol, to: max(column, symbol.count))
    let number = SymbolicExpression.number(row.value)
    let all = row.forms.map(\.text) + [number + (row.meaning.map { " (\($0))" } ?? "")]
    let start = "  " + colored(name, "36") + " = "
    let indent = 2 + max(column, symbol.count) + 3
    let whole = all.joined(separator: " = ")
    if indent + whole.count <= Self.width {
      let head = all.dropLast().map { $0 + " = " }.joined()
      text += start + head + colored(all[all.count - 1], "1") + "\n"
      return
    }
    for (place, form) in all.enumerated() {
      let rows = wrapped(form, width: Self.width - indent - 2)
      for (number, row) in rows.enumerated() {
        let isFirst = number == 0
        let lead =
          place == 0 && isFirst
          ? start
          : String(repeating: " ", count: indent - (isFirst ? 2 : 0)) + (isFirst ? "= " : "  ")
        text += lead + (place == all.count - 1 ? colored(row, "1") : row) + "\n"
      }
    }
  }
}
