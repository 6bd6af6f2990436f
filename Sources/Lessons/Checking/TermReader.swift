import Engine

/// Reads the formulas of a worked example: one line of a `check` block, or several that belong
/// together.
struct TermReader {
  /// A piece of the line.
  struct Token {
    enum Kind: Equatable {
      case number(Double, halfUnit: Double)
      case name
      case sign(Character)
      case end
    }
    let kind: Kind
    let text: String
    let place: TextPlace
    /// Where it is in the line's characters.
    let range: Range<Int>
  }

  private let path: String
  private let characters: [Character]
  private let tokens: [Token]
  private var next = 0
  private var depth = 0
  private var nextLiteral: Int

  private static let deepest = 64
  private static let longest = 256

  /// - Parameter lines: with their numbers; they are read as one.
  static func chain(
    _ lines: [(number: Int, text: Substring)], path: String, nextLiteral: inout Int
  ) throws -> [Term] {
    var scanner = TokenScanner(lines, path: path)
    let tokens = try scanner.tokens()
    var reader = TermReader(
      path: path, characters: scanner.characters, tokens: tokens, nextLiteral: nextLiteral)
    defer { nextLiteral = reader.nextLiteral }
    return try reader.chain()
  }

  private init(path: String, characters: [Character], tokens: [Token], nextLiteral: Int) {
    self.path = path
    self.characters = characters
    self.tokens = tokens
    self.nextLiteral = nextLiteral
  }

  // MARK: Grammar, from loose to tight

  /// `term = term = …`
  private mutating func chain() throws -> [Term] {
    var terms = [try sum()]
    while takes("=") { terms.append(try sum()) }
    guard token.kind == .end else { throw unexpected("=, an operation or the end of the line") }
    return terms
  }

  private mutating func sum() throws -> Term {
    var left = try product()
    var count = 1
    while let sign = takesOne(of: "+-") {
      count += 1
      guard count <= Self.longest else {
        throw problem(token.place, expected: "at most \(Self.longest) terms", found: "more")
      }
      let right = try product()
      left = binary(sign == "+" ? .add : .subtract, left, right)
    }
    return left
  }

  private mutating func product() throws -> Term {
    var left = try signed()
    while let sign = takesOne(of: "*/@·") {
      let operation: Term.Operation = sign == "*" ? .multiply : sign == "/" ? .divide : .product
      let right = try signed()
      left = binary(operation, left, right)
    }
    return left
  }

  private mutating func signed() throws -> Term {
    let first = next
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw problem(token.place, expected: "at most \(Self.deepest) nested parts", found: "more")
    }
    guard takes("-") else { return try power() }
    let term = try signed()
    if case .number(let literal) = term.kind, term.text.first != "(" {
      let negative = Literal(
        id: literal.id, value: -literal.value, halfUnit: literal.halfUnit)
      return spanning(first, .number(negative))
    }
    return spanning(first, .negative(term))
  }

  private mutating func power() throws -> Term {
    let first = next
    let base = try indexed()
    guard takes("^") else { return base }
    let exponent = try signed()
    if case .name("e") = base.kind { return spanning(first, .call("exp", [exponent])) }
    return spanning(first, .binary(.power, base, exponent))
  }

  private mutating func indexed() throws -> Term {
    let first = next
    let term = try simple()
    guard case .name = term.kind, token.text == "[",
      token.range.lowerBound == tokens[next - 1].range.upperBound
    else { return term }
    next += 1
    var positions: [Int] = []
    repeat {
      guard case .number(let value, _) = token.kind, let position = Int(exactly: value) else {
        throw unexpected("the number of an element, counted from 1")
      }
      positions.append(position)
      next += 1
    } while takes(",")
    try expect("]")
    return spanning(first, .element(term, positions))
  }

  private mutating func simple() throws -> Term {
    let first = next
    switch token.kind {
    case .number(let value, let halfUnit):
      next += 1
      nextLiteral += 1
      return spanning(
        first, .number(Literal(id: nextLiteral - 1, value: value, halfUnit: halfUnit)))
    case .name: return try nameOrCall()
    case .sign("("):
      next += 1
      let inner = try sum()
      try expect(")")
      return spanning(first, inner.kind)
    case .sign("["):
      next += 1
      var terms: [Term] = []
      if token.text != "]" {
        repeat { terms.append(try sum()) } while takes(",")
      }
      try expect("]")
      guard !terms.isEmpty else { throw unexpected("a list of at least one number") }
      return spanning(first, .list(terms))
    default: throw unexpected("a number, a name, ( or [")
    }
  }

  private mutating func nameOrCall() throws -> Term {
    let first = next
    let name = token.text
    next += 1
    guard takes("(") else { return spanning(first, .name(name)) }
    var arguments = [try sum()]
    while takes(",") { arguments.append(try sum()) }
    try expect(")")
    guard name == "grad" else { return spanning(first, .call(name, arguments)) }
    guard arguments.count == 2, case .name(let by) = arguments[1].kind else {
      throw problem(
        tokens[first].place, expected: "grad(what, name), as in grad(L, w)",
        found: spanning(first, .name(name)).text)
    }
    return spanning(first, .gradient(arguments[0], by: by))
  }

  // MARK: Tokens

  private var token: Token { tokens[next] }

  private mutating func takes(_ sign: Character) -> Bool { takesOne(of: String(sign)) != nil }

  private mutating func takesOne(of signs: String) -> Character? {
    guard case .sign(let sign) = token.kind, signs.contains(sign) else { return nil }
    next += 1
    return sign
  }

  private mutating func expect(_ sign: Character) throws {
    if !takes(sign) { throw unexpected("\(sign)") }
  }

  private func unexpected(_ expected: String) -> Problem {
    let after = next > 0 ? tokens[next - 1].kind : .end
    var fix = ""
    if case .end = token.kind {
      fix = "finish the line"
    } else if token.kind == .name || token.text == "(" || after == .name {
      fix = "write every multiplication: 2 * x, not 2x"
    }
    return problem(
      token.place, expected: expected,
      found: token.kind == .end ? "the end of the line" : "'\(token.text)'", fix: fix)
  }

  private func problem(
    _ place: TextPlace, expected: String, found: String, fix: String = ""
  ) -> Problem {
    Problem.data("\(path):\(place)", expected: expected, found: found, fix: fix)
  }

  private func binary(_ operation: Term.Operation, _ a: Term, _ b: Term) -> Term {
    Term(
      kind: .binary(operation, a, b), place: a.place,
      text: text(from: tokens.firstIndex { $0.place == a.place } ?? 0))
  }

  /// A term that reaches from a token to the last one taken.
  private func spanning(_ first: Int, _ kind: Term.Kind) -> Term {
    Term(kind: kind, place: tokens[first].place, text: text(from: first))
  }

  private func text(from first: Int) -> String {
    let slice = characters[tokens[first].range.lowerBound..<tokens[next - 1].range.upperBound]
    return slice.split { $0 == " " || $0 == "\n" || $0 == "\t" }.map { String($0) }
      .joined(separator: " ")
  }
}
