extension SymbolicExpression {
  /// The arguments of the outermost step.
  package var children: [SymbolicExpression] {
    switch form {
    case .constant, .variable, .omitted: []
    case .unary(_, let x): [x]
    case .binary(_, let a, let b): [a, b]
    case .list(_, let terms): terms.all
    case .choice(let a, let b, let yes, let no): [a, b, yes, no]
    }
  }

  /// The same outermost step with other arguments.
  private func with(_ children: [SymbolicExpression]) -> SymbolicExpression {
    switch form {
    case .constant, .variable, .omitted: self
    case .unary(let function, _): .unary(function, children[0])
    case .binary(let operation, _, _): .binary(operation, children[0], children[1])
    case .list(let repetition, _): .list(repetition, children)
    case .choice: .choice(children[0], children[1], yes: children[2], no: children[3])
    }
  }

  /// The formula with every part that equals a key replaced by its value, the largest parts first.
  package func replacing(_ parts: [SymbolicExpression: SymbolicExpression]) -> SymbolicExpression {
    replacing { parts[$0] }
  }

  /// The formula with other parts where there are some, the largest asked for first.
  func replacing(_ other: (SymbolicExpression) -> SymbolicExpression?) -> SymbolicExpression {
    var known: [ObjectIdentifier: SymbolicExpression] = [:]
    func visit(_ part: SymbolicExpression) -> SymbolicExpression {
      if part.isLeaf { return other(part) ?? part }
      if let done = known[ObjectIdentifier(part.step)] { return done }
      var new = other(part)
      if new == nil {
        let (old, changed) = (part.children, part.children.map(visit))
        new = zip(old, changed).allSatisfy { $0.step === $1.step } ? part : part.with(changed)
      }
      known[ObjectIdentifier(part.step)] = new
      return new ?? part
    }
    return visit(self)
  }

  /// The terms of the outermost sum, in order.
  package var terms: [SymbolicExpression] {
    if case .list(.add, let terms) = form { terms.all } else { [self] }
  }

  /// Does a symbol pass a test?
  package func mentions(_ test: (String) -> Bool) -> Bool {
    if case .variable(let symbol, _) = form { return test(symbol) }
    return children.contains { $0.mentions(test) }
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
    var order: [SymbolicExpression] = []
    var visits: [ObjectIdentifier: Int] = [:]
    func visit(_ part: SymbolicExpression) {
      var times = 0
      if isMaximum ? part.isMaximum : part.size >= Self.leastWorthNaming {
        times = counts[part, default: 0] + 1
        counts[part] = times
        if times == 2 { order.append(part) }
      }
      guard !part.isLeaf else { return }
      // What stands in a part that was met twice was met twice itself.
      let met = visits[ObjectIdentifier(part.step), default: 0] + 1
      visits[ObjectIdentifier(part.step)] = met
      if times <= 2, met <= 2 { part.children.forEach(visit) }
    }
    visit(self)
    return order.max { $0.size < $1.size }
  }

  private var isMaximum: Bool {
    if case .list(.max, _) = form { true } else { false }
  }
}
