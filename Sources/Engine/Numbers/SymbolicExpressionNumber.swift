/// A number that keeps its formula, in full or folded.
package protocol SymbolicExpressionNumber: NumericScalar {
  init(_ written: SymbolicExpression)
  /// The formula.
  var written: SymbolicExpression { get }
}

extension AbbreviatedExpression: SymbolicExpressionNumber {}

extension SymbolicExpression: SymbolicExpressionNumber {
  package init(_ written: SymbolicExpression) { self = written }
  package var written: SymbolicExpression { self }
}
