extension SymbolicExpression {
  /// The formula with its symbols.
  package var symbols: String { text(.symbols) }

  /// The formula with every symbol replaced by its number.
  package var numbers: String { text(.numbers) }

  private enum Style { case symbols, numbers }

  private func text(_ style: Style) -> String {
    switch self {
    case .constant(let value): Self.constantText(value)
    case .variable(let name, let value): style == .symbols ? name : Self.number(value)
    case .omitted(let count, let total):
      style == .symbols
        ? "… \(count) more …" : "[\(count) more: \(Self.number(total))]"
    case .unary(.negate, let x): "-" + x.enclosed(above: 2, style)
    case .unary(.exp, let x): "e^" + x.enclosed(above: 4, style)
    case .unary(let function, let x): "\(function.rawValue)(\(x.text(style)))"
    case .binary(.max, _, _): "max(\(list(.max, style)))"
    case .binary(.min, _, _): "min(\(list(.min, style)))"
    case .binary(.add, let a, let b) where b.isLeaf && b.text(style).hasPrefix("-"):
      a.enclosed(above: 0, style) + " - " + b.text(style).dropFirst()
    case .binary(.multiply, let a, let b) where a == b: a.squareBase(style) + "²"
    case .binary(let operation, let a, let b):
      a.enclosed(above: precedence - 1, style) + " \(operation.rawValue) "
        + b.enclosed(above: rightNeeds, style)
    case .choice(let a, let b, let yes, let no):
      "(\(yes.text(style)) if \(a.text(style)) > \(b.text(style))"
        + " else \(no.text(style)))"
    }
  }

  /// `max(max(a, b), c)` reads as `max(a, b, c)`; a long list names its ends.
  private func list(_ operation: Operation, _ style: Style) -> String {
    let (first, left, last) = arguments(of: operation)
    let texts = first.map { $0.text(style) }
    let middle = left > 0 ? ["… \(left) more …"] : []
    return (texts + middle + [last.text(style)]).joined(separator: ", ")
  }

  /// The arguments of nested `max` or `min`: the first ones, how many are not listed, the last.
  package func arguments(of operation: Operation) -> (
    first: [SymbolicExpression], omitted: Int, last: SymbolicExpression
  ) {
    var all: [SymbolicExpression] = []
    var rest = self
    while case .binary(operation, let a, let b) = rest {
      all.append(b)
      rest = a
    }
    all.append(rest)
    all.reverse()
    let shown = all.count > 8 ? 3 : all.count - 1
    return (Array(all[..<shown]), all.count - shown - 1, all[all.count - 1])
  }

  /// What a small ² can follow without doubt.
  private func squareBase(_ style: Style) -> String {
    let text = enclosed(above: 4, style)
    return text.hasPrefix("∂") || text.hasPrefix("e^") ? "(\(text))" : text
  }

  package var isLeaf: Bool {
    switch self {
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
    isLeaf ? (text.hasPrefix("-") ? 1 : 5) : precedence
  }

  package var precedence: Int {
    switch self {
    case .binary(.add, _, _), .binary(.subtract, _, _): 1
    case .unary(.negate, _): 1
    case .binary(.multiply, let a, let b) where a == b: 4
    case .binary(.multiply, _, _), .binary(.divide, _, _): 2
    default: 5
    }
  }

  /// What the right side must bind more strongly than: `a - (b + c)` and `a ÷ (b · c)` need brackets.
  package var rightNeeds: Int {
    if case .binary(.subtract, _, _) = self { return 1 }
    if case .binary(.divide, _, _) = self { return 2 }
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
