import Engine

/// A part of a formula that no line ends in, for LaTeX's mathematics mode, with its width in ems.
struct LaTeXPiece {
  var text: String
  var width: Double

  init(_ text: String, width: Double) { (self.text, self.width) = (text, width) }

  /// A symbol, `∂L/∂w₁`.
  init(symbol: String) {
    let width =
      Symbol.sides(of: symbol).map { Self.width(of: $0.below) + 1.2 } ?? Self.width(of: symbol)
    self.init(SymbolicExpression.latexSymbol(symbol), width: width)
  }

  private static func width(of name: String) -> Double {
    let symbol = Symbol(parsing: name)
    let places = symbol.places.map { String($0) }.joined(separator: ",")
    let above = symbol.layer.map { "(\($0))" } ?? ""
    let primes = symbol.base.filter { $0 == "′" }.count
    let scripts = max(Double(places.count) * 0.42, Double(above.count + primes) * 0.42)
    return Double(symbol.base.count - primes) * 0.75 + scripts
  }

  func enclosed() -> LaTeXPiece { LaTeXPiece("\\left(\(text)\\right)", width: width + 1.6) }

  static func + (a: LaTeXPiece, b: LaTeXPiece) -> LaTeXPiece {
    LaTeXPiece(a.text + b.text, width: a.width + b.width)
  }
}

extension LaTeXPiece: ExpressibleByStringLiteral {
  /// A sign or a bracket with what stands beside it.
  init(stringLiteral text: String) { self.init(text, width: 1.25) }
}

extension SymbolicExpression {
  /// The formula in lines that are not wider than asked for, in ems.
  func latexLines(numbers: Bool, width: Double) -> [String] {
    var lines: [LaTeXPiece] = []
    for piece in latexPieces(numbers, width) {
      if let last = lines.last, last.width + piece.width <= width {
        lines[lines.count - 1] = last + piece
      } else {
        lines.append(piece)
      }
    }
    return lines.map(\.text)
  }

  /// The whole if it is narrow enough, else its parts with the signs before them. A line may end inside
  /// brackets, so these are of one size, and fractions and roots are written in one line.
  private func latexPieces(_ numbers: Bool, _ width: Double) -> [LaTeXPiece] {
    let own = latexWidth(numbers)
    if own <= width || isLeaf { return [LaTeXPiece(latex(numbers: numbers), width: own)] }
    func pieces(_ part: SymbolicExpression) -> [LaTeXPiece] { part.latexPieces(numbers, width / 2) }
    func inBrackets(
      _ parts: [LaTeXPiece], _ open: LaTeXPiece = "(", _ close: LaTeXPiece = ")"
    ) -> [LaTeXPiece] {
      var parts = parts
      parts[0] = open + parts[0]
      parts[parts.count - 1] = parts[parts.count - 1] + close
      return parts
    }
    func enclosed(_ part: SymbolicExpression, above level: Int) -> [LaTeXPiece] {
      part.bindsMoreThan(level, numbers) ? pieces(part) : inBrackets(pieces(part))
    }
    func joined(_ parts: [[LaTeXPiece]], _ sign: LaTeXPiece) -> [LaTeXPiece] {
      parts[0] + parts.dropFirst().flatMap { [sign + $0[0]] + $0.dropFirst() }
    }
    switch form {
    case .constant, .variable, .omitted: return []
    case .unary(.negate, let x):
      return inBrackets(enclosed(x, above: 2), "-", LaTeXPiece("", width: 0))
    case .unary(.exp, let x): return inBrackets(pieces(x), "\\exp(")
    case .unary(.sqrt, let x): return inBrackets(pieces(x), "(", ")^{1/2}")
    case .unary(.abs, let x): return inBrackets(pieces(x), "\\lvert ", "\\rvert ")
    case .unary(.erf, let x): return inBrackets(pieces(x), "\\operatorname{erf}(")
    case .unary(let function, let x):
      return inBrackets(pieces(x), LaTeXPiece("\\\(function.rawValue)(", width: 2.5))
    case .list(.add, let terms):
      return pieces(terms.all[0])
        + terms.all.dropFirst().flatMap { term in
          let text = term.latex(numbers: numbers)
          guard term.isLeaf, text.utf8.first == UInt8(ascii: "-") else {
            return joined([[LaTeXPiece("", width: 0)], pieces(term)], " + ").dropFirst()
          }
          return [LaTeXPiece(" - " + text.dropFirst(), width: term.latexWidth(numbers) + 1.25)]
        }
    case .list(let repetition, let terms):
      let (first, left, last) = Self.shortened(terms.all)
      let middle: [[LaTeXPiece]] = left > 0 ? [["\\ldots "]] : []
      return inBrackets(
        joined(first.map(pieces) + middle + [pieces(last)], ", "),
        LaTeXPiece("\\\(repetition.rawValue)(", width: 2.5))
    case .binary(.multiply, let a, let b) where a == b:
      return inBrackets(pieces(a), "(", ")^{2}")
    case .binary(let operation, let a, let b):
      let sign: LaTeXPiece =
        switch operation {
        case .subtract: " - "
        case .multiply: " \\cdot "
        case .divide: " \\mathbin{/} "
        }
      // A fraction within this is a bar, or one line that binds like a product.
      let level = operation == .divide ? 2 : rightNeeds
      return joined([enclosed(a, above: precedence - 1), enclosed(b, above: level)], sign)
    case .choice(let a, let b, let yes, let no):
      let condition = joined([pieces(a), pieces(b)], " > ")
      let parts = joined([pieces(yes), condition], LaTeXPiece("\\text{ if }", width: 1.5))
      return inBrackets(joined([parts, pieces(no)], LaTeXPiece("\\text{ else }", width: 2.2)))
    }
  }

