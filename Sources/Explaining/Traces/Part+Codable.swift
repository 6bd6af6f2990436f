import Engine

extension Trace.Part {
  private enum Key: String, CodingKey { case symbol, value, formula, numbers, tree }

  /// An object whose `formula` and `numbers` are text and whose `tree` is the formula.
  package func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(symbol, forKey: .symbol)
    try fields.encode(value, forKey: .value)
    try fields.encode(formula.symbols, forKey: .formula)
    try fields.encode(formula.numbers, forKey: .numbers)
    try fields.encode(formula, forKey: .tree)
  }

  /// Reads what ``encode(to:)`` writes.
  package init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    self.init(
      symbol: try fields.decode(String.self, forKey: .symbol),
      formula: try fields.decode(SymbolicExpression.self, forKey: .tree))
  }
}
