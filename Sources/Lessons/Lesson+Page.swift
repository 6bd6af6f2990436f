import Charts
import Explaining
import Formatting

extension Lesson {
  /// The lesson as one HTML file: nothing from elsewhere, light and dark; its questions can be answered on it.
  public var page: String { page(navigation: "") }

  /// - Parameter navigation: HTML of the links to other pages; it stands above and below.
  func page(navigation: String) -> String {
    var writer = LessonPage()
    var content = "<div data-lesson=\"\(name.escaped)\"></div>" + navigation
    let number = LessonCatalog.number(of: name).map { "<span class=\"soft\">\($0)</span> " } ?? ""
    content += "<h1>\(number)\(title.escaped)</h1>\n<p class=\"lead\">\(idea.typeset)</p>\n"
    for (index, step) in steps.enumerated() {
      content += "<h2>\(index + 1) \(step.title.typeset)</h2>\n"
      for part in step.parts { content += writer.html(part) }
    }
    if let printedSummary {
      content += "<details class=\"printed\"><summary>\(printedSummary)</summary>\n"
      content += LessonPage.table(printedNumbers) + "</details>\n"
    }
    content += navigation
    return PageShell(
      title: title, content: content, style: Equation.style + Drawing.style + LessonPage.style,
      script: Self.script
    ).html
  }
}

/// The parts of a page; figures and questions are counted.
struct LessonPage {
  private var figures = 0
  private var questions = 0
  private var formulas = 0

  mutating func html(_ part: Lesson.Part) -> String {
    switch part {
    case .text(let text): "<p>\(text.typeset)</p>\n"
    case .formula(let formula): numbered(formula)
    case .table(let table): Self.html(table)
    case .chart(let chart): html(chart.figure)
    case .figure(let figure): html(figure)
    case .printed(let numbers): numbers.faulty.isEmpty ? "" : Self.table(numbers.faulty)
    case .question(let question): html(question)
    }
  }

  private mutating func html(_ figure: Figure) -> String {
    figures += 1
    return figure.html("figure-\(figures)")
  }

  private mutating func numbered(_ formula: Lesson.Formula) -> String {
    formulas += 1
    return "<div data-formula=\"\(formulas)\">\(Self.html(formula))</div>\n"
  }

  private mutating func html(_ question: Question) -> String {
    questions += 1
    return """
      <div class="question" data-value="\(question.value)" data-tolerance="\(question.room)">
      <p><b>Question \(questions).</b> \(question.text.typeset)</p>
      <details><summary>Hint</summary><p>\(question.hint.typeset)</p></details>
      <details><summary>Answer</summary>
      \(Self.html(question.answer))</details>
      </div>

      """
  }

  private static func html(_ formula: Lesson.Formula) -> String {
    let value = numberText(formula.value)
    var forms = [(formula: formula.written, numbers: false)]
    if formula.numbers != formula.symbols, formula.numbers != value {
      forms.append((formula.written, true))
    }
    // A calculation that is a number already is not said twice.
    if formula.symbols == value { forms = [] }
    return Equation(
      name: Equation.name(formula.name), forms: forms, value: value.typeset,
      kind: formula.isChanged ? "changed" : ""
    ).html
  }

  private static func html(_ table: Lesson.Table) -> String {
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

  private static func table(_ numbers: [PrintedNumber]) -> String {
    PageTable(columns: columns, rows: numbers.map(cells)).html
  }

  /// With the step of each.
  static func table(_ numbers: [(step: Int, number: PrintedNumber)]) -> String {
    PageTable(
      columns: [.init(name: "step", isNumber: false)] + columns,
      rows: numbers.map { ["\($0.step)"] + cells($0.number) }
    ).html
  }

  private static let columns: [PageTable.Column] = [
    .init(name: "number", isNumber: false), .init(name: "worked example"),
    .init(name: "computed"), .init(name: "verdict", isNumber: false),
  ]

  private static func cells(_ number: PrintedNumber) -> [PageTable.Cell] {
    let style = "verdict-\(number.verdict.rawValue)"
    return [
      .html(number.what.typeset), .html(number.text.typeset), .html(number.computedText.typeset),
      .html("<span class=\"\(style)\">\(number.verdict.onPrinted)</span>"),
    ]
  }

  static let style = """
    main{max-width:42rem}h1 .soft{font-size:inherit;font-weight:400}
    figure{margin:1rem 0;max-width:34rem}
    nav{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.4rem 1.4rem;margin:.6rem 0 1.4rem}
    .verdict-wrong{color:var(--warm);font-weight:600}
    .verdict-inherited{color:var(--warm)}
    .verdict-right,.verdict-rounded{color:var(--soft)}
    .question{background:var(--card);border-left:4px solid var(--accent);padding:.4rem 1rem;margin:1rem 0}
    .question .equation{border-bottom:0}
    .question form,.changing,.changing form{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center}
    input,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);
    border-radius:.35rem;padding:.25rem .6rem;min-height:2.2rem}
    output.right{color:var(--accent);font-weight:600}
    .equation.changed{background:color-mix(in srgb,var(--warm) 12%,transparent)}
    [role=button]{cursor:pointer}[role=button]:hover{text-decoration:underline dotted}
    .changing{position:sticky;bottom:0;background:var(--card);border:1px solid var(--line);padding:.5rem}
    [hidden]{display:none}
    .printed{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:.6rem}
    ul.lessons{list-style:none;padding:0}.lessons li{display:grid;grid-template-columns:2rem 1fr;
    margin:.7rem 0}.lessons p{margin:0}

    """
}
