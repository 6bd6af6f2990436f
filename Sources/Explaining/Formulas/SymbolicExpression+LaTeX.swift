package import Engine

extension SymbolicExpression {
  /// The formula for LaTeX's mathematics mode, with symbols or with their numbers.
  package func latex(numbers: Bool = false) -> String {
    switch form {
    case .constant(let value): Self.latexNumber(Self.constantText(value))
    case .variable(let name, let value):
      numbers ? Self.latexNumber(value) : Self.latexSymbol(name)
    case .omitted(let count, let total):
      numbers
        ? "\\underbrace{\\cdots}_{\(count)\\text{ more: }\(Self.latexNumber(total))}"
        : "\\underbrace{\\cdots}_{\(count)\\text{ more}}"
    case .unary(.negate, let x): "-" + x.latexEnclosed(above: 2, numbers)
    case .unary(.exp, let x): "e^{\(x.latex(numbers: numbers))}"
    case .unary(.sqrt, let x): "\\sqrt{\(x.latex(numbers: numbers))}"
    case .unary(.abs, let x): "\\left|\(x.latex(numbers: numbers))\\right|"
    case .unary(.erf, let x): "\\operatorname{erf}\\left(\(x.latex(numbers: numbers))\\right)"
    case .unary(let function, let x):
      "\\\(function.rawValue)\\left(\(x.latex(numbers: numbers))\\right)"
    case .list(.add, let terms): Self.latexSum(terms.all, numbers)
    case .list(let repetition, let terms): Self.latexList(repetition, terms.all, numbers)
    case .binary(.divide, let a, let b):
      "\\frac{\(a.latex(numbers: numbers))}{\(b.latex(numbers: numbers))}"
    case .binary(.multiply, let a, let b) where a == b:
      "{\(a.latexEnclosed(above: 4, numbers))}^{2}"
    case .binary(let operation, let a, let b):
      a.latexEnclosed(above: precedence - 1, numbers)
        + (operation == .multiply ? " \\cdot " : " \(operation.rawValue) ")
        + b.latexEnclosed(above: rightNeeds, numbers)
    case .choice(let a, let b, let yes, let no):
      "\\begin{cases}\(yes.latex(numbers: numbers)) & \\text{if } \(a.latex(numbers: numbers)) > "
        + "\(b.latex(numbers: numbers))\\\\ \(no.latex(numbers: numbers)) & \\text{else}"
        + "\\end{cases}"
    }
  }

  private static func latexSum(_ terms: [SymbolicExpression], _ numbers: Bool) -> String {
    var text = terms[0].latex(numbers: numbers)
    for term in terms.dropFirst() { text += term.latexTerm(numbers) }
    return text
  }

  /// With the sign before it.
  private func latexTerm(_ numbers: Bool) -> String {
    let text = latex(numbers: numbers)
    return isLeaf && text.utf8.first == UInt8(ascii: "-")
      ? " - " + text.dropFirst() : " + " + text
  }

  private static func latexList(
    _ repetition: Repetition, _ arguments: [SymbolicExpression], _ numbers: Bool
  ) -> String {
    let (first, left, last) = shortened(arguments)
    var texts = first.map { $0.latex(numbers: numbers) }
    if left > 0 { texts.append("\\ldots") }
    texts.append(last.latex(numbers: numbers))
    return "\\\(repetition.rawValue)\\left(\(texts.joined(separator: ", "))\\right)"
  }

  private func latexEnclosed(above level: Int, _ numbers: Bool) -> String {
    let inner = latex(numbers: numbers)
    return bindsMoreThan(level, numbers) ? inner : "\\left(\(inner)\\right)"
  }

  static func latexNumber(_ value: Double) -> String { latexNumber(number(value)) }

  private static func latexNumber(_ text: String) -> String {
    guard let (digits, power) = tenPower(text) else { return text }
    return "\(digits) \\cdot 10^{\(power)}"
  }

  private static let latexLetters: [Unicode.Scalar: String] = [
    "ĝ": "\\hat{g}", "ŷ": "\\hat{y}", "‖": "\\Vert ", "_": "\\_", "∂": "\\partial ",
    "…": "\\ldots ", "′": "'",
  ]

  /// Letters of a symbol; what mathematics mode has no sign for is written as text.
  private static func latexLetters(_ name: String) -> String {
    let letters = name.unicodeScalars.map { scalar in
      if let sign = latexLetters[scalar] ?? String.latexGreek(scalar) { return sign }
      let isPlain =
        scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789.".unicodeScalars.contains(scalar))
      return isPlain ? String(scalar) : "\\text{\(String(scalar).latexText)}"
    }.joined()
    let isWord = name.count > 2 && name.utf8.allSatisfy { $0 | 32 >= 97 && $0 | 32 <= 122 }
    return isWord ? "\\mathit{\(letters)}" : letters
  }

  static func latexSymbol(_ name: String) -> String {
    if let (above, below) = Symbol.sides(of: name) {
      return "\\frac{\\partial \(latexSymbol(above))}{\\partial \(latexSymbol(below))}"
    }
    let symbol = Symbol(parsing: name)
    let primes = symbol.base.filter { $0 == "′" }.count
    let parts = symbol.base.filter { $0 != "′" }.split(separator: "(").map(String.init)
    let names = parts.map(latexLetters)
    let prime = String(repeating: "\\prime ", count: primes)
    let layer = symbol.layer.map { "(\($0))" } ?? ""
    let places = symbol.places.map(String.init).joined(separator: ",")
    let below = places.isEmpty ? "" : "_{\(places)}"
    guard names.count > 1 else {
      let above = prime + layer
      return (names.first ?? "?") + below + (above.isEmpty ? "" : "^{\(above)}")
    }
    let above = layer.isEmpty ? "" : "^{\(layer)}"
    return names[0] + (prime.isEmpty ? "" : "^{\(prime)}") + "(\(names[1])\(below)\(above))"
  }
}
