/// A ``Written`` whose long sums are shortened while they are written: the first terms, how many are
/// left out and what they come to, the last term. A sum of a million terms needs no more memory than
/// one of ten.
package struct Folded: Number {
  private enum Form {
    case plain(Written)
    case sum(Sum)
  }

  /// The terms of a sum that are kept.
  private struct Sum {
    var first: [Written] = []
    var omitted: (count: Int, total: Double) = (0, 0)
    var last: [Written] = []

    static let longest = 8
    static let shownFirst = 3

    mutating func append(_ term: Written) {
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

    private mutating func omit(_ term: Written) {
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

    var written: Written {
      let middle: [Written] =
        omitted.count > 0 ? [.omitted(omitted.count, omitted.total)] : []
      let all = first + middle + last
      return all.dropFirst().reduce(all[0]) { $0 + $1 }
    }
  }

  private var form: Form

  /// A formula that is no sum of many terms, or is to be kept as it is.
  package init(_ written: Written) { form = .plain(written) }
  package init(_ constant: Double) { form = .plain(.constant(constant)) }

  /// The formula, shortened.
  package var written: Written {
    switch form {
    case .plain(let written): written
    case .sum(let sum): sum.written
    }
  }

  package var real: Double { written.real }

  package static func ownResult(_ cell: @autoclosure () -> Int, _ value: Folded) -> Folded {
    Folded(.ownResult(cell(), value.written))
  }

  package static func + (a: Folded, b: Folded) -> Folded {
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

  package static func - (a: Folded, b: Folded) -> Folded { Folded(a.written - b.written) }
  package static func * (a: Folded, b: Folded) -> Folded { Folded(a.written * b.written) }
  package static func / (a: Folded, b: Folded) -> Folded { Folded(a.written / b.written) }
  package static prefix func - (a: Folded) -> Folded { Folded(-a.written) }
  package static func exp(_ x: Folded) -> Folded { Folded(.exp(x.written)) }
  package static func log(_ x: Folded) -> Folded { Folded(.log(x.written)) }
  package static func tanh(_ x: Folded) -> Folded { Folded(.tanh(x.written)) }
  package static func erf(_ x: Folded) -> Folded { Folded(.erf(x.written)) }
  package static func sqrt(_ x: Folded) -> Folded { Folded(.sqrt(x.written)) }
  package static func abs(_ x: Folded) -> Folded { Folded(.abs(x.written)) }
  package static func max(_ a: Folded, _ b: Folded) -> Folded {
    Folded(.max(a.written, b.written))
  }
  package static func min(_ a: Folded, _ b: Folded) -> Folded {
    Folded(.min(a.written, b.written))
  }
  package static func select(
    _ a: Folded, greaterThan b: Folded, _ yes: Folded, else no: Folded
  ) -> Folded {
    Folded(.select(a.written, greaterThan: b.written, yes.written, else: no.written))
  }
}
