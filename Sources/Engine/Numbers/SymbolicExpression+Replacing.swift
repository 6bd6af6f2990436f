extension SymbolicExpression {
  /// The same formula with other numbers for some of its symbols. Terms that are not written out stay as
  /// they are.
  ///
  /// - Parameter number: the other number; nil for a symbol that keeps its own.
  package func replacing(
    _ number: (_ symbol: String, _ value: Double) -> Double?
  ) -> SymbolicExpression {
    switch form {
    case .constant, .omitted: self
    case .variable(let symbol, let value):
      number(symbol, value).map { .variable(symbol, $0) } ?? self
    case .unary(let function, let x): .unary(function, x.replacing(number))
    case .binary(let operation, let a, let b):
      .binary(operation, a.replacing(number), b.replacing(number))
    case .list(let repetition, let terms):
      .list(repetition, terms.all.map { $0.replacing(number) })
    case .choice(let a, let b, let yes, let no):
      .choice(
        a.replacing(number), b.replacing(number), yes: yes.replacing(number),
        no: no.replacing(number))
    }
  }
}
