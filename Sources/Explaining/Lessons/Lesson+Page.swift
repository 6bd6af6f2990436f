extension Lesson {
  /// The lesson as one HTML file: no scripts, nothing from elsewhere, light and dark.
  public var page: String {
    var page = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title.forHTML)</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      <h1>\(title.forHTML)</h1>
      <p class="idea">\(idea.forHTML)</p>

      """
    for (index, step) in steps.enumerated() {
      page +=
        "<section>\n<h2><span class=\"number\">\(index + 1)</span> \(step.title.forHTML)</h2>\n"
      page += step.parts.map(Self.html).joined()
      page += "</section>\n"
    }
    return page + "</main>\n</body>\n</html>\n"
  }

  private static func html(_ part: Part) -> String {
    switch part {
    case .text(let text): "<p>\(text.forHTML)</p>\n"
    case .formula(let formula): html(formula)
    case .table(let table): html(table)
    case .chart(let chart):
      "<figure>\n<figcaption>\(chart.title.forHTML)</figcaption>\n\(chart.svg)</figure>\n"
    case .printed(let numbers): html(numbers)
    }
  }

  private static func html(_ formula: Formula) -> String {
    var rows = [formula.symbols]
    let value = numberText(formula.value)
    if formula.numbers != formula.symbols, formula.numbers != value { rows.append(formula.numbers) }
    rows.append(value)
    let lines = rows.enumerated().map { index, text in
      "<span class=\"name\">\(index == 0 ? formula.name.forHTML : "")</span>"
        + "<span>=&nbsp;\(text.forHTML)</span>"
    }
    return "<div class=\"formula\">\n\(lines.joined(separator: "\n"))\n</div>\n"
  }

  private static func html(_ table: Table) -> String {
    let head = table.head.map { "<th scope=\"col\">\($0.forHTML)</th>" }.joined()
    let rows = table.rows.map { row in
      "<tr>" + row.map { "<td>\($0.forHTML)</td>" }.joined() + "</tr>"
    }
    return self.table(head, rows)
  }

  private static func html(_ numbers: [PrintedNumber]) -> String {
    let head = ["number", "printed", "computed", "verdict"].map {
      "<th scope=\"col\">\($0)</th>"
    }.joined()
    let rows = numbers.map { number in
      "<tr class=\"\(number.verdict.rawValue)\"><td>\(number.what.forHTML)</td>"
        + "<td>\(number.text.forHTML)</td><td>\(number.computedText.forHTML)</td>"
        + "<td>\(number.verdict.onPrinted)</td></tr>"
    }
    return table(head, rows)
  }

  private static func table(_ head: String, _ rows: [String]) -> String {
    "<div class=\"scroll\"><table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n"
      + rows.joined(separator: "\n") + "\n</tbody>\n</table></div>\n"
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #1c2024; --paper: #ffffff; --soft: #5a6370;
      --rule: #d5dae0; --wash: #f4f6f8; --bad: #b3261e; --c0: #1f6fb2; --c1: #c4500e;
      --c2: #2b8a3e; --c3: #8a3ab0; --c4: #a07400; --c5: #0c8599; }
    @media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --paper: #15181c;
      --soft: #9aa4b0; --rule: #343a42; --wash: #1e2328; --bad: #ff8a80; --c0: #6cb4ee;
      --c1: #ff9a5c; --c2: #69c97c; --c3: #cf93ee; --c4: #e0b83c; --c5: #56ccdd; } }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 1rem/1.6 system-ui, sans-serif; }
    main { max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
    h1 { font-size: 1.75rem; line-height: 1.25; margin: 1rem 0 0.5rem; }
    h2 { font-size: 1.2rem; line-height: 1.35; margin: 2.5rem 0 0.75rem; }
    .number { color: var(--soft); font-weight: 400; margin-right: 0.25rem; }
    .idea { font-size: 1.1rem; color: var(--soft); }
    .formula { display: grid; grid-template-columns: auto 1fr; gap: 0 0.5rem; margin: 1rem 0;
      padding: 0.6rem 0.9rem; background: var(--wash); border-left: 3px solid var(--c0);
      font-family: ui-monospace, monospace; font-size: 0.9rem; overflow-wrap: anywhere; }
    .formula .name { white-space: nowrap; }
    .scroll { overflow-x: auto; margin: 1rem 0; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.95rem; }
    th, td { text-align: right; padding: 0.25rem 0.8rem; border-bottom: 1px solid var(--rule); }
    th:first-child, td:first-child { text-align: left; padding-left: 0; }
    th { color: var(--soft); font-weight: 600; }
    @media (max-width: 30rem) { th, td { padding: 0.25rem 0.4rem; } }
    .wrong td { color: var(--bad); font-weight: 600; }
    .inherited td { color: var(--bad); }
    .right td:last-child, .rounded td:last-child { color: var(--soft); }
    figure { margin: 1.25rem 0; }
    figcaption { font-weight: 600; margin-bottom: 0.25rem; }
    svg { display: block; width: 100%; height: auto; }
    svg text { fill: var(--soft); font: 13px system-ui, sans-serif; }
    svg .axis { stroke: var(--soft); fill: none; }
    svg .line { fill: none; stroke-width: 2; }
    """
}

extension String {
  /// With the four signs replaced that mean something in HTML.
  var forHTML: String {
    reduce(into: "") { text, character in
      switch character {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      default: text.append(character)
      }
    }
  }
}
