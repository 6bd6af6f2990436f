import Engine

extension SymbolicExpression {
  /// All symbols with their numbers, each once, in order of appearance.
  var variables: [(symbol: String, value: Double)] {
    var known: Set<String> = []
    var found: [(symbol: String, value: Double)] = []
    func visit(_ part: SymbolicExpression) {
      if case .variable(let symbol, let value) = part.form, known.insert(symbol).inserted {
        found.append((symbol, value))
      }
      part.children.forEach(visit)
    }
    visit(self)
    return found
  }
}
