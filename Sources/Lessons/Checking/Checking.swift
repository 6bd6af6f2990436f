import Engine

/// Goes through a worked example from top to bottom and judges every claim.
struct Checking {
  private let path: String
  private var page = Bindings()
  /// Names whose line could not be read, so that one mistake is one message.
  private var broken: Set<String> = []
  private(set) var claims: [Claim] = []
  private var problems: [Problem] = []
  /// How often a line may still be read in a second way: nested formulas would double it each time.
  private var secondReadings = 0

  init(_ example: WorkedExample) throws {
    path = example.path
    var section = 0
    for chain in example.chains {
      if chain.section != section {
        (page.names, page.update) = ([:], nil)
        broken = []
        section = chain.section
      }
      take(chain.terms)
      if page.work.isExhausted { break }
    }
    try Problem.throwIfAny(problems)
  }

  private mutating func take(_ terms: [Term]) {
    secondReadings = 100
    let place = "\(path):\(terms[0].place)"
    do {
      claims += try check(terms)
      return
    } catch let unknown as UnknownName {
      if !broken.contains(unknown.name) {
        problems.append(
          Problem.data(
            place, expected: "names that a line above gives a value", found: "'\(unknown.name)'",
            fix: "add a line such as \(unknown.name) = 0.5 before it; a heading # or ## starts a "
              + "new example"))
      }
    } catch let problem as Problem {
      problems.append(
        Problem.data(
          place, expected: problem.expected, found: problem.found + " (in \(problem.location))",
          fix: problem.fix))
    } catch {
      problems.append(Problem.data(place, expected: "a formula", found: "\(error)"))
    }
    if case .name(let name) = terms[0].kind, page.names[name] == nil { broken.insert(name) }
  }

  // MARK: A line

  private mutating func check(_ terms: [Term]) throws -> [Claim] {
    var (first, rest) = (terms[0], terms.dropFirst())
    var newName: String?
    if case .name(let name) = first.kind, page.names[name] == nil {
      newName = name
      if let derivative = page.derivative(named: name, at: first.place) {
        first = derivative
      } else if let definition = rest.popFirst() {
        first = definition
      } else {
        throw UnknownName(name: name)
      }
    }
    guard newName != nil || !rest.isEmpty else {
      throw Problem.data(
        "\(first.place)", expected: "= and what it is", found: "'\(first.text)' alone")
    }
    if let newName, let rule = try ruleBroken(by: first, newName) {
      rest = [first] + rest
      first = rule
    }
    let start = try page.standings(first)
    let (found, end) = try follow(first, rest, start)
    let isPrinted = (rest.last ?? first).isGiven
    if let newName {
      let definition = first.isGiven && rest.isEmpty ? nil : first
      page.noteUpdate(newName, first)
      page.names[newName] = Bindings.Known(
        standings: end, definition: definition, isPrinted: isPrinted)
    } else if case .name(let name) = first.kind, isPrinted, page.names[name]?.isPrinted == false {
      page.names[name]?.standings = end
      page.names[name]?.isPrinted = true
    }
    return found
  }

  /// The formula that the page's rule asks for, if the one that is written says something else.
  private func ruleBroken(by definition: Term, _ name: String) throws -> Term? {
    guard !definition.isGiven, let rule = page.rule(for: name, definition),
      let wanted = try? page.standings(rule),
      try wanted.shape == page.value(definition, .printed).shape
    else { return nil }
    var trial = self
    let claims = try trial.follow(rule, [definition], wanted).0
    return claims.contains { $0.verdict == .wrong } ? rule : nil
  }

  /// Each right-hand side is a claim about what stands before it; what is right is decided by the
  /// first.
  private mutating func follow(
    _ first: Term, _ rest: ArraySlice<Term>, _ start: Standings
  ) throws -> ([Claim], Standings) {
    var claims: [Claim] = []
    var (left, basis) = (first, start)
    for right in rest {
      let shape = try page.value(right, .printed).shape
      guard shape == basis.shape else {
        throw Problem.data(
          "\(right.place)", expected: "a value of shape \(basis.shape), as before the =",
          found: "'\(right.text)' of shape \(shape)")
      }
      let found = try judge(left, right, basis)
      claims += found
      var next = try page.standings(right)
      let wrong = found.first { $0.verdict == .wrong }
      for index in next.numbers.indices {
        next.numbers[index].truth = start.numbers[index].truth
        next.numbers[index].scale = max(next.numbers[index].scale, start.numbers[index].scale)
        guard !right.isGiven else { continue }
        let number = next.numbers[index]
        let isOff = !Self.isNear(number.printed, number.truth, number.scale)
        let here = isOff ? wrong?.place : nil
        next.numbers[index].origin =
          next.numbers[index].origin ?? here ?? basis.numbers[index].origin
      }
      (left, basis) = (right, next)
    }
    return (claims, basis)
  }

  // MARK: A claim

  /// - Parameter basis: how the left side stands, number for number.
  private mutating func judge(
    _ left: Term, _ right: Term, _ basis: Standings
  ) throws -> [Claim] {
    switch right.kind {
    case .number(let literal): return judge(literal, right, left, basis.numbers[0])
    case .list(let terms): return try judge(terms, left, basis)
    default: break
    }
    if left.text == right.text { return [] }
    let readings = try page.correspondences(left, right)
    let before = page.literals
    var first: (claims: [Claim], literals: [Int: CheckedNumber])?
    for pairs in readings where first == nil || secondReadings > 0 {
      if first != nil { secondReadings -= 1 }
      page.literals = before
      var claims: [Claim] = []
      for pair in pairs { claims += try judge(pair.left, pair.right, page.standings(pair.left)) }
      guard claims.contains(where: { $0.verdict == .wrong }) else { return claims }
      first = first ?? (claims, page.literals)
    }
    page.literals = before
    let whole = try judgeWhole(left, right, basis)
    guard let first else { return [whole] }
    // Parts that differ while the whole is the same: built in another way.
    if zip(basis.numbers, try page.standings(right).numbers).allSatisfy({
      Self.isNear($0.printed, $1.printed, $0.scale)
    }) {
      return [whole]
    }
    page.literals = first.literals
    return first.claims
  }

