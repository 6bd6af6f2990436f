package import Engine
import Formatting

/// A name, the formulas it equals and the number they give, as a part of a page that holds `style`.
package struct Equation {
  /// HTML.
  package var name: String
  /// Each with its symbols or with its numbers.
  package var forms: [(formula: SymbolicExpression, numbers: Bool)]
  /// HTML.
  package var value: String
  /// A class of the style sheet, if it is not an ordinary one.
  package var kind = ""

  package init(
    name: String, forms: [(formula: SymbolicExpression, numbers: Bool)], value: String,
    kind: String = ""
  ) {
    (self.name, self.forms, self.value, self.kind) = (name, forms, value, kind)
  }

  /// The left side once, the right sides below each other.
  package var html: String {
    var rows = forms.map { form in
      // Each piece is a formula of its own, so that a long one breaks into lines like a sentence.
      form.formula.pieces(numbers: form.numbers).map(Self.math).joined(separator: " ")
    }
    rows.append("<b>\(value)</b>")
    let right = rows.map { "<div><span>=</span> \($0)</div>" }.joined()
    return "<div class=\"equation\(kind.isEmpty ? "" : " " + kind)\">"
      + "<div>\(name)</div><div>\(right)</div></div>\n"
  }

  /// MathML in running text, with fractions as large as in a line of their own.
  package static func math(_ inner: String) -> String {
    "<math displaystyle=\"true\">\(inner)</math>"
  }

  /// A left side: symbols as mathematics, `new` and other words as words.
  package static func name(_ text: String) -> String {
    text.split(separator: " ").map(String.init).map { word in
      isSymbol(word) ? math(SymbolicExpression.mathMLSymbol(word.withMinusSigns)) : word.escaped
    }.joined(separator: " ")
  }

  private static func isSymbol(_ word: String) -> Bool {
    word.count == 1 || word.hasPrefix("∂") || word.hasSuffix(")")
      || !Symbol(parsing: word).places.isEmpty
  }

  package static let style = """
    .equation{display:grid;grid-template-columns:minmax(4.5rem,max-content) 1fr;column-gap:.4rem;padding:.3rem 0;
    border-bottom:1px solid var(--line);overflow-x:auto;align-items:baseline}
    .equation>div:last-child>div{padding-left:1.2rem;text-indent:-1.2rem;line-height:1.9;
    padding-block:.25rem}
    .equation math{text-indent:0}
    .equation.factor,.equation.part{color:var(--soft);border-bottom:0}

    """
}

extension SymbolicExpression {
  /// The terms of a sum and the factors of long products, each with the sign before it, as MathML.
  fileprivate func pieces(numbers: Bool) -> [String] {
    switch form {
    case .list(.add, let terms):
      Self.sum(terms.all, numbers: numbers) { $0.pieces(numbers: numbers) }
    case .binary(.subtract, let a, let b):
      a.pieces(numbers: numbers)
        + [Self.sign("−") + b.mathMLEnclosed(above: rightNeeds, numbers)]
    case .binary(.multiply, let a, let b) where a != b && text(numbers).count > Self.longest:
      a.factors(numbers: numbers)
        + [Self.sign("·") + b.mathMLEnclosed(above: rightNeeds, numbers)]
    default: [mathML(numbers: numbers)]
    }
  }

  private static let longest = 30

  private func text(_ numbers: Bool) -> String { numbers ? self.numbers : symbols }

  /// The left side of a product, in brackets unless it is a product itself.
  private func factors(numbers: Bool) -> [String] {
    guard case .binary(.multiply, let a, let b) = form, a != b else {
      return [mathMLEnclosed(above: 1, numbers)]
    }
    return a.factors(numbers: numbers)
      + [Self.sign("·") + b.mathMLEnclosed(above: rightNeeds, numbers)]
  }
}
