import Engine

extension Bindings {
  /// Parts of two formulas that stand for each other.
  typealias Pairs = [(left: Term, right: Term)]

  /// The ways in which two formulas correspond part by part, the likeliest first:
  /// `0.6 * 0.9 + 0.5 * 0.8` and `0.54 + 0.40`. None where they are built differently.
  func correspondences(_ left: Term, _ right: Term) throws -> [Pairs] {
    try pairings(left, right).filter { pairs in
      try pairs.allSatisfy {
        try value($0.left, .printed).shape == value($0.right, .printed).shape
      }
    }
  }

  private func pairings(_ left: Term, _ right: Term) throws -> [Pairs] {
    let b = Self.summands(right)
    var a = Self.summands(left)
    if a.count != b.count { a = try a.flatMap(products) }
    if a.count > 1 || b.count > 1 {
      guard a.count == b.count else { return [] }
      return try [Self.paired(a, b), Self.paired(sorted(a), sorted(b))]
    }
    let (c, d) = (Self.factors(left), Self.factors(right))
    if c.count > 1 || d.count > 1 {
      guard c.count == d.count else { return [] }
      let straight = zip(c, d).map { (left: $0, right: $1) }
      let crossed = zip(c.reversed(), d).map { (left: $0, right: $1) }
      return try distance(straight) <= distance(crossed)
        ? [straight, crossed] : [crossed, straight]
    }
    switch (left.kind, right.kind) {
    case (.binary(.divide, let a, let b), .binary(.divide, let c, let d)):
      return [[(a, c), (b, d)]]
    case (.binary(.power, let a, let b), .binary(.power, let c, let d)): return [[(a, c), (b, d)]]
    case (.negative(let a), .negative(let b)): return [[(a, b)]]
    case (.call(let one, let a), .call(let other, let b))
    where one == other && a.count == b.count:
      return [zip(a, b).map { ($0, $1) }]
    default: return []
    }
  }

  // MARK: Sums

  /// A part of a sum, with its sign.
  typealias Summand = (isNegative: Bool, term: Term)

  static func summands(_ term: Term) -> [Summand] {
    switch term.kind {
    case .binary(.add, let a, let b): summands(a) + summands(b)
    case .binary(.subtract, let a, let b):
      summands(a) + summands(b).map { (!$0.isNegative, $0.term) }
    default: [(false, term)]
    }
  }

  /// A dot product as the products it adds, a sum as its elements; anything else as it is.
  private func products(_ summand: Summand) throws -> [Summand] {
    switch summand.term.kind {
    case .call("dot", let vectors) where vectors.count == 2:
      return try products(vectors[0], vectors[1], summand)
    case .binary(.product, let a, let b): return try products(a, b, summand)
    case .call("sum", let lists) where lists.count == 1:
      let shape = try value(lists[0], .printed).shape
      guard shape.rank == 1 else { return [summand] }
      return (0..<shape[0]).map { (summand.isNegative, lists[0].part($0)) }
    default: return [summand]
    }
  }

  private func products(_ a: Term, _ b: Term, _ summand: Summand) throws -> [Summand] {
    let (left, right) = (try value(a, .printed).shape, try value(b, .printed).shape)
    guard left.rank == 1, left == right else { return [summand] }
    return (0..<left[0]).map { index in
      let (x, y) = (a.part(index), b.part(index))
      let product = Term(
        kind: .binary(.multiply, x, y), place: summand.term.place, text: "\(x.text) * \(y.text)")
      return (summand.isNegative, product)
    }
  }

  private static func paired(_ a: [Summand], _ b: [Summand]) -> Pairs {
    zip(a, b).map { mine, its in
      (mine.isNegative == its.isNegative ? mine.term : negative(mine.term), its.term)
    }
  }

  private static func negative(_ term: Term) -> Term {
    if case .negative(let inner) = term.kind { return inner }
    var negative = term.with(.negative(term))
    negative.text = "-\(term.text)"
    return negative
  }

  /// By value, for sums that were written in another order.
  private func sorted(_ summands: [Summand]) throws -> [Summand] {
    let keys = try summands.map { summand in
      let size = try value(summand.term, .printed).values.reduce(0, +)
      return summand.isNegative ? -size : size
    }
    return keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { summands[$0] }
  }

  // MARK: Products

  private static func factors(_ term: Term) -> [Term] {
    switch term.kind {
    case .binary(.multiply, let a, let b), .binary(.product, let a, let b): factors(a) + factors(b)
    default: [term]
    }
  }

  private func distance(_ pairs: Pairs) throws -> Double {
    try pairs.reduce(0) { sum, pair in
      let (a, b) = (try value(pair.left, .printed), try value(pair.right, .printed))
      guard a.shape == b.shape else { return .infinity }
      return zip(a.values, b.values).reduce(sum) { $0 + ($1.0 - $1.1).magnitude }
    }
  }
}
