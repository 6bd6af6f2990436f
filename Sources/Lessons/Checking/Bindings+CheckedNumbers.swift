import Engine

extension Bindings {
  /// How the numbers of a formula stand: as they follow from what is printed, and in truth.
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
      return Standings(shape: part.shape, numbers: part.places.map { whole.numbers[$0] })
    default: return try computed(term)
    }
  }

  private func computed(_ term: Term) throws -> Standings {
    let printed = try value(term, .printed)
    let truth = try value(term, .truth)
    // Where sums nearly cancel, it is their parts that binary digits are counted from.
    var scale = 0.0
    let parts = Self.summands(term)
    for part in parts where parts.count > 1 {
      scale = max(scale, try value(part.term, .printed).values.map(\.magnitude).max() ?? 0)
    }
    let origin = leaves(term).lazy.compactMap(\.origin).first
    let numbers = printed.values.indices.map { index in
      CheckedNumber(
        printed: printed.values[index], truth: truth.values[index],
        scale: max(scale, printed.values[index].magnitude), origin: origin)
    }
    return Standings(shape: printed.shape, numbers: numbers)
  }

  /// How far the rounding of some numbers that a formula prints may move what it gives, number for
  /// number. A whole number in a formula is meant exactly.
  func room(for literals: [Literal], in term: Term) throws -> [Double] {
    let printed = try value(term, .printed).values
    var room = [Double](repeating: 0, count: printed.count)
    for literal in literals where literal.halfUnit < 0.5 {
      var moved = self
      moved.literals[literal.id]?.printed += literal.halfUnit
      for (index, number) in try moved.value(term, .printed).values.enumerated() {
        room[index] += (number - printed[index]).magnitude
      }
    }
    return room
  }

  /// Every number a formula reads. Behind a gradient these are also the names between.
  func leaves(_ term: Term) -> [CheckedNumber] {
    term.literals.map(standing)
      + readNames(term).sorted().flatMap { names[$0]?.standings.numbers ?? [] }
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
