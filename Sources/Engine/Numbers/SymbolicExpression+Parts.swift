extension SymbolicExpression {
  /// The arguments of the outermost step.
  package var children: [SymbolicExpression] {
    switch self {
    case .constant, .variable, .omitted: []
    case .unary(_, let x): [x]
    case .binary(_, let a, let b): [a, b]
    case .choice(let a, let b, let yes, let no): [a, b, yes, no]
    }
  }

  /// The same outermost step with other arguments.
  private func with(_ children: [SymbolicExpression]) -> SymbolicExpression {
    switch self {
    case .constant, .variable, .omitted: self
    case .unary(let function, _): .unary(function, children[0])
    case .binary(let operation, _, _): .binary(operation, children[0], children[1])
    case .choice: .choice(children[0], children[1], yes: children[2], no: children[3])
    }
  }

  /// The formula with every part that equals a key replaced by its value, the largest parts first.
  package func replacing(_ parts: [SymbolicExpression: SymbolicExpression]) -> SymbolicExpression {
    if let new = parts[self] { return new }
    return isLeaf ? self : with(children.map { $0.replacing(parts) })
  }

  /// The terms of the outermost sum, in order.
  package var terms: [SymbolicExpression] {
    var found: [SymbolicExpression] = []
    var rest = self
    while case .binary(.add, let a, let b) = rest {
      found.append(b)
      rest = a
    }
    found.append(rest)
    return found.reversed()
  }

  /// All symbols with their numbers, each once, in order of appearance.
  package var variables: [(symbol: String, value: Double)] {
    var known: Set<String> = []
    var found: [(symbol: String, value: Double)] = []
    func visit(_ part: SymbolicExpression) {
      if case .variable(let symbol, let value) = part, known.insert(symbol).inserted {
        found.append((symbol, value))
      }
      part.children.forEach(visit)
    }
    visit(self)
    return found
  }

  /// A formula whose large repeated parts have symbols of their own, and these parts, in an order in
  /// which each uses only earlier ones.
  ///
  /// - Parameter symbol: a new one for each call.
  package func namingRepeatedParts(_ symbol: () -> String) -> (
    formula: SymbolicExpression, parts: [(symbol: String, part: SymbolicExpression)]
  ) {
    var formula = self
    var parts: [(symbol: String, part: SymbolicExpression)] = []
    // A maximum first: it stands inside everything else.
    for isMaximum in [true] + Array(repeating: false, count: Self.mostParts) {
      guard let part = formula.largestRepeatedPart(isMaximum: isMaximum) else { continue }
      let symbol = symbol()
      let name = [part: SymbolicExpression.variable(symbol, part.real)]
      formula = formula.replacing(name)
      parts = parts.map { ($0.symbol, $0.part.replacing(name)) }
      parts.insert((symbol, part), at: 0)
    }
    return (formula, parts)
  }

  private static let leastWorthNaming = 6
  private static let mostParts = 4

  private func largestRepeatedPart(isMaximum: Bool) -> SymbolicExpression? {
    var counts: [SymbolicExpression: Int] = [:]
    var order: [(part: SymbolicExpression, size: Int)] = []
    func visit(_ part: SymbolicExpression) -> Int {
      let size = 1 + part.children.reduce(0) { $0 + visit($1) }
      if isMaximum ? part.isMaximum : size >= Self.leastWorthNaming {
        counts[part, default: 0] += 1
        if counts[part] == 2 { order.append((part, size)) }
      }
      return size
    }
    _ = visit(self)
    return order.max { $0.size < $1.size }?.part
  }

  private var isMaximum: Bool {
    if case .binary(.max, _, _) = self { true } else { false }
  }
}
