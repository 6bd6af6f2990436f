import Engine

/// What formulas of worked examples compute, by the definitions of the engine's ops, for any kind of
/// number: with `Double` it is a value, with `Dual` also a derivative.
struct TermValue<N: NumericScalar> {
  /// Counts what is computed.
  let work: Work
  /// Numbers, names and gradients, which depend on what is known.
  let leaf: (Term) throws -> Elements<N>

  func callAsFunction(_ term: Term) throws -> Elements<N> {
    switch term.kind {
    case .number, .name, .gradient:
      let elements = try leaf(term)
      try work.spend(elements.values.count)
      return elements
    case .list(let terms): return try list(terms.map(self.callAsFunction), at: term)
    case .element(let inner, let position): return try element(self(inner), position, at: term)
    case .negative(let inner): return try TermFunction.apply(Ops.Negate(), [self(inner)])
    case .call(let name, let arguments):
      let inputs = try arguments.map(self.callAsFunction)
      // The dearest functions read all for each of what they give.
      let count = inputs.reduce(0) { $0 + $1.values.count }
      try work.spend(count.multipliedReportingOverflow(by: count).partialValue)
      return try TermFunction.value(name, inputs)
    case .binary(let operation, let a, let b):
      return try combine(operation, self(a), self(b), exponent: b)
    }
  }

  private func list(_ parts: [Elements<N>], at term: Term) throws -> Elements<N> {
    guard let shape = parts.first?.shape, parts.allSatisfy({ $0.shape == shape }) else {
      throw Problem.shape(
        "\(term.place)", expected: "rows of one length",
        found: parts.map { "\($0.shape)" }.joined(separator: " and "))
    }
    let whole = try TensorShape(checking: [parts.count] + shape.extents)
    return Elements(shape: whole, values: parts.flatMap(\.values))
  }

  private func element(_ cells: Elements<N>, _ position: [Term.Position], at term: Term) throws
    -> Elements<N>
  {
    let part = try cells.shape.part(at: position, of: term)
    return Elements(shape: part.shape, values: part.places.map { cells.values[$0] })
  }

  private func combine(
    _ operation: Term.Operation, _ a: Elements<N>, _ b: Elements<N>, exponent: Term
  ) throws -> Elements<N> {
    switch operation {
    case .add: try elementwise(Ops.Add(), a, b)
    case .subtract: try elementwise(Ops.Subtract(), a, b)
    case .multiply: try elementwise(Ops.Multiply(), a, b)
    case .divide: try elementwise(Ops.Divide(), a, b)
    case .product: try product(a, b)
    case .power: try power(a, b, exponent)
    case .compare(let comparison): try compare(comparison, a, b)
    }
  }

  /// What a comparison says does not change with what it compares a little: its derivative is 0.
  private func compare(
    _ comparison: Term.Comparison, _ a: Elements<N>, _ b: Elements<N>
  ) throws -> Elements<N> {
    let difference = try elementwise(Ops.Subtract(), a, b)
    return Elements(
      shape: difference.shape,
      values: difference.values.map { difference in
        let holds =
          switch comparison {
          case .less: difference.real < 0
          case .greater: difference.real > 0
          case .atMost: difference.real <= 0
          case .atLeast: difference.real >= 0
          case .equal: difference.real == 0
          case .unequal: difference.real != 0
          }
        return holds ? 1 : 0
      })
  }

  /// A whole power is a repeated product, any other e^(b · ln a).
  private func power(_ a: Elements<N>, _ b: Elements<N>, _ term: Term) throws -> Elements<N> {
    if case .number(let literal) = term.kind, let times = Int(exactly: literal.value),
      (1...16).contains(times)
    {
      return try (1..<times).reduce(a) { power, _ in
        try TermFunction.apply(Ops.Multiply(), [power, a])
      }
    }
    let logarithm = try elementwise(Ops.Multiply(), b, TermFunction.apply(Ops.Logarithm(), [a]))
    return try TermFunction.apply(Ops.Exponential(), [logarithm])
  }

  private func elementwise(_ op: some Op, _ a: Elements<N>, _ b: Elements<N>) throws -> Elements<N>
  {
    if a.shape.rank == 0, b.shape.rank > 0 {
      return try TermFunction.apply(op, [Self.spread(a, b.shape), b])
    }
    if b.shape.rank == 0, a.shape.rank > 0 {
      return try TermFunction.apply(op, [a, Self.spread(b, a.shape)])
    }
    return try TermFunction.apply(op, [a, b])
  }

  private static func spread(_ cells: Elements<N>, _ shape: TensorShape) -> Elements<N> {
    Elements(shape: shape, values: Array(repeating: cells.values[0], count: shape.count))
  }

  /// Vectors stand where they must: as a row before a matrix, as a column behind one.
  private func product(_ a: Elements<N>, _ b: Elements<N>) throws -> Elements<N> {
    guard a.shape.rank > 0, b.shape.rank > 0 else { return try elementwise(Ops.Multiply(), a, b) }
    let left = a.shape.rank == 1 ? try a.reshaped([1, a.shape[0]]) : a
    let right = b.shape.rank == 1 ? try b.reshaped([b.shape[0], 1]) : b
    let columns = right.shape.rank == 2 ? right.shape[1] : 1
    try work.spend(left.values.count.multipliedReportingOverflow(by: columns).partialValue)
    let result = try TermFunction.apply(Ops.MatrixProduct(), [left, right])
    var extents = result.shape.extents
    if b.shape.rank == 1 { extents.removeLast() }
    if a.shape.rank == 1 { extents.removeFirst() }
    return try result.reshaped(extents)
  }
}

extension Elements {
  func reshaped(_ extents: [Int]) throws -> Elements {
    Elements(shape: try TensorShape(checking: extents), values: values)
  }
}

extension TensorShape {
  /// The part at a position counted from 1: its shape, and where its numbers are.
  func part(at position: [Term.Position], of term: Term) throws -> (
    shape: TensorShape, places: [Int]
  ) {
    let outside = Problem.shape(
      "\(term.place)", expected: "a position within \(self), counted from 1", found: term.text)
    var kept: [Int] = []
    var places = [0]
    for (axis, extent) in extents.enumerated() {
      let range = position.count <= axis ? 1...extent : position[axis].range(within: extent)
      guard let range else { throw outside }
      places = places.flatMap { start in range.map { start * extent + $0 - 1 } }
      if position.count <= axis || !position[axis].isIndex { kept.append(range.count) }
    }
    guard position.count <= rank else { throw outside }
    return (try TensorShape(checking: kept), places)
  }
}

extension Term.Position {
  /// Nil where it reaches beyond the axis.
  fileprivate func range(within extent: Int) -> ClosedRange<Int>? {
    let (first, last) =
      switch self {
      case .index(let index): (index, index)
      case .slice(let first, let last): (first ?? 1, last ?? extent)
      }
    return first >= 1 && first <= last && last <= extent ? first...last : nil
  }
}
