import Engine

/// One number as it stands on the page.
struct CheckedNumber: Sendable {
  /// As it is printed; as it follows from printed numbers where it is not printed itself.
  var printed: Double
  /// As it follows from the given numbers alone.
  var truth: Double
  /// The largest number it was made from: what 53 binary digits are counted from.
  var scale: Double
  /// The place of an error it depends on.
  var origin: TextPlace?
}

/// The numbers of a value as they stand on the page.
struct Standings: Sendable {
  var shape: TensorShape
  var numbers: [CheckedNumber]
}

/// What is known of a worked example up to some line: each name and each printed number, as printed
/// and as it ought to be.
struct Bindings {
  struct Known {
    var standings: Standings
    /// The formula it was made by; nil for given numbers.
    var definition: Term?
    /// Has it been printed as a number?
    var isPrinted: Bool
  }

  /// Which of the two values of each number is meant.
  enum View { case printed, truth }

  let work = Work()
  var names: [String: Known] = [:]
  var literals: [Int: CheckedNumber] = [:]
  /// The first step of a weight on the page: how all others are made.
  var update: Update?

  /// A printed number; exact unless something else was found out.
  func standing(_ literal: Literal) -> CheckedNumber {
    literals[literal.id]
      ?? CheckedNumber(
        printed: literal.value, truth: literal.value, scale: literal.value.magnitude)
  }

  func known(_ name: String) throws -> Known {
    if let known = names[name] { return known }
    throw UnknownName(name: name)
  }

  // MARK: Values

  func value(_ term: Term, _ view: View) throws -> Elements<Double> {
    let value = TermValue<Double>(work: work) { leaf in
      switch leaf.kind {
      case .number(let literal):
        return Elements(shape: .scalar, values: [number(literal, view)])
      case .gradient(let term, let name): return try gradient(of: term, by: name, view)
      case .name(let name): return try numbers(name, view)
      default: throw UnknownName(name: leaf.text)
      }
    }
    return try value(term)
  }

  private func number(_ literal: Literal, _ view: View) -> Double {
    let standing = standing(literal)
    return view == .printed ? standing.printed : standing.truth
  }

  private func numbers(_ name: String, _ view: View) throws -> Elements<Double> {
    let known = try known(name)
    return Elements(
      shape: known.standings.shape,
      values: known.standings.numbers.map { view == .printed ? $0.printed : $0.truth })
  }

  // MARK: Derivatives

  /// The derivative of a single number with respect to each element of a name, by dual numbers through
  /// the formulas that the names in between were made by.
  private func gradient(
    of term: Term, by name: String, _ view: View
  ) throws -> Elements<Double> {
    let variable = try known(name)
    guard depends(term, on: name) else {
      throw Problem.shape(
        "grad", expected: "a formula that uses \(name)", found: "'\(term.text)', which does not",
        fix: "write \(term.text) with names instead of numbers, down to \(name)")
    }
    let slopes = try variable.standings.numbers.indices.map { element in
      let result = try DualReading(page: self, by: name, element: element, view).value(term)
      guard result.shape.count == 1 else {
        throw Problem.shape(
          "grad", expected: "the derivative of a single number", found: "shape \(result.shape)",
          fix: "take its sum, or the derivative of one element")
      }
      return result.values[0].derivative
    }
    return Elements(shape: variable.standings.shape, values: slopes)
  }

  /// Does a formula use a name, directly or through the formulas of other names?
  func depends(_ term: Term, on name: String) -> Bool {
    var seen: Set<String> = []
    var waiting = Array(term.names)
    while let next = waiting.popLast() {
      if next == name { return true }
      if seen.insert(next).inserted { waiting += names[next]?.definition?.names ?? [] }
    }
    return false
  }

  /// The formula that a name such as `dL/dw` stands for: nil unless L and w are known and L depends
  /// on w.
  func derivative(named text: String, at place: TextPlace) -> Term? {
    let parts = text.split(separator: "/")
    guard parts.count == 2 else { return nil }
    let (of, by) = (String(parts[0].dropFirst()), String(parts[1].dropFirst()))
    let term = Term(kind: .name(of), place: place, text: of)
    guard names[of] != nil, names[by] != nil, of != by, depends(term, on: by) else { return nil }
    return Term(kind: .gradient(term, by: by), place: place, text: text)
  }

  /// Evaluation with dual numbers, along one element of one name.
  private final class DualReading {
    let page: Bindings
    let by: String
    let element: Int
    let view: View
    var memory: [String: Elements<Dual>] = [:]

    init(page: Bindings, by: String, element: Int, _ view: View) {
      (self.page, self.by, self.element, self.view) = (page, by, element, view)
    }

    func value(_ term: Term) throws -> Elements<Dual> {
      try TermValue<Dual>(work: page.work, leaf: leaf)(term)
    }

    private func leaf(_ term: Term) throws -> Elements<Dual> {
      switch term.kind {
      case .number(let literal):
        return Elements(shape: .scalar, values: [Dual(page.number(literal, view))])
      case .name(let name):
        if let known = memory[name] { return known }
        let cells = try named(name)
        memory[name] = cells
        return cells
      default:
        throw Problem.shape(
          "grad", expected: "a formula without gradients in it", found: "'\(term.text)'",
          fix: "take the derivative of the formula behind it")
      }
    }

    private func named(_ name: String) throws -> Elements<Dual> {
      if name != by, let definition = try page.known(name).definition,
        page.depends(definition, on: by)
      {
        return try value(definition)
      }
      let cells = try page.numbers(name, view)
      let isVariable = name == by
      return Elements(
        shape: cells.shape,
        values: cells.values.enumerated().map {
          Dual($1, derivative: isVariable && $0 == element ? 1 : 0)
        })
    }
  }
}

/// A name that no line above has given a value.
struct UnknownName: Error {
  let name: String
}