  private mutating func judge(
    _ terms: [Term], _ left: Term, _ basis: Standings
  ) throws -> [Claim] {
    let size = basis.numbers.count / terms.count
    let shape = try TensorShape(checking: Array(basis.shape.extents.dropFirst()))
    return try terms.enumerated().flatMap { index, term in
      let part = Standings(
        shape: shape, numbers: Array(basis.numbers[index * size..<(index + 1) * size]))
      return try judge(left.part(index), term, part)
    }
  }

  private mutating func judge(
    _ literal: Literal, _ right: Term, _ left: Term, _ basis: CheckedNumber
  ) -> [Claim] {
    if isPrintedNumber(left), Self.isNear(literal.value, basis.printed, basis.scale) {
      page.literals[literal.id] = basis
      return []
    }
    let verdict = Self.verdict(literal.value, within: literal.halfUnit, basis)
    var standing = basis
    standing.printed = literal.value
    standing.origin =
      verdict == .wrong ? right.place : verdict == .inherited ? basis.origin : nil
    page.literals[literal.id] = standing
    return [claim(right, left, verdict, standing)]
  }

  /// A formula that is not built like the one before: it is judged by its value.
  private mutating func judgeWhole(
    _ left: Term, _ right: Term, _ basis: Standings
  ) throws -> Claim {
    let known = page.leaves(left)
    var new: [Literal] = []
    for literal in right.literals {
      if let copied = known.first(where: { Self.isNear($0.printed, literal.value, 0) }) {
        page.literals[literal.id] = copied
      } else {
        page.literals[literal.id] = page.standing(literal)
        new.append(literal)
      }
    }
    let standings = try page.standings(right)
    let room = try page.room(for: new, in: right)
    let verdicts = standings.numbers.indices.map {
      Self.verdict(standings.numbers[$0], within: room[$0], basis.numbers[$0])
    }
    let worst = verdicts.indices.max { verdicts[$0].badness < verdicts[$1].badness } ?? 0
    let origin = basis.numbers[worst].origin ?? standings.numbers[worst].origin
    for literal in new {
      if verdicts[worst] == .wrong { page.literals[literal.id]?.origin = right.place }
      if verdicts[worst] == .inherited { page.literals[literal.id]?.origin = origin }
    }
    var standing = standings.numbers[worst]
    standing.truth = basis.numbers[worst].truth
    standing.origin = verdicts[worst] == .inherited ? origin : nil
    return claim(right, left, verdicts[worst], standing)
  }

  private func claim(
    _ right: Term, _ left: Term, _ verdict: Verdict, _ standing: CheckedNumber
  ) -> Claim {
    Claim(
      place: right.place, text: right.text, of: left.text, verdict: verdict,
      claimed: standing.printed, right: standing.truth,
      origin: verdict == .inherited ? standing.origin : nil)
  }

  /// Is this a number on the page, or a name for one, so that repeating it claims nothing new?
  private func isPrintedNumber(_ term: Term) -> Bool {
    switch term.kind {
    case .number: true
    case .name(let name): page.names[name]?.isPrinted ?? false
    case .negative(let inner), .element(let inner, _): isPrintedNumber(inner)
    default: false
    }
  }

  // MARK: The rule

  /// A formula is right if it gives the exact number from exact numbers; one that is right but for the
  /// wrong numbers it was given inherits their error.
  ///
  /// - Parameter room: how far the rounding of the numbers that it prints itself may move it.
  private static func verdict(
    _ formula: CheckedNumber, within room: Double, _ basis: CheckedNumber
  ) -> Verdict {
    let isSound = isNear(formula.truth, basis.truth, basis.scale, within: room)
    if isSound, formula.origin == nil {
      return isNear(formula.truth, basis.truth, basis.scale) ? .right : .rounded
    }
    let verdict = verdict(formula.printed, within: room, basis)
    return verdict == .wrong && isSound ? .inherited : verdict
  }

  /// A number must follow from the exact numbers, or from those that are printed, each time rounded
  /// as it is printed. Errors of rounding are not added up: what a reader cannot compute is wrong.
  ///
  /// - Parameter half: half a unit of the last printed digit.
  private static func verdict(
    _ claimed: Double, within half: Double, _ basis: CheckedNumber
  ) -> Verdict {
    if isNear(claimed, basis.truth, basis.scale) { return .right }
    if isNear(claimed, basis.truth, basis.scale, within: half) { return .rounded }
    // Printed by a program that computes with 32 bits.
    if claimed == Double(Float(basis.truth)) { return .rounded }
    guard isNear(claimed, basis.printed, basis.scale, within: half) else { return .wrong }
    return basis.origin == nil ? .rounded : .inherited
  }

  /// Equal but for the last binary digits, or for a given distance.
  static func isNear(
    _ a: Double, _ b: Double, _ scale: Double, within distance: Double = 0
  ) -> Bool {
    guard a.isFinite, b.isFinite else { return a == b }
    let noise = 1e-12 * max(a.magnitude, b.magnitude) + 1e-15 * scale
    return (a - b).magnitude <= distance * (1 + 1e-9) + noise
  }
}

extension Verdict {
  fileprivate var badness: Int {
    switch self {
    case .right: 0
    case .rounded: 1
    case .inherited: 2
    case .wrong: 3
    }
  }
}
