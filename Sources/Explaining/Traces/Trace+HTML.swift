import Engine
import Formatting

extension Trace {
  /// One page with formulas in MathML and figures in SVG. It needs no network and no other file, follows light
  /// and dark, and reads on a telephone. Its script plays the lines in turn and lights up where their numbers
  /// come from; without it the page reads as well.
  public var html: String { html { _ in nil } }

  /// The same with the images of a network that sees.
  ///
  /// - Parameter drawn: draws one, as a part of the page; nil for what is none.
  package func html(drawing drawn: (LayerImage) -> String?) -> String {
    var body = "<h1>One learning cycle</h1>\n<p class=\"lead\">\(title.escaped)</p>\n"
    body += "<ul class=\"settings\">"
    for setting in settings {
      body += "<li>\(setting.name.escaped): <b>\(setting.value.escaped)</b></li>"
    }
    body += "</ul>\n" + legendList + "<p class=\"verdict\">\(verdict.escaped)</p>\n"
    let parts = Section.Kind.allCases.map { kind in (kind, sections.filter { $0.kind == kind }) }
      .filter { !$0.1.isEmpty }
    body += Self.contents(parts)
    let isLong = sections.reduce(0) { $0 + $1.lines.count } > Self.linesOfShortPage
    for (kind, own) in parts {
      body += "<section id=\"\(kind.rawValue)\">\n<h2>\(Self.heading(kind).escaped)</h2>\n"
      body +=
        "<p>\(Self.introduction(kind).escaped)</p>\n<div class=\"beside\">" + figure(kind) + "<div>"
      for (place, section) in own.enumerated() {
        let isFolded = isLong && section.lines.count > Self.linesOfShortSection
        body += Self.html(
          section, images(section, drawn), id: Self.id(kind, place), isFolded: isFolded)
      }
      body += "</div></div></section>\n"
    }
    body += "<p class=\"verdict\" data-last=\"\">\(verdict.escaped)</p>\n"
    return PageShell(
      title: "One learning cycle: \(title)", content: body,
      style: Equation.style + Drawing.style + Self.style + TraceStory.style,
      script: TraceStory.script
    ).html
  }

  /// What the symbols mean, folded.
  private var legendList: String {
    let entries = legend.map {
      "<dt>\(Equation.math(SymbolicExpression.mathMLSymbol($0.symbol)))</dt><dd>\($0.meaning.escaped)</dd>"
    }
    return "<details class=\"legend\"><summary>What the symbols mean</summary>\n<dl>"
      + entries.joined() + "</dl></details>\n"
  }

  /// A page of so many lines is read from top to bottom.
  private static let linesOfShortPage = 60
  private static let linesOfShortSection = 6

  private static func id(_ kind: Section.Kind, _ place: Int) -> String {
    "\(kind.rawValue)-\(place + 1)"
  }

  private static func contents(_ parts: [(kind: Section.Kind, sections: [Section])]) -> String {
    var text = "<nav aria-label=\"Contents\"><ul>\n"
    for (kind, sections) in parts {
      text += "<li><a href=\"#\(kind.rawValue)\">\(heading(kind).escaped)</a>"
      if sections.count > 1 {
        let links = sections.enumerated().map { place, section in
          "<li><a href=\"#\(id(kind, place))\">\(section.title.escaped)</a></li>"
        }
        text += "<details><summary>\(sections.count) sections</summary><ul>"
        text += links.joined(separator: "\n") + "</ul></details>"
      }
      text += "</li>\n"
    }
    return text + "</ul></nav>\n"
  }

  private func figure(_ kind: Section.Kind) -> String {
    let numbers: Drawing.Numbers
    switch kind {
    case .forward: numbers = .forward
    case .backward: numbers = .backward
    case .again: numbers = .again
    default: return ""
    }
    var caption = Drawing.caption(numbers) + "; orange is above 0, blue and dashed below."
    if drawing.columns.contains(where: { $0.leftOut > 0 }) || drawing.edgesLeftOut > 0 {
      caption += " Only the largest contributions are drawn"
      caption += drawing.edgesLeftOut > 0 ? "; \(drawing.edgesLeftOut) connections are not." : "."
    }
    if let members = drawing.members {
      caption += " Of \(members) members the first is drawn, up to the mean of all."
    }
    let unlabelled = drawing.unlabelled(numbers)
    if unlabelled > 0 { caption += " There is no room for the numbers of \(unlabelled) lines." }
    return "<figure>\(drawing.svg(numbers))<figcaption>\(caption.escaped)</figcaption>"
      + "</figure>\n"
  }

