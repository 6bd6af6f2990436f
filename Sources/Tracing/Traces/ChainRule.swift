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
      if case .omitted = term {
        terms.append(term)
        continue
      }
      guard let (gradient, factor) = Self.split(term),
        case .variable(let name, _) = gradient, let from = Symbol.sides(of: name)?.below
      else { return nil }
      let part = Trace.Part(symbol: "∂\(from)/∂\(below)", formula: factor)
      factors.append(part)
      // Not by the operators, which leave out a factor of 1.
      terms.append(.binary(.multiply, gradient, .variable(part.symbol, part.value)))
    }
    guard !factors.isEmpty, Set(factors.map(\.symbol)).count == factors.count else { return nil }
    chain = terms.dropFirst().reduce(terms[0]) { .binary(.add, $0, $1) }
    self.factors = factors
  }

  /// A product of one gradient and other things.
  private static func split(_ term: SymbolicExpression) -> (
    gradient: SymbolicExpression, factor: SymbolicExpression
  )? {
    if case .variable(let name, _) = term, isGradient(name) { return (term, .constant(1)) }
    if case .unary(.negate, let x) = term, let (gradient, factor) = split(x) {
      return (gradient, -factor)
    }
    if case .binary(.divide, let a, let b) = term, let (gradient, factor) = split(a),
      !mentionsGradient(b)
    {
      return (gradient, factor / b)
    }
    guard case .binary(.multiply, let a, let b) = term else { return nil }
    if let (gradient, factor) = split(a), !mentionsGradient(b) { return (gradient, factor * b) }
    if let (gradient, factor) = split(b), !mentionsGradient(a) { return (gradient, a * factor) }
    return nil
  }

  private static func isGradient(_ name: String) -> Bool { name.hasPrefix("∂L/∂") }

  private static func mentionsGradient(_ formula: SymbolicExpression) -> Bool {
    formula.variables.contains { isGradient($0.symbol) }
  }
}
