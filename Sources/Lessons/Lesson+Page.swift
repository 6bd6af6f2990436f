import Charts
import Explaining
import Formatting

extension Lesson {
  /// The lesson as one HTML file: no scripts, nothing from elsewhere, light and dark.
  public var page: String { page(navigation: "") }

  /// - Parameter navigation: HTML of the links to other pages; it stands above and below.
  func page(navigation: String) -> String {
    var content = navigation
    content += "<h1>\(title.escaped)</h1>\n<p class=\"lead\">\(idea.typeset)</p>\n"
    var figures = 0
    for (index, step) in steps.enumerated() {
      content += "<h2>\(index + 1) \(step.title.typeset)</h2>\n"
      for part in step.parts { content += Self.html(part, &figures) }
    }
    content += navigation
    return PageShell(title: title, content: content, style: Equation.style + Self.style).html
  }

  private static func html(_ part: Part, _ figures: inout Int) -> String {
    func numbered(_ figure: Figure) -> String {
      figures += 1
      return figure.html("figure-\(figures)")
    }
    switch part {
    case .text(let text): return "<p>\(text.typeset)</p>\n"
    case .formula(let formula): return html(formula)
    case .table(let table): return html(table)
    case .chart(let chart): return numbered(chart.figure)
    case .figure(let figure): return numbered(figure)
    case .printed(let numbers): return html(numbers)
    }
  }

  private static func html(_ formula: Formula) -> String {
    let value = numberText(formula.value)
    var forms = [(formula: formula.written, numbers: false)]
    if formula.numbers != formula.symbols, formula.numbers != value {
      forms.append((formula.written, true))
    }
    return Equation(name: Equation.name(formula.name), forms: forms, value: value.typeset).html
  }

  private static func html(_ table: Table) -> String {
    let columns = table.head.indices.map { column in
      PageTable.Column(
        heading: table.head[column].typeset,
        isNumber: column > 0 && table.rows.allSatisfy { isNumber($0[column]) })
    }
    return PageTable(columns: columns, rows: table.rows.map { $0.map { .html($0.typeset) } }).html
  }

  private static func isNumber(_ cell: String) -> Bool {
    cell.isEmpty || cell.contains(where: \.isNumber) && cell.count < 16
  }

  private static func html(_ numbers: [PrintedNumber]) -> String {
    let rows = numbers.map { number -> [PageTable.Cell] in
      let style = "verdict-\(number.verdict.rawValue)"
      return [
        .html(number.what.typeset), .html(number.text.typeset), .html(number.computedText.typeset),
        .html("<span class=\"\(style)\">\(number.verdict.onPrinted)</span>"),
      ]
    }
    let table = PageTable(
      columns: [
        .init(name: "number", isNumber: false), .init(name: "worked text"), .init(name: "computed"),
        .init(name: "verdict", isNumber: false),
      ], rows: rows
    ).html
    return "<details><summary>\(summary(numbers))</summary>\n\(table)</details>\n"
  }

  /// What a fold holds, and whether it is worth opening.
  private static func summary(_ numbers: [PrintedNumber]) -> String {
    let wrong = numbers.count { $0.verdict == .wrong || $0.verdict == .inherited }
    let what =
      numbers.count == 1
      ? "One number of a worked text" : "\(numbers.count) numbers of a worked text"
    return "\(what), recomputed: \(wrong == 0 ? "all right" : "\(wrong) not right")"
  }

  private static let style = """
    main{max-width:46rem}
    figure{margin:1rem 0}
    nav{display:flex;flex-wrap:wrap;gap:.4rem 1.4rem;margin:.6rem 0 1.4rem}
    .verdict-wrong{color:var(--warm);font-weight:600}
    .verdict-inherited{color:var(--warm)}
    .verdict-right,.verdict-rounded{color:var(--soft)}

    """
}
