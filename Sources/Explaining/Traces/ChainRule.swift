import Engine

/// A gradient taken apart into the gradients it comes from and the factors they are multiplied by.
struct ChainRule {
  let chain: SymbolicExpression
  let factors: [Trace.Part]

  /// - Parameters:
  ///   - formula: of the gradient.
  ///   - symbol: of the gradient, `∂L/∂z₁`.
  /// - Returns: nil if the formula is no sum of gradients times factors.
  init?(_ formula: SymbolicExpression, symbol: String) {
    guard let below = Symbol.sides(of: symbol)?.below else { return nil }
    var terms: [SymbolicExpression] = []
    var factors: [Trace.Part] = []
    for term in formula.terms {
      if case .omitted = term.form {
        terms.append(term)
        continue
      }
      guard let (gradient, factor) = Self.split(term),
        case .variable(let name, _) = gradient.form, let from = Symbol.sides(of: name)?.below
      else { return nil }
      let part = Trace.Part(symbol: "∂\(from)/∂\(below)", formula: factor)
      factors.append(part)
      // Not by the operators, which leave out a factor of 1.
      terms.append(.binary(.multiply, gradient, .variable(part.symbol, part.value)))
    }
    guard !factors.isEmpty, Set(factors.map(\.symbol)).count == factors.count else { return nil }
    chain = .list(.add, terms)
    self.factors = factors
  }

  /// A product of one gradient and other things.
  private static func split(_ term: SymbolicExpression) -> (
    gradient: SymbolicExpression, factor: SymbolicExpression
  )? {
    if case .variable(let name, _) = term.form, isGradient(name) { return (term, .constant(1)) }
    if case .unary(.negate, let x) = term.form, let (gradient, factor) = split(x) {
      return (gradient, -factor)
    }
    if case .binary(.divide, let a, let b) = term.form, let (gradient, factor) = split(a),
      !mentionsGradient(b)
    {
      return (gradient, factor / b)
    }
    guard case .binary(.multiply, let a, let b) = term.form else { return nil }
    if let (gradient, factor) = split(a), !mentionsGradient(b) { return (gradient, factor * b) }
    if let (gradient, factor) = split(b), !mentionsGradient(a) { return (gradient, a * factor) }
    return nil
  }

  private static func isGradient(_ name: String) -> Bool { name.utf8.starts(with: "∂L/∂".utf8) }

  private static func mentionsGradient(_ formula: SymbolicExpression) -> Bool {
    formula.mentions(isGradient)
  }
}
