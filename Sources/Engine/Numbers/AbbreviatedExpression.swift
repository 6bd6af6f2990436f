/// A `SymbolicExpression` whose long sums are shortened while they are written: the first terms, how many are
/// left out and what they come to, the last term. A sum of a million terms needs no more memory than
/// one of ten.
package struct AbbreviatedExpression: NumericScalar {
  private enum Form {
    case plain(SymbolicExpression)
    case sum(Sum)
  }

  /// The terms of a sum that are kept.
  private struct Sum {
    var first: [SymbolicExpression] = []
    var omitted: (count: Int, total: Double) = (0, 0)
    var last: [SymbolicExpression] = []

    static let longest = 8
    static let shownFirst = 3

    mutating func append(_ term: SymbolicExpression) {
      if omitted.count == 0, first.count + last.count < Self.longest {
        first.append(term)
        return
      }
      if omitted.count == 0 {
        last = Array(first[Self.shownFirst...]) + last
        first.removeSubrange(Self.shownFirst...)
      }
      last.append(term)
      while last.count > 1 { omit(last.removeFirst()) }
    }

    private mutating func omit(_ term: SymbolicExpression) {
      omitted.count += 1
      omitted.total += term.real
    }

    mutating func append(_ other: Sum) {
      other.first.forEach { append($0) }
      if other.omitted.count > 0 {
        if omitted.count == 0 {
          first += last
          last = []
        }
        last.forEach { omit($0) }
        last = []
        omitted.count += other.omitted.count
        omitted.total += other.omitted.total
      }
      other.last.forEach { append($0) }
    }

    var written: SymbolicExpression {
      let middle: [SymbolicExpression] =
        omitted.count > 0 ? [.omitted(omitted.count, omitted.total)] : []
      let all = first + middle + last
      return .list(.add, all)
    }
  }

  private var form: Form

  /// A formula that is no sum of many terms, or is to be kept as it is.
  package init(_ written: SymbolicExpression) { form = .plain(written) }
  package init(_ constant: Double) { form = .plain(.constant(constant)) }

  /// The formula, shortened.
  package var written: SymbolicExpression {
    switch form {
    case .plain(let written): written
    case .sum(let sum): sum.written
    }
  }

  package var real: Double { written.real }

  package static func + (a: AbbreviatedExpression, b: AbbreviatedExpression)
    -> AbbreviatedExpression
  {
    if case .plain(.constant(0)) = a.form { return b }
    if case .plain(.constant(0)) = b.form { return a }
    var result = a
    var sum = Sum()
    switch a.form {
    case .plain(let written): sum.append(written)
    case .sum(let terms): sum = terms
    }
    switch b.form {
    case .plain(let written): sum.append(written)
    case .sum(let terms): sum.append(terms)
    }
    result.form = .sum(sum)
    return result
  }

  package static func - (a: AbbreviatedExpression, b: AbbreviatedExpression)
    -> AbbreviatedExpression
  { AbbreviatedExpression(a.written - b.written) }
  package static func * (a: AbbreviatedExpression, b: AbbreviatedExpression)
    -> AbbreviatedExpression
  { AbbreviatedExpression(a.written * b.written) }
  package static func / (a: AbbreviatedExpression, b: AbbreviatedExpression)
    -> AbbreviatedExpression
  { AbbreviatedExpression(a.written / b.written) }
  package static prefix func - (a: AbbreviatedExpression) -> AbbreviatedExpression {
    AbbreviatedExpression(-a.written)
  }
  package static func exp(_ x: AbbreviatedExpression) -> AbbreviatedExpression {
    AbbreviatedExpression(.exp(x.written))
  }
  package static func log(_ x: AbbreviatedExpression) -> AbbreviatedExpression {
    AbbreviatedExpression(.log(x.written))
  }
  package static func tanh(_ x: AbbreviatedExpression) -> AbbreviatedExpression {
    AbbreviatedExpression(.tanh(x.written))
  }
  package static func erf(_ x: AbbreviatedExpression) -> AbbreviatedExpression {
    AbbreviatedExpression(.erf(x.written))
  }
  package static func sqrt(_ x: AbbreviatedExpression) -> AbbreviatedExpression {
    AbbreviatedExpression(.sqrt(x.written))
  }
  package static func abs(_ x: AbbreviatedExpression) -> AbbreviatedExpression {
    AbbreviatedExpression(.abs(x.written))
  }
  package static func max(_ a: AbbreviatedExpression, _ b: AbbreviatedExpression)
    -> AbbreviatedExpression
  {
    AbbreviatedExpression(.max(a.written, b.written))
  }
  package static func min(_ a: AbbreviatedExpression, _ b: AbbreviatedExpression)
    -> AbbreviatedExpression
  {
    AbbreviatedExpression(.min(a.written, b.written))
  }
  package static func select(
    _ a: AbbreviatedExpression, greaterThan b: AbbreviatedExpression, _ yes: AbbreviatedExpression,
    else no: AbbreviatedExpression
  ) -> AbbreviatedExpression {
    AbbreviatedExpression(.select(a.written, greaterThan: b.written, yes.written, else: no.written))
  }
}
