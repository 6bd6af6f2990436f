import Engine

extension Bindings {
  /// How the numbers of a formula stand: as printed, in truth, and how far rounding may have moved
  /// them.
  func standings(_ term: Term) throws -> Standings {
    switch term.kind {
    case .number(let literal): return Standings(shape: .scalar, numbers: [standing(literal)])
    case .name(let name): return try known(name).standings
    case .negative(let inner):
      var standings = try standings(inner)
      for index in standings.numbers.indices {
        standings.numbers[index].printed.negate()
        standings.numbers[index].truth.negate()
      }
      return standings
    case .list(let terms):
      let shape = try value(term, .printed).shape
      return Standings(shape: shape, numbers: try terms.flatMap { try standings($0).numbers })
    case .element(let inner, let position):
      let whole = try standings(inner)
      let part = try whole.shape.part(at: position, of: term)
      return Standings(shape: part.shape, numbers: Array(whole.numbers[part.range]))
    default: return try computed(term)
    }
  }

  private func computed(_ term: Term) throws -> Standings {
    let printed = try value(term, .printed)
    let truth = try value(term, .truth)
    let leaves = leaves(term)
    var slacks = [Double](repeating: 0, count: printed.values.count)
    for (leaf, standing) in leaves where standing.slack > 0 {
      let moved = try value(term, .printed, Nudge(leaf: leaf, amount: standing.slack))
      for index in slacks.indices {
        slacks[index] += (moved.values[index] - printed.values[index]).magnitude
      }
    }
    // Where sums nearly cancel, it is their parts that binary digits are counted from.
    var scale = 0.0
    let parts = Self.summands(term)
    for part in parts where parts.count > 1 {
      scale = max(scale, try value(part.term, .printed).values.map(\.magnitude).max() ?? 0)
    }
    let origin = leaves.lazy.compactMap(\.standing.origin).first
    let numbers = slacks.indices.map { index in
      CheckedNumber(
        printed: printed.values[index], truth: truth.values[index], slack: slacks[index],
        scale: max(scale, printed.values[index].magnitude), origin: origin)
    }
    return Standings(shape: printed.shape, numbers: numbers)
  }

  /// Every number a formula reads. Behind a gradient these are also the names between.
  func leaves(_ term: Term) -> [(leaf: Nudge.Leaf, standing: CheckedNumber)] {
    var leaves = term.literals.map { (Nudge.Leaf.literal($0.id), standing($0)) }
    for name in readNames(term).sorted() {
      for (element, standing) in (names[name]?.standings.numbers ?? []).enumerated() {
        leaves.append((.name(name, element: element), standing))
      }
    }
    return leaves
  }

  private func readNames(_ term: Term) -> Set<String> {
    var found = term.names
    for part in term.all {
      guard case .gradient(let inner, let by) = part.kind else { continue }
      var waiting = Array(inner.names)
      while let name = waiting.popLast() {
        found.insert(name)
        guard name != by, let definition = names[name]?.definition, depends(definition, on: by)
        else { continue }
        waiting += definition.names.subtracting(found)
      }
    }
    return found
  }
}
