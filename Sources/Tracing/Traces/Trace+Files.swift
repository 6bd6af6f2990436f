import Engine
import Networks

extension Trace {
  /// The trace as one JSON object: every number in full, every formula as text with symbols, as text
  /// with numbers, and as a tree to compute it again from.
  /// - Throws: nothing a user can cause.
  public func json(pretty: Bool = false) throws -> String {
    try JSONText.encode(self, pretty: pretty)
  }

  /// A LaTeX document.
  public var latex: String {
    var body = "\\section*{One learning cycle}\n\(Self.latexText(title))\n\n"
    body += settings.map { "\(Self.latexText($0.name)): \(Self.latexText($0.value))" }
      .joined(separator: "; ")
    body += ".\n\\paragraph{Symbols}"
    body +=
      legend.map {
        " $\(SymbolicExpression.latexSymbol($0.symbol))$ \(Self.latexText($0.meaning))"
      }.joined(separator: ";") + ".\n"
    var kind: Section.Kind?
    for section in sections {
      if section.kind != kind {
        body += "\\subsection*{\(Self.latexText(Self.heading(section.kind)))}\n"
        kind = section.kind
      }
      body += "\\paragraph{\(Self.latexText(section.title))}\n\\begin{align*}\n"
      body += section.lines.flatMap(\.rows).flatMap(Self.latex).joined(separator: "\\\\\n")
      body += "\n\\end{align*}\n\(Self.latexText(section.note))\n"
    }
    body += "\\subsection*{Did it help?}\n\(Self.latexText(verdict))\n"
    return """
      \\documentclass{article}
      \\usepackage[T1]{fontenc}
      \\usepackage[utf8]{inputenc}
      \\usepackage{amsmath}
      \\usepackage[margin=2cm]{geometry}
      \\allowdisplaybreaks
      \\begin{document}
      \(body)\\end{document}

      """
  }

  private static func latex(_ row: Line.Row) -> [String] {
    let forms = row.forms.map { $0.formula.latex(numbers: $0.numbers) }
    let meaning = row.meaning.map { "\\quad\\text{(\(latexText($0)))}" } ?? ""
    return (forms + [SymbolicExpression.latexNumber(row.value) + meaning]).enumerated().map {
      place, form in
      (place == 0 ? SymbolicExpression.latexSymbol(row.symbol) : "") + " &= " + form
    }
  }

  private static let latexSigns: [Character: String] = [
    "_": "\\_", "→": "$\\rightarrow$", "∂": "$\\partial$", "%": "\\%", "&": "\\&", "#": "\\#",
    "{": "\\{", "}": "\\}", "$": "\\$", "^": "\\^{}", "~": "\\~{}", "\\": "\\textbackslash{}",
    "×": "$\\times$", "−": "$-$", "÷": "$\\div$", "·": "$\\cdot$", "ŷ": "$\\hat{y}$",
    "…": "\\ldots{}", "′": "$'$", "δ": "$\\delta$", "‖": "$\\Vert$", "η": "$\\eta$",
    "α": "$\\alpha$", "β": "$\\beta$", "γ": "$\\gamma$",
  ]

  private static func latexText(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if let digit = Array("⁰¹²³⁴⁵⁶⁷⁸⁹").firstIndex(of: character) {
        escaped += "$^{\(digit)}$"
      } else if let bracket = ["⁽": "(", "⁾": ")"][character] {
        escaped += "$^{\(bracket)}$"
      } else {
        escaped += latexSigns[character] ?? String(character)
      }
    }
    return escaped
  }
}

extension Trace.Line {
  private enum Key: String, CodingKey {
    case symbol, value, meaning, formula, numbers, tree, parts, chain, factors
    case chainTree = "chain_tree"
  }

  /// An object whose `formula`, `numbers` and `chain` are text and whose `tree` is the formula.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(symbol, forKey: .symbol)
    try fields.encode(value, forKey: .value)
    try fields.encodeIfPresent(meaning, forKey: .meaning)
    try fields.encodeIfPresent(formula?.symbols, forKey: .formula)
    try fields.encodeIfPresent(formula?.numbers, forKey: .numbers)
    try fields.encodeIfPresent(formula, forKey: .tree)
    if !parts.isEmpty { try fields.encode(parts, forKey: .parts) }
    try fields.encodeIfPresent(chain?.symbols, forKey: .chain)
    try fields.encodeIfPresent(chain, forKey: .chainTree)
    if !factors.isEmpty { try fields.encode(factors, forKey: .factors) }
  }

  /// Reads what ``encode(to:)`` writes.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      symbol: try fields.decode(String.self, forKey: .symbol),
      value: try fields.decode(Float.self, forKey: .value),
      formula: try fields.decodeIfPresent(SymbolicExpression.self, forKey: .tree),
      parts: try fields.decodeIfPresent([Trace.Part].self, forKey: .parts) ?? [],
      chain: try fields.decodeIfPresent(SymbolicExpression.self, forKey: .chainTree),
      factors: try fields.decodeIfPresent([Trace.Part].self, forKey: .factors) ?? [],
      meaning: try fields.decodeIfPresent(String.self, forKey: .meaning))
  }
}
