import Engine

extension Trace.Line {
  /// A symbol, the formulas it equals, and the number they give: what every way of showing a trace
  /// writes down.
  struct Row {
    enum Kind { case factor, whole, part }

    /// A formula with its symbols or with their numbers.
    struct Form {
      var formula: SymbolicExpression
      var numbers = false

      var text: String { numbers ? formula.numbers : formula.symbols }
    }

    var kind: Kind
    var symbol: String
    /// None that is nothing but the number, which stands behind them.
    var forms: [Form]
    var value: Double
    /// What the number means to the user.
    var meaning: String?

    init(
      _ kind: Kind, _ symbol: String, _ forms: [Form], _ value: Double, meaning: String? = nil
    ) {
      (self.kind, self.symbol, self.forms, self.value) = (kind, symbol, forms, value)
      self.meaning = meaning
      if forms.last?.text == SymbolicExpression.number(value) { self.forms.removeLast() }
    }

    fileprivate init(_ kind: Kind, _ part: Trace.Part) {
      self.init(
        kind, part.symbol,
        [Form(formula: part.formula), Form(formula: part.formula, numbers: true)],
        part.value)
    }
  }

  /// The factors of the chain rule first, then the line itself, then the parts of its formula.
  var rows: [Row] {
    // Factors that are one symbol or number need no line.
    let shown = factors.filter { !$0.formula.isLeaf }
    var forms: [Row.Form] = []
    if let chain { forms.append(.init(formula: chain)) }
    if let chain, !shown.isEmpty {
      forms.append(.init(formula: chain, numbers: true))
    } else if let formula {
      forms.append(.init(formula: formula))
      if formula.symbols != formula.numbers { forms.append(.init(formula: formula, numbers: true)) }
    }
    return shown.map { Row(.factor, $0) } + [
      Row(.whole, symbol, forms, Double(value), meaning: meaning)
    ]
      + parts.map { Row(.part, $0) }
  }
}
