import Engine

extension Page {
  /// The parts of two formulas that stand for each other, where both are built in the same way:
  /// `0.6 * 0.9 + 0.5 * 0.8` and `0.54 + 0.40`. Nil where they are not.
  func correspondence(_ left: Term, _ right: Term) throws -> [(left: Term, right: Term)]? {
    guard let pairs = try pairs(left, right) else { return nil }
    for (left, right) in pairs {
      guard try value(left, .printed).shape == value(right, .printed).shape else { return nil }
    }
    return pairs
  }

  private func pairs(_ left: Term, _ right: Term) throws -> [(left: Term, right: Term)]? {
    let (a, b) = (Self.summands(left), Self.summands(right))
    if a.count > 1 || b.count > 1 {
      guard a.count == b.count else { return nil }
      return zip(a, b).map { mine, its in
        (mine.isNegative == its.isNegative ? mine.term : Self.negative(mine.term), its.term)
      }
    }
    let (c, d) = (Self.factors(left), Self.factors(right))
    if c.count > 1 || d.count > 1 {
      guard c.count == d.count else { return nil }
      let straight = Array(zip(c, d))
      let crossed = Array(zip(c.reversed(), d))
      return try distance(straight) <= distance(crossed) ? straight : crossed
    }
    switch (left.kind, right.kind) {
    case (.binary(.divide, let a, let b), .binary(.divide, let c, let d)): return [(a, c), (b, d)]
    case (.binary(.power, let a, let b), .binary(.power, let c, let d)): return [(a, c), (b, d)]
    case (.negative(let a), .negative(let b)): return [(a, b)]
    case (.call(let one, let a), .call(let other, let b))
    where one == other && a.count == b.count:
      return Array(zip(a, b))
    default: return nil
    }
  }

  private func distance(_ pairs: [(Term, Term)]) throws -> Double {
    try pairs.reduce(0) { sum, pair in
      let (a, b) = (try value(pair.0, .printed), try value(pair.1, .printed))
      guard a.shape == b.shape else { return .infinity }
      return zip(a.values, b.values).reduce(sum) { $0 + ($1.0 - $1.1).magnitude }
    }
  }

  private static func negative(_ term: Term) -> Term {
    if case .negative(let inner) = term.kind { return inner }
    var negative = term.with(.negative(term))
    negative.text = "-\(term.text)"
    return negative
  }

  private static func summands(_ term: Term) -> [(isNegative: Bool, term: Term)] {
    switch term.kind {
    case .binary(.add, let a, let b): summands(a) + summands(b)
    case .binary(.subtract, let a, let b):
      summands(a) + summands(b).map { (!$0.isNegative, $0.term) }
    default: [(false, term)]
    }
  }

  private static func factors(_ term: Term) -> [Term] {
    switch term.kind {
    case .binary(.multiply, let a, let b), .binary(.product, let a, let b): factors(a) + factors(b)
    default: [term]
    }
  }
}