  /// About how wide `latex` is, in ems.
  private func latexWidth(_ numbers: Bool) -> Double {
    func width(_ part: SymbolicExpression) -> Double { part.latexWidth(numbers) }
    switch form {
    case .constant(let value): return Self.numberWidth(Self.constantText(value))
    case .variable(let name, let value):
      return numbers
        ? Self.numberWidth(Self.number(value)) + (value < 0 ? 1.6 : 0)
        : LaTeXPiece(symbol: name).width
    case .omitted(let count, let total):
      return 0.4 * Double("\(count) more: ".count)
        + (numbers ? 0.8 * Self.numberWidth(Self.number(total)) : 0)
    case .unary(.exp, let x): return 0.5 + 0.75 * width(x)
    case .unary(_, let x): return 3.8 + width(x)
    case .list(.add, let terms):
      return terms.all.reduce(-1.25) { $0 + width($1) + 1.25 }
    case .list(_, let terms):
      let (first, left, last) = Self.shortened(terms.all)
      return first.reduce(3.8 + width(last) + (left > 0 ? 2 : 0)) { $0 + width($1) + 0.5 }
    case .binary(.divide, let a, let b): return Double.max(width(a), width(b)) + 0.3
    case .binary(.multiply, let a, let b) where a == b: return width(a) + 2.2
    case .binary(let operation, let a, let b):
      let brackets = [(a, precedence - 1), (b, rightNeeds)].count {
        !$0.0.isLeaf && !$0.0.bindsMoreThan($0.1, numbers)
      }
      return width(a) + width(b) + (operation == .multiply ? 0.8 : 1.25) + 1.6 * Double(brackets)
    case .choice(let a, let b, let yes, let no):
      return 5 + Double.max(width(yes), width(no)) + width(a) + width(b)
    }
  }

  private static func numberWidth(_ text: String) -> Double {
    0.52 * Double(text.utf8.count) + (text.utf8.contains(UInt8(ascii: "e")) ? 1.6 : 0)
  }
}
