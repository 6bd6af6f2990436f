import Engine
import Formatting

extension Trace {
  /// A LaTeX document of standard packages, whose formulas are broken where a line ends.
  public var latex: String {
    var body = "\\section*{One learning cycle}\n\(title.latexText)\n\n"
    body += settings.map { "\($0.name.latexText): \($0.value.latexText)" }.joined(separator: "; ")
    body += ".\n\\paragraph{Symbols}"
    body += legend.map {
      " $\(SymbolicExpression.latexSymbol($0.symbol))$ \($0.meaning.latexText)"
    }.joined(separator: ";")
    body += ".\n"
    var kind: Section.Kind?
    for section in sections {
      if section.kind != kind {
        body += "\\subsection*{\(Self.heading(section.kind).latexText)}\n"
        kind = section.kind
      }
      body += "\\paragraph{\(section.title.latexText)}\n"
      for lines in section.lines.blocks(of: Self.linesOfBlock) { body += Self.aligned(lines) }
      body += "\(section.note.latexText)\n"
    }
    body += "\\subsection*{Did it help?}\n\(verdict.latexText)\n"
    return """
      \\documentclass[a4paper]{article}
      \\usepackage[T1]{fontenc}
      \\usepackage[utf8]{inputenc}
      \\usepackage{amsmath}
      \\usepackage[margin=2cm]{geometry}
      \\allowdisplaybreaks
      \\emergencystretch=5em
      \\begin{document}
      \(body)\\end{document}

      """
  }

  /// More lines in one environment than this do not fit in TeX's memory when they are long.
  private static let linesOfBlock = 24
  /// The width of the page's text, in ems.
  private static let textWidth = 48.0

  private static func aligned(_ lines: ArraySlice<Line>) -> String {
    let rows = lines.flatMap { line in line.rows.map { (row: $0, meaning: line.meaning) } }
    let names = rows.map { LaTeXPiece(symbol: $0.row.symbol) }
    let left = names.map(\.width).max() ?? 0
    var text: [String] = []
    for (name, (row, meaning)) in zip(names, rows) {
      let forms = row.forms.map {
        $0.formula.latexLines(numbers: $0.numbers, width: textWidth - left - 2)
      }
      var value = SymbolicExpression.latexNumber(row.value)
      if let meaning { value += "\\quad\\text{(\(meaning.shortened(to: 40).latexText))}" }
      for (place, form) in (forms + [[value]]).enumerated() {
        text.append("\(place == 0 ? name.text : "") &= \(form[0])")
        text += form.dropFirst().map { "&\\quad {}\($0)" }
      }
    }
    return "\\begin{align*}\n\(text.joined(separator: "\\\\\n"))\n\\end{align*}\n"
  }
}

extension Array {
  fileprivate func blocks(of count: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: self.count, by: count).map { self[$0..<Swift.min($0 + count, self.count)] }
  }
}
