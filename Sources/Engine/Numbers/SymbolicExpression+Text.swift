extension SymbolicExpression {
  /// The formula with its symbols.
  package var symbols: String { text(.symbols) }

  /// The formula with every symbol replaced by its number.
  package var numbers: String { text(.numbers) }

  private enum Style { case symbols, numbers }

  private func text(_ style: Style) -> String {
    switch form {
    case .constant(let value): Self.constantText(value)
    case .variable(let name, let value): style == .symbols ? name : Self.number(value)
    case .omitted(let count, let total):
      style == .symbols
        ? "… \(count) more …" : "[\(count) more: \(Self.number(total))]"
    case .unary(.negate, let x): "-" + x.enclosed(above: 2, style)
    case .unary(.exp, let x): "e^" + x.enclosed(above: 4, style)
    case .unary(let function, let x): "\(function.rawValue)(\(x.text(style)))"
    case .list(.add, let terms): sum(terms.all, style)
    case .list(let repetition, let terms):
      "\(repetition.rawValue)(\(Self.listed(terms.all, style)))"
    case .binary(.multiply, let a, let b) where a == b: a.squareBase(style) + "²"
    case .binary(let operation, let a, let b):
      a.enclosed(above: precedence - 1, style) + " \(operation.rawValue) "
        + b.enclosed(above: rightNeeds, style)
    case .choice(let a, let b, let yes, let no):
      "(\(yes.text(style)) if \(a.text(style)) > \(b.text(style))"
        + " else \(no.text(style)))"
    }
  }

  /// `a + b - 3`.
  private func sum(_ terms: [SymbolicExpression], _ style: Style) -> String {
    var text = terms[0].text(style)
    for term in terms.dropFirst() {
      let next = term.text(style)
      if term.isLeaf, next.utf8.first == UInt8(ascii: "-") {
        text += " - "
        text += next.dropFirst()
      } else {
        text += " + "
        text += next
      }
    }
    return text
  }

  /// `a, b, c`; a long list names its ends.
  private static func listed(_ arguments: [SymbolicExpression], _ style: Style) -> String {
    let (first, left, last) = shortened(arguments)
    let texts = first.map { $0.text(style) }
    let middle = left > 0 ? ["… \(left) more …"] : []
    return (texts + middle + [last.text(style)]).joined(separator: ", ")
  }

  /// The arguments of a maximum or minimum: the first ones, how many are not listed, the last.
  package static func shortened(_ arguments: [SymbolicExpression]) -> (
    first: ArraySlice<SymbolicExpression>, omitted: Int, last: SymbolicExpression
  ) {
    let shown = arguments.count > 8 ? 3 : arguments.count - 1
    return (arguments[..<shown], arguments.count - shown - 1, arguments[arguments.count - 1])
  }

  /// What a small ² can follow without doubt.
  private func squareBase(_ style: Style) -> String {
    let text = enclosed(above: 4, style)
    return text.hasPrefix("∂") || text.hasPrefix("e^") ? "(\(text))" : text
  }

  package var isLeaf: Bool {
    switch form {
    case .constant, .variable, .omitted: true
    default: false
    }
  }

  /// The text, in brackets unless it binds more strongly than the place needs.
  private func enclosed(above level: Int, _ style: Style) -> String {
    let text = text(style)
    return binding(of: text) > level ? text : "(\(text))"
  }

  /// A negative number that stands in for a symbol binds like a sum, so `2 · -3` gets its brackets.
  private func binding(of text: String) -> Int {
    isLeaf ? (text.utf8.first == UInt8(ascii: "-") ? 1 : 5) : precedence
  }

  package var precedence: Int {
    switch form {
    case .list(.add, _), .binary(.subtract, _, _): 1
    case .unary(.negate, _): 1
    case .binary(.multiply, let a, let b) where a == b: 4
    case .binary(.multiply, _, _), .binary(.divide, _, _): 2
    default: 5
    }
  }

  /// What the right side must bind more strongly than: `a - (b + c)` and `a ÷ (b · c)` need brackets.
  package var rightNeeds: Int {
    if case .binary(.subtract, _, _) = form { return 1 }
    if case .binary(.divide, _, _) = form { return 2 }
    return precedence - 1
  }

  /// A number that stands in a formula: exactly, unless that is long.
  package static func constantText(_ value: Double) -> String {
    let exact = "\(value)"
    return exact.count <= 9 && !exact.hasSuffix(".0") ? exact : number(value)
  }

  /// A number as short as it can be: whole numbers without a point, else six significant digits.
  package static func number(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e15 { return "\(Int64(value))" }
    guard value.isFinite, value != 0 else { return "\(value)" }
    var power = 1.0
    var scaled = value.magnitude
    while scaled >= 1e6, power > 1e-300 { (scaled, power) = (scaled / 10, power / 10) }
    while scaled < 1e5, power < 1e300 { (scaled, power) = (scaled * 10, power * 10) }
    let text = "\((value * power).rounded() / power)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