  private static func introduction(_ kind: Section.Kind) -> String {
    switch kind {
    case .inputs: "What the network is shown, and what it should answer."
    case .forward:
      "Each neuron multiplies its inputs by its weights, adds its bias, and bends the sum."
    case .answer: "What the numbers of the last layer mean."
    case .loss: "The loss is one number that says how wrong the answer is."
    case .backward:
      "How much would the loss change with each number? Each answer is the answer for the step after "
        + "it times the factor in between."
    case .update: "Each weight takes a small step against its gradient."
    case .again: "The same input, the new weights: is the loss smaller?"
    }
  }

  // MARK: Lines

  private static func html(
    _ section: Section, _ images: String, id: String, isFolded: Bool
  ) -> String {
    var text = "<details id=\"\(id)\"\(isFolded ? "" : " open=\"open\"")>"
    text += "<summary><h3>\(section.title.escaped)</h3></summary>\n" + images
    return text + section.linesHTML + "</details>\n"
  }

  private func images(_ section: Section, _ drawn: (LayerImage) -> String?) -> String {
    guard section.kind == .inputs || section.kind == .forward else { return "" }
    let own = images.filter { $0.layer == section.layer }
    guard let sight = sights.first(where: { $0.layer == section.layer }) else {
      return own.compactMap(drawn).joined()
    }
    // What a window moves over stands beside what it makes, though it stands in its own section too.
    let seen = images.filter { $0.layer == sight.source && !$0.isKernel }.map { image in
      var image = image
      image.section = section.layer
      return image
    }
    return sight.html((seen + own).compactMap(drawn).joined())
  }

  private static let style = """
    main{max-width:60rem}
    @media (min-width:72rem){main{max-width:88rem}.beside:has(>figure){display:grid;
    grid-template-columns:minmax(0,1fr) minmax(0,28rem);gap:2rem}.beside>figure{order:2;position:sticky;
    top:3.5rem;align-self:start;max-height:calc(100vh - 4.5rem);overflow:auto}}
    .settings,.given{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
    .verdict{background:var(--card);border-left:4px solid var(--accent);padding:.5rem .75rem;
    font-weight:600}
    section>details{border-top:1px solid var(--line);padding:.25rem 0}
    summary{cursor:pointer}
    summary h3{display:inline}
    details details{color:var(--soft);margin:.25rem 0 .25rem 1rem}
    nav ul{padding-left:1rem}
    nav details{margin-left:0}
    .legend dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
    .legend dd{margin:0}
    .note{color:var(--soft)}
    main figure{margin:1rem auto;max-width:none;text-align:center}
    svg.figure{max-width:30rem}

    """
}

extension Trace.Section {
  /// Its lines as HTML, without its heading.
  package var linesHTML: String {
    var text = ""
    if lines.allSatisfy({ $0.formula == nil }) {
      text += "<ul class=\"given\">"
      for line in lines {
        let meaning = line.meaning.map { " <span>(\($0.escaped))</span>" } ?? ""
        let value = SymbolicExpression.mathMLNumber(Double(line.value))
        let equation = SymbolicExpression.markedSymbol(line.symbol) + "<mo>=</mo>" + value
        text += "<li>\(Equation.math(equation))\(meaning)</li>"
      }
      text += "</ul>\n"
    } else {
      for group in groups {
        let rows = group.lines.flatMap(\.rows).map(Self.html).joined()
        text +=
          group.summary.map { "<details><summary>\($0.escaped)</summary>\n\(rows)</details>\n" }
          ?? rows
      }
    }
    if !note.isEmpty { text += "<p class=\"note\">\(note.escaped)</p>\n" }
    return text
  }

  private static func html(_ row: Trace.Line.Row) -> String {
    Equation(
      name: Equation.math(SymbolicExpression.markedSymbol(row.symbol)),
      forms: row.forms.map { ($0.formula, $0.numbers) },
      value: Equation.math(SymbolicExpression.mathMLNumber(row.value))
        + (row.meaning.map { " <span>(\($0.escaped))</span>" } ?? ""),
      kind: row.kind == .whole ? "" : "\(row.kind)"
    ).html
  }
}
