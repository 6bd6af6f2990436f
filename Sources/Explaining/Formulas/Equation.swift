import Engine

/// A name, the formulas it equals and the number they give, as a part of a page that holds `style`.
struct Equation {
  /// HTML.
  var name: String
  /// Each with its symbols or with its numbers.
  var forms: [(formula: Written, numbers: Bool)]
  /// HTML.
  var value: String
  /// A class of the style sheet, if it is not an ordinary one.
  var kind = ""

  /// The left side once, the right sides below each other.
  var html: String {
    var rows = forms.map { form in
      // Each term is a formula of its own, so that a long sum breaks into lines like a sentence.
      form.formula.terms.enumerated().map { place, term in
        Self.math(
          place == 0
            ? term.mathML(numbers: form.numbers) : Self.added(term, numbers: form.numbers))
      }.joined(separator: " ")
    }
    rows.append("<b>\(value)</b>")
    let right = rows.map { "<div><span>=</span> \($0)</div>" }.joined()
    return "<div class=\"equation\(kind.isEmpty ? "" : " " + kind)\">"
      + "<div>\(name)</div><div>\(right)</div></div>\n"
  }

  private static func added(_ term: Written, numbers: Bool) -> String {
    if case .variable(_, let value) = term, numbers, value < 0 {
      return "<mo form=\"infix\">−</mo>" + Written.mathMLNumber(-value)
    }
    return "<mo form=\"infix\">+</mo>" + term.mathML(numbers: numbers)
  }

  /// MathML in running text.
  static func math(_ inner: String) -> String { "<math>\(inner)</math>" }

  static let style = """
    .equation{display:grid;grid-template-columns:minmax(4.5rem,max-content) 1fr;padding:.3rem 0;
    border-bottom:1px solid var(--line);overflow-x:auto;align-items:baseline}
    .equation>div:last-child>div{padding-left:1.2rem;text-indent:-1.2rem;line-height:1.9;
    padding-block:.1rem}
    .equation math{text-indent:0}
    .equation.factor,.equation.part{color:var(--soft);border-bottom:0}

    """
}
