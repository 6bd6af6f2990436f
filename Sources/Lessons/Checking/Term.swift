/// A place in a text file, both counted from 1.
public struct TextPlace: Sendable, Hashable, Codable, CustomStringConvertible {
  public var line: Int
  public var column: Int

  /// `line:column`.
  public var description: String { "\(line):\(column)" }
}

/// A part of a formula in a worked example, with the place where it stands and the text it is
/// written as.
struct Term: Sendable {
  indirect enum Kind: Sendable {
    case number(Literal)
    case name(String)
    case list([Term])
    case element(Term, [Position])
    case negative(Term)
    case binary(Operation, Term, Term)
    case call(String, [Term])
    /// The derivative of the first with respect to a name.
    case gradient(Term, by: String)
  }

  enum Operation: Sendable, Equatable {
    case add, subtract, multiply, divide
    /// Dot product, matrix product; of two single numbers their product.
    case product
    case power
    /// 1 where it holds, else 0.
    case compare(Comparison)
  }

  enum Comparison: Character, Sendable {
    case less = "<"
    case greater = ">"
    case atMost = "≤"
    case atLeast = "≥"
    case equal = "≡"
    case unequal = "≠"
  }

  /// Where along one axis, counted from 1 as in formulas.
  enum Position: Sendable {
    case index(Int)
    /// Both ends belong to it; an end that is left out is that of the axis.
    case slice(Int?, Int?)
  }

  var kind: Kind
  var place: TextPlace
  var text: String
}

/// A number as it is printed: `0.710` says more than `0.71`.
struct Literal: Sendable {
  /// Which of the numbers of the file, to keep what is known of it.
  let id: Int
  let value: Double
  /// Half a unit of the last printed digit.
  let halfUnit: Double
}

extension Term {
  /// Is this a number, or a list of nothing but numbers?
  var isGiven: Bool {
    switch kind {
    case .number: true
    case .list(let terms): terms.allSatisfy(\.isGiven)
    default: false
    }
  }

  /// This term and all within it, in order.
  var all: [Term] {
    switch kind {
    case .number, .name: [self]
    case .list(let terms), .call(_, let terms): [self] + terms.flatMap(\.all)
    case .element(let term, _), .negative(let term), .gradient(let term, _): [self] + term.all
    case .binary(_, let a, let b): [self] + a.all + b.all
    }
  }

  /// The numbers printed in it.
  var literals: [Literal] {
    all.compactMap { if case .number(let literal) = $0.kind { literal } else { nil } }
  }

  /// The names it uses, also the one a gradient is taken by.
  var names: Set<String> {
    all.reduce(into: []) { names, term in
      if case .name(let name) = term.kind { names.insert(name) }
      if case .gradient(_, let name) = term.kind { names.insert(name) }
    }
  }

  func with(_ kind: Kind) -> Term { Term(kind: kind, place: place, text: text) }

  /// One element or row of a list, counted from 0; written as such where the list is not written out.
  func part(_ index: Int) -> Term {
    if case .list(let terms) = kind { return terms[index] }
    var part = self
    if case .element(let inner, let position) = kind, position.allSatisfy(\.isIndex) {
      part.kind = .element(inner, position + [.index(index + 1)])
      part.text = "\(text.dropLast()),\(index + 1)]"
    } else {
      part.kind = .element(self, [.index(index + 1)])
      let isShort = !text.contains { $0 == " " }
      part.text = (isShort ? text : "(\(text))") + "[\(index + 1)]"
    }
    return part
  }
}

extension Term.Position {
  var isIndex: Bool { if case .index = self { true } else { false } }
}
