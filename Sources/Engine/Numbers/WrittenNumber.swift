/// A number that keeps its formula, in full or folded.
package protocol WrittenNumber: Number {
  init(_ written: Written)
  /// The formula.
  var written: Written { get }
}

extension Folded: WrittenNumber {}

extension Written: WrittenNumber {
  package init(_ written: Written) { self = written }
  package var written: Written { self }
}
