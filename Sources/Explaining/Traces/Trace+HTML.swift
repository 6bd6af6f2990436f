import Engine

extension Trace {
  /// One page with formulas in MathML and pictures in SVG. It needs no script, no network and no other
  /// file, follows light and dark, and reads on a telephone.
  public var html: String {
    var body = "<h1>One learning cycle</h1>\n<p class=\"lead\">\(HTML.escaped(title))</p>\n"
    body += "<ul class=\"settings\">"
    for setting in settings {
      body += "<li>\(HTML.escaped(setting.name)): <b>\(HTML.escaped(setting.value))</b></li>"
    }
    body += "</ul>\n<p class=\"verdict\">\(HTML.escaped(verdict))</p>\n"
    for kind in Section.Kind.allCases {
      let own = sections.filter { $0.kind == kind }
      guard !own.isEmpty else { continue }
      body += "<section>\n<h2>\(HTML.escaped(Self.heading(kind)))</h2>\n"
      body += "<p>\(HTML.escaped(Self.introduction(kind)))</p>\n" + picture(kind)
      body += own.map(Self.html).joined() + "</section>\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>One learning cycle: \(HTML.escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>
      \(body)</main>
      </body>
      </html>

      """
  }

  private func picture(_ kind: Section.Kind) -> String {
    let numbers: Drawing.Numbers
    switch kind {
    case .forward: numbers = .forward
    case .backward: numbers = .backward
    case .again: numbers = .again
    default: return ""
    }
    var caption = Drawing.caption(numbers) + "; blue is above 0, orange below."
    if drawing.columns.contains(where: { $0.leftOut > 0 }) || drawing.edgesLeftOut > 0 {
      caption += " Only the largest contributions are drawn"
      caption += drawing.edgesLeftOut > 0 ? "; \(drawing.edgesLeftOut) connections are not." : "."
    }
    return "<figure>\(drawing.svg(numbers))<figcaption>\(HTML.escaped(caption))</figcaption>"
      + "</figure>\n"
  }

  private static func introduction(_ kind: Section.Kind) -> String {
    switch kind {
    case .inputs: "What the network is shown, and what it should answer."
    case .forward:
      "Each neuron multiplies its inputs by its weights, adds its bias, and bends the sum."
    case .loss: "The loss is one number that says how wrong the answer is."
    case .backward:
      "How much would the loss change with each number? Each answer is the answer for the step after "
        + "it times the factor in between."
    case .update: "Each weight takes a small step against its gradient."
    case .again: "The same input, the new weights: is the loss smaller?"
    }
  }

  // MARK: Lines

  private static func html(_ section: Section) -> String {
    var text = "<h3>\(HTML.escaped(section.title))</h3>\n"
    if section.lines.allSatisfy({ $0.formula == nil }) {
      text += "<ul class=\"given\">"
      for line in section.lines {
        let meaning = line.meaning.map { " <span>(\(HTML.escaped($0)))</span>" } ?? ""
        let value = Written.mathMLNumber(Double(line.value))
        let equation = Written.mathMLSymbol(line.symbol) + "<mo>=</mo>" + value
        text += "<li>\(math(equation))\(meaning)</li>"
      }
      text += "</ul>\n"
    } else {
      for line in section.lines { text += html(line) }
    }
    if !section.note.isEmpty { text += "<p class=\"note\">\(HTML.escaped(section.note))</p>\n" }
    return text
  }

  private static func html(_ line: Line) -> String {
    var text = ""
    for factor in line.shownFactors {
      text += equation(
        factor.symbol, [(factor.formula, false), (factor.formula, true)], factor.value, "factor")
    }
    var forms: [(Written, Bool)] = []
    if let chain = line.chain { forms.append((chain, false)) }
    if let chain = line.chain, !line.shownFactors.isEmpty {
      forms.append((chain, true))
    } else if let formula = line.formula {
      forms.append((formula, false))
      if formula.symbols != formula.numbers { forms.append((formula, true)) }
    }
    text += equation(line.symbol, forms, Double(line.value), "")
    for part in line.parts {
      text += equation(
        part.symbol, [(part.formula, false), (part.formula, true)], part.value, "part")
    }
    return text
  }

  private static func equation(
    _ symbol: String, _ forms: [(formula: Written, numbers: Bool)], _ value: Double, _ kind: String
  ) -> String {
    let result = Written.number(value)
    var rows = forms.map { form in
      // Each term is a formula of its own, so that a long sum breaks into lines like a sentence.
      form.formula.terms.enumerated().map { place, term in
        math(place == 0 ? term.mathML(numbers: form.numbers) : added(term, form.numbers))
      }.joined(separator: " ")
    }
    if let last = forms.last, (last.numbers ? last.formula.numbers : last.formula.symbols) == result
    {
      rows.removeLast()
    }
    rows.append("<b>\(math(Written.mathMLNumber(value)))</b>")
    let right = rows.map { "<div><span>=</span> \($0)</div>" }.joined()
    return "<div class=\"equation\(kind.isEmpty ? "" : " " + kind)\">"
      + "<div>\(math(Written.mathMLSymbol(symbol)))</div><div>\(right)</div></div>\n"
  }

  private static func added(_ term: Written, _ numbers: Bool) -> String {
    if case .variable(_, let value) = term, numbers, value < 0 {
      return "<mo form=\"infix\">−</mo>" + Written.mathMLNumber(-value)
    }
    return "<mo form=\"infix\">+</mo>" + term.mathML(numbers: numbers)
  }

  private static func math(_ inner: String) -> String { "<math>\(inner)</math>" }

  private static let style = """
    :root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #5a6572;
      --line: #d8dee4; --positive: #0b63c5; --negative: #c2570c; --good: #e8f3ec; --neuron: #f4f6f8; }
    @media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e4e8ec; --soft: #9aa6b2;
      --line: #333a42; --positive: #6cb2ff; --negative: #ff9d57; --good: #1c2d24; --neuron: #20262c; } }
    body { margin: 0; background: var(--paper); color: var(--ink);
      font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
    h1 { font-size: 1.6rem; margin: .5rem 0 0; } h2 { font-size: 1.25rem; margin: 2rem 0 .25rem;
      padding-top: .75rem; border-top: 1px solid var(--line); }
    h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
    p { margin: .25rem 0 .75rem; } .lead, .note, figcaption { color: var(--soft); }
    .settings, .given { list-style: none; padding: 0; display: flex; flex-wrap: wrap;
      gap: .25rem 1.25rem; }
    .verdict { background: var(--good); padding: .5rem .75rem; border-radius: .4rem; font-weight: 600; }
    .equation { display: grid; grid-template-columns: minmax(4.5rem, max-content) 1fr;
      padding: .3rem 0; border-bottom: 1px solid var(--line); overflow-x: auto; align-items: baseline; }
    .equation > div:last-child > div { padding-left: 1.2rem; text-indent: -1.2rem; line-height: 1.9;
      padding-block: .1rem; }
    math { math-style: normal; } .equation math { text-indent: 0; }
    .factor, .part { color: var(--soft); border-bottom: 0; }
    figure { margin: 1rem 0; text-align: center; } figcaption { font-size: .85rem; }
    .network { max-width: 100%; height: auto; font: 10px system-ui, sans-serif; }
    .network text { fill: var(--ink); text-anchor: middle; }
    .network .name { fill: var(--soft); } .network .side { fill: var(--soft); text-anchor: start; }
    .network .edge { font-size: 9px; stroke: var(--paper); stroke-width: 3px; paint-order: stroke; }
    .network circle { fill: var(--neuron); stroke: var(--soft); }
    .network .plain { stroke: var(--line); }
    .network .positive { stroke: var(--positive); } .network .negative { stroke: var(--negative); }
    """
}
